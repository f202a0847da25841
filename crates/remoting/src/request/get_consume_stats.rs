//! GET_CONSUME_STATS (208): how far a group is in its topics. Answered with `ConsumeStats`.

use crate::types::{GroupName, Text, TopicName};

header! {
    GetConsumeStats asks GetConsumeStats {
        group: GroupName = "consumerGroup",
        /// `None`: all topics the group has offsets for or subscribes.
        topic: Option<TopicName> = "topic",
        /// Separated by `;`.
        topics: Option<Text> = "topicList",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetConsumeStats {
            group: check::group(),
            topic: Some(check::topic()),
            topics: None,
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_consume_stats.bin"),
        );
    }
}
