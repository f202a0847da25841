//! VIEW_MESSAGE_BY_ID (33): the one record at a log offset. Not found is code 1.

use crate::types::{LogOffset, Text};

header! {
    ViewMessageById asks ViewMessageById {
        at: LogOffset = "offset",
        topic: Option<Text> = "topic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = ViewMessageById {
            at: LogOffset(123_456_789_012),
            topic: Some("orders".into()),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/view_message_by_id.bin"),
        );
    }
}
