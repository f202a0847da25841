//! DELETE_TOPIC_IN_BROKER (215): remove a topic, its queues and the offsets in it.

use crate::types::TopicName;

header! {
    DeleteTopicInBroker asks DeleteTopicInBroker {
        topic: TopicName = "topic",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = DeleteTopicInBroker {
            topic: check::topic(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/delete_topic_in_broker.bin"),
        );
    }
}
