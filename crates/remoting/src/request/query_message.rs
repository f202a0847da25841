//! QUERY_MESSAGE (12): messages by key or unique key, newest first. None is code 22; the body is records back to
//! back.

use crate::types::{Text, TopicName};

header! {
    QueryMessage asks QueryMessage {
        topic: TopicName = "topic",
        key: Text = "key",
        max: i32 = "maxNum",
        begin: i64 = "beginTimestamp",
        /// Java sends `i64::MAX` for "no end": add to it with care.
        end: i64 = "endTimestamp",
        /// The key is a unique key; at most 32 messages are wanted, whatever `max` says.
        is_unique_key: Option<bool> = "_UNIQUE_KEY_QUERY",
    }
}

header! {
    QueryMessageReply answers {
        index_updated: i64 = "indexLastUpdateTimestamp",
        index_updated_to: i64 = "indexLastUpdatePhyoffset",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = QueryMessage {
            topic: check::topic(),
            key: "order-4711".into(),
            max: 32,
            begin: 0,
            end: i64::MAX,
            is_unique_key: Some(true),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/query_message.bin"),
        );
    }
}
