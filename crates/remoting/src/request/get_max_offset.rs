//! GET_MAX_OFFSET (30): the offset the next message of a queue gets.

use crate::types::{QueueOffset, QueueRef};

header! {
    GetMaxOffset asks GetMaxOffset {
        queue: QueueRef = "topic",
        committed: Option<bool> = "committed",
    }
}

header! {
    GetMaxOffsetReply answers {
        offset: QueueOffset = "offset",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetMaxOffset {
            queue: check::queue(),
            committed: Some(true),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_max_offset.bin"),
        );
    }
}
