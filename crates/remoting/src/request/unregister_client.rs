//! UNREGISTER_CLIENT (35): a client leaves a producer group, a consumer group, or both.

use crate::types::{GroupName, Text};

header! {
    UnregisterClient asks UnregisterClient {
        client_id: Text = "clientID",
        producer_group: Option<GroupName> = "producerGroup",
        consumer_group: Option<GroupName> = "consumerGroup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = UnregisterClient {
            client_id: "10.0.0.1@1234#998".into(),
            producer_group: None,
            consumer_group: Some(check::group()),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/unregister_client.bin"),
        );
    }
}
