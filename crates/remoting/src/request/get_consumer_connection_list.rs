//! GET_CONSUMER_CONNECTION_LIST (203): the members of a consumer group. Answered with `ConsumerConnections`; nobody
//! online is code 206.

use crate::types::GroupName;

header! {
    GetConsumerConnectionList asks GetConsumerConnectionList {
        group: GroupName = "consumerGroup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetConsumerConnectionList {
            group: check::group(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_consumer_connection_list.bin"),
        );
    }
}
