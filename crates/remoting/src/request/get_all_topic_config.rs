//! GET_ALL_TOPIC_CONFIG (21): every topic's settings. Answered with a `TopicConfigTable`; all of it is an answer to
//! every page.

use crate::types::Text;

header! {
    GetAllTopicConfig asks GetAllTopicConfig {
        first: Option<i32> = "topicSeq",
        /// JSON.
        data_version: Option<Text> = "dataVersion",
        max: Option<i32> = "maxTopicNum",
    }
}

header! {
    GetAllTopicConfigReply answers {
        total: u32 = "totalTopicNum",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetAllTopicConfig {
            first: None,
            data_version: None,
            max: None,
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_all_topic_config.bin"),
        );
    }
}
