//! GET_EARLIEST_MSG_STORETIME (32): when the oldest message of a queue was stored, -1 if it has none.

use crate::types::QueueRef;

header! {
    GetEarliestMessageStoreTime asks GetEarliestMessageStoreTime {
        queue: QueueRef = "topic",
    }
}

header! {
    GetEarliestMessageStoreTimeReply answers {
        timestamp: i64 = "timestamp",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetEarliestMessageStoreTime {
            queue: check::queue(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_earliest_message_store_time.bin"),
        );
    }
}
