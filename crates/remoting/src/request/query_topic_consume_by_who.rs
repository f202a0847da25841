//! QUERY_TOPIC_CONSUME_BY_WHO (300): the groups of a topic, online or with offsets. Answered with a `GroupList`.

use crate::types::TopicName;

header! {
    QueryTopicConsumeByWho asks QueryTopicConsumeByWho {
        topic: TopicName = "topic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = QueryTopicConsumeByWho {
            topic: check::topic(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/query_topic_consume_by_who.bin"),
        );
    }
}
