//! The members of a consumer group (answer to 203) or a producer group (answer to 204).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    heartbeat::{ConsumeFromWhere, ConsumeType, MessageModel, SubscriptionData},
    json_body, lenient,
};

/// One member.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Connection {
    #[serde(deserialize_with = "lenient::text")]
    pub client_id: String,
    /// `ip:port`
    #[serde(deserialize_with = "lenient::text")]
    pub client_addr: String,
    /// `Language::name`
    #[serde(deserialize_with = "lenient::text")]
    pub language: String,
    #[serde(deserialize_with = "lenient::number")]
    pub version: i32,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumerConnections {
    #[serde(deserialize_with = "lenient::or_default")]
    pub connection_set: Vec<Connection>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub subscription_table: BTreeMap<String, SubscriptionData>,
    pub consume_type: ConsumeType,
    pub message_model: MessageModel,
    pub consume_from_where: ConsumeFromWhere,
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ProducerConnections {
    #[serde(deserialize_with = "lenient::or_default")]
    pub connection_set: Vec<Connection>,
}

json_body!(ConsumerConnections, "consumer connections");
json_body!(ProducerConnections, "producer connections");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::check;

    fn connection() -> Connection {
        Connection {
            client_id: "10.0.0.1@1234#998".into(),
            client_addr: "10.0.0.1:50000".into(),
            language: "JAVA".into(),
            version: 399,
        }
    }

    #[test]
    fn the_bodies_of_the_java_codec_are_read_and_written() {
        let subscription = SubscriptionData {
            topic: "orders".into(),
            sub_string: "*".into(),
            sub_version: 1_700_000_000_000,
            ..SubscriptionData::default()
        };
        let consumers = ConsumerConnections {
            connection_set: vec![connection()],
            subscription_table: [("orders".into(), subscription)].into(),
            consume_type: ConsumeType::Passively,
            message_model: MessageModel::Clustering,
            consume_from_where: ConsumeFromWhere::LastOffset,
        };
        check::body(
            &consumers,
            include_bytes!("../testdata/body/consumer_connections.json"),
        );
        let producers = ProducerConnections {
            connection_set: vec![connection()],
        };
        check::body(
            &producers,
            include_bytes!("../testdata/body/producer_connections.json"),
        );
    }
}
