//! GET_MIN_OFFSET (31): the first offset a queue still has, 0 for an empty queue.

use crate::types::{QueueOffset, QueueRef};

header! {
    GetMinOffset asks GetMinOffset {
        queue: QueueRef = "topic",
    }
}

header! {
    GetMinOffsetReply answers {
        offset: QueueOffset = "offset",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetMinOffset {
            queue: check::queue(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_min_offset.bin"),
        );
    }
}
