//! GET_TOPIC_STATS_INFO (202): offsets and last store time of every queue. Answered with `TopicStats`.

use crate::types::TopicName;

header! {
    GetTopicStats asks GetTopicStats {
        topic: TopicName = "topic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetTopicStats {
            topic: check::topic(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_topic_stats.bin"),
        );
    }
}
