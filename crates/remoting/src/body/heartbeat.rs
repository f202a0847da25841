//! Who a client is and what it subscribes to (body of 34).

use serde::{Deserialize, Serialize};

use super::{
    json_body,
    lenient::{self, word_enum},
};

word_enum! {
    /// How a consumer gets its messages.
    ConsumeType {
        Actively = "CONSUME_ACTIVELY",
        #[default]
        Passively = "CONSUME_PASSIVELY",
        Pop = "CONSUME_POP",
    }
}

word_enum! {
    /// Whether a message goes to one member of a group or to all.
    MessageModel {
        Broadcasting = "BROADCASTING",
        #[default]
        Clustering = "CLUSTERING",
    }
}

word_enum! {
    /// Where a group without offsets begins. Only the client acts on it.
    ConsumeFromWhere {
        #[default]
        LastOffset = "CONSUME_FROM_LAST_OFFSET",
        LastOffsetAndFromMinWhenBootFirst = "CONSUME_FROM_LAST_OFFSET_AND_FROM_MIN_WHEN_BOOT_FIRST",
        MinOffset = "CONSUME_FROM_MIN_OFFSET",
        MaxOffset = "CONSUME_FROM_MAX_OFFSET",
        FirstOffset = "CONSUME_FROM_FIRST_OFFSET",
        Timestamp = "CONSUME_FROM_TIMESTAMP",
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Heartbeat {
    #[serde(rename = "clientID", deserialize_with = "lenient::text")]
    pub client_id: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub producer_data_set: Vec<ProducerData>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub consumer_data_set: Vec<ConsumerData>,
    /// 0: the client always sends its subscriptions.
    #[serde(deserialize_with = "lenient::number")]
    pub heartbeat_fingerprint: i32,
    /// The client is alive and subscribes what it did before.
    #[serde(deserialize_with = "lenient::boolean")]
    pub without_sub: bool,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProducerData {
    #[serde(deserialize_with = "lenient::text")]
    pub group_name: String,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumerData {
    #[serde(deserialize_with = "lenient::text")]
    pub group_name: String,
    pub consume_type: ConsumeType,
    pub message_model: MessageModel,
    pub consume_from_where: ConsumeFromWhere,
    #[serde(deserialize_with = "lenient::boolean")]
    pub unit_mode: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    pub subscription_data_set: Vec<SubscriptionData>,
}

/// What a group wants of a topic.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SubscriptionData {
    #[serde(deserialize_with = "lenient::text")]
    pub topic: String,
    /// `*` or empty for everything, else tags separated by `||`, or an SQL92 expression.
    #[serde(deserialize_with = "lenient::text")]
    pub sub_string: String,
    #[serde(deserialize_with = "lenient::or_default")]
    pub tags_set: Vec<String>,
    /// `properties::tag_hash` of every tag, computed by the client.
    #[serde(deserialize_with = "lenient::numbers")]
    pub code_set: Vec<i32>,
    /// Grows with every change; milliseconds.
    #[serde(deserialize_with = "lenient::number")]
    pub sub_version: i64,
    /// `TAG` or `SQL92`.
    #[serde(deserialize_with = "lenient::text")]
    pub expression_type: String,
    #[serde(deserialize_with = "lenient::boolean")]
    pub class_filter_mode: bool,
}

impl Default for SubscriptionData {
    fn default() -> Self {
        Self {
            topic: String::new(),
            sub_string: String::new(),
            tags_set: Vec::new(),
            code_set: Vec::new(),
            sub_version: 0,
            expression_type: "TAG".into(),
            class_filter_mode: false,
        }
    }
}

json_body!(Heartbeat, "heartbeat");
json_body!(SubscriptionData, "subscription");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Body, check};

    fn sample() -> Heartbeat {
        Heartbeat {
            client_id: "10.0.0.1@1234#998".into(),
            producer_data_set: vec![ProducerData {
                group_name: "orders-producer".into(),
            }],
            consumer_data_set: vec![ConsumerData {
                group_name: "orders-service".into(),
                consume_type: ConsumeType::Passively,
                message_model: MessageModel::Clustering,
                consume_from_where: ConsumeFromWhere::FirstOffset,
                unit_mode: false,
                subscription_data_set: vec![SubscriptionData {
                    topic: "orders".into(),
                    sub_string: "TagA".into(),
                    tags_set: vec!["TagA".into()],
                    code_set: vec![2_598_919],
                    sub_version: 1_700_000_000_000,
                    ..SubscriptionData::default()
                }],
            }],
            heartbeat_fingerprint: 0,
            without_sub: false,
        }
    }

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        check::body(&sample(), include_bytes!("../testdata/body/heartbeat.json"));
    }

    #[test]
    fn numbers_as_text_and_missing_lists_are_read() {
        let cpp = r#"{"clientID":"c","consumerDataSet":[{"groupName":"g","consumeType":"CONSUME_ACTIVELY",
            "messageModel":"BROADCASTING","consumeFromWhere":"SOMETHING_NEW","unitMode":"false",
            "subscriptionDataSet":[{"topic":"t","subString":"a","tagsSet":["a"],"codeSet":["97"],"subVersion":"17","x":{}}]}],
            "producerDataSet":null}"#;
        let read = Heartbeat::read(cpp.as_bytes()).unwrap();
        let consumer = &read.consumer_data_set[0];
        assert_eq!(consumer.message_model, MessageModel::Broadcasting);
        assert_eq!(consumer.consume_from_where, ConsumeFromWhere::LastOffset);
        let subscription = &consumer.subscription_data_set[0];
        assert_eq!(
            (&subscription.code_set[..], subscription.sub_version),
            (&[97][..], 17)
        );
        assert_eq!(subscription.expression_type, "TAG");
        assert!(read.producer_data_set.is_empty());
    }

    #[test]
    fn what_is_no_heartbeat_is_refused() {
        for body in [
            "",
            "x",
            "[]",
            "{\"clientID\":[]}",
            "{\"consumerDataSet\":{}}",
            "\"\u{1}",
        ] {
            let error = Heartbeat::read(body.as_bytes()).unwrap_err();
            assert!(
                error.to_string().starts_with("heartbeat body: "),
                "{body}: {error}"
            );
        }
        let long = format!("{{\"consumerDataSet\":\"{}\"}}", "x".repeat(100_000));
        assert!(
            Heartbeat::read(long.as_bytes())
                .unwrap_err()
                .to_string()
                .len()
                < 400
        );
        let deep = format!("{{\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(
            Heartbeat::read(deep.as_bytes()),
            Ok(Heartbeat::default()),
            "ignored, and without recursion"
        );
        let deep = deep.replace('x', "consumerDataSet");
        assert!(Heartbeat::read(deep.as_bytes()).is_err());
    }
}
