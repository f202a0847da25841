//! QUERY_CONSUMER_OFFSET (14): where a group is in a message queue. Code 22 means that it has no offset there.

use crate::types::{GroupName, QueueOffset, QueueRef};

header! {
    QueryConsumerOffset asks QueryConsumerOffset {
        group: GroupName = "consumerGroup",
        queue: QueueRef = "topic",
        /// `false`: do not answer 0 for an unknown group, whatever the queue holds.
        zero_if_missing: Option<bool> = "setZeroIfNotFound",
    }
}

header! {
    QueryConsumerOffsetReply answers {
        offset: QueueOffset = "offset",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = QueryConsumerOffset {
            group: check::group(),
            queue: check::queue(),
            zero_if_missing: Some(false),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/query_consumer_offset.bin"),
        );
    }
}
