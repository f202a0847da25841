//! UPDATE_AND_CREATE_TOPIC (17): create a topic or change its settings.

use crate::types::{Text, TopicName};

header! {
    UpdateAndCreateTopic asks UpdateAndCreateTopic {
        topic: TopicName = "topic",
        /// Tools send `TBW102`; nothing depends on it.
        default_topic: Option<Text> = "defaultTopic",
        read_queues: u32 = "readQueueNums",
        write_queues: u32 = "writeQueueNums",
        perm: i32 = "perm",
        filter_type: Option<Text> = "topicFilterType",
        sys_flag: Option<i32> = "topicSysFlag",
        order: Option<bool> = "order",
        /// `+name=value` sets, `-name` removes, comma separated.
        attributes: Option<Text> = "attributes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = UpdateAndCreateTopic {
            topic: check::topic(),
            default_topic: Some("TBW102".into()),
            read_queues: 8,
            write_queues: 4,
            perm: 6,
            filter_type: Some("SINGLE_TAG".into()),
            sys_flag: Some(0),
            order: Some(false),
            attributes: Some("+message.type=FIFO".into()),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/update_and_create_topic.bin"),
        );
    }
}
