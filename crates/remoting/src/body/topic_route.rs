//! Which brokers have a topic, and how many queues on each (answer to 105).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{json_body, lenient};

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopicRoute {
    #[serde(deserialize_with = "lenient::or_default")]
    pub broker_datas: Vec<BrokerData>,
    /// Always written: the Rust client needs it.
    #[serde(deserialize_with = "lenient::or_default")]
    pub filter_server_table: BTreeMap<String, Vec<String>>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub queue_datas: Vec<QueueData>,
    /// `broker-a:4;broker-b:4`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_topic_conf: Option<String>,
}

/// A broker and its addresses.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BrokerData {
    /// By broker id; 0 is the master.
    #[serde(deserialize_with = "lenient::or_default")]
    pub broker_addrs: BTreeMap<i64, String>,
    #[serde(deserialize_with = "lenient::text")]
    pub broker_name: String,
    #[serde(deserialize_with = "lenient::text")]
    pub cluster: String,
    #[serde(deserialize_with = "lenient::boolean")]
    pub enable_acting_master: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone_name: Option<String>,
}

/// The queues of a topic on one broker.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct QueueData {
    #[serde(deserialize_with = "lenient::text")]
    pub broker_name: String,
    #[serde(deserialize_with = "lenient::number")]
    pub perm: i32,
    #[serde(deserialize_with = "lenient::number")]
    pub read_queue_nums: u32,
    #[serde(deserialize_with = "lenient::number")]
    pub topic_sys_flag: i32,
    #[serde(deserialize_with = "lenient::number")]
    pub write_queue_nums: u32,
}

json_body!(TopicRoute, "topic route");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Body, check};

    fn sample() -> TopicRoute {
        TopicRoute {
            broker_datas: vec![BrokerData {
                broker_addrs: [(0, "10.0.0.5:10911".into()), (1, "10.0.0.6:10911".into())].into(),
                broker_name: "broker-a".into(),
                cluster: "DefaultCluster".into(),
                enable_acting_master: false,
                zone_name: None,
            }],
            filter_server_table: BTreeMap::new(),
            queue_datas: vec![QueueData {
                broker_name: "broker-a".into(),
                perm: 6,
                read_queue_nums: 8,
                topic_sys_flag: 0,
                write_queue_nums: 4,
            }],
            order_topic_conf: None,
        }
    }

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        check::body(
            &sample(),
            include_bytes!("../testdata/body/topic_route.json"),
        );
    }

    #[test]
    fn fastjsons_unquoted_broker_ids_are_read() {
        let old = include_bytes!("../testdata/body/topic_route_fastjson.json");
        assert_eq!(TopicRoute::read(old), Ok(sample()));
    }
}
