//! UPDATE_CONSUMER_OFFSET (15): a group has finished a message queue up to an offset. Usually one-way.

use crate::types::{GroupName, QueueRef};

header! {
    UpdateConsumerOffset asks UpdateConsumerOffset {
        group: GroupName = "consumerGroup",
        queue: QueueRef = "topic",
        /// As sent; a negative one is no offset.
        offset: i64 = "commitOffset",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = UpdateConsumerOffset {
            group: check::group(),
            queue: check::queue(),
            offset: 42,
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/update_consumer_offset.bin"),
        );
    }
}
