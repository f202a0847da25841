//! GET_TOPIC_CONFIG (351): one topic's settings. Answered with a `TopicConfig`; none is code 17.

use crate::types::TopicName;

header! {
    GetTopicConfig asks GetTopicConfig {
        topic: TopicName = "topic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetTopicConfig {
            topic: check::topic(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_topic_config.bin"),
        );
    }
}
