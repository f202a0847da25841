//! Names of topics (answer to 206, 224, 304, 305), with one broker address where it helps.

use serde::{Deserialize, Serialize};

use super::{json_body, lenient};

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopicList {
    #[serde(deserialize_with = "lenient::or_default")]
    pub topic_list: Vec<String>,
    pub broker_addr: Option<String>,
}

json_body!(TopicList, "topic list");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Body, check};

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        let sample = TopicList {
            topic_list: vec!["orders".into()],
            broker_addr: Some("10.0.0.5:10911".into()),
        };
        check::body(&sample, include_bytes!("../testdata/body/topic_list.json"));
    }

    #[test]
    fn an_empty_list_is_not_an_absent_one() {
        let body = TopicList::default().write();
        assert_eq!(&body[..], br#"{"topicList":[],"brokerAddr":null}"#);
    }
}
