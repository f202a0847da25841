//! A group's settings (body of 200, answer to 352), and those of all groups (answer to 201).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{data_version::DataVersion, json_body, lenient};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupConfig {
    #[serde(deserialize_with = "lenient::text")]
    pub group_name: String,
    #[serde(deserialize_with = "lenient::boolean")]
    pub consume_enable: bool,
    #[serde(deserialize_with = "lenient::boolean")]
    pub consume_from_min_enable: bool,
    #[serde(deserialize_with = "lenient::boolean")]
    pub consume_broadcast_enable: bool,
    #[serde(deserialize_with = "lenient::boolean")]
    pub consume_message_orderly: bool,
    #[serde(deserialize_with = "lenient::number")]
    pub retry_queue_nums: u32,
    /// -1: for ever.
    #[serde(deserialize_with = "lenient::number")]
    pub retry_max_times: i32,
    #[serde(deserialize_with = "lenient::or_default")]
    pub group_retry_policy: RetryPolicy,
    #[serde(deserialize_with = "lenient::number")]
    pub broker_id: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub which_broker_when_consume_slowly: i64,
    #[serde(deserialize_with = "lenient::boolean")]
    pub notify_consumer_ids_changed_enable: bool,
    #[serde(deserialize_with = "lenient::number")]
    pub group_sys_flag: i32,
    #[serde(deserialize_with = "lenient::number")]
    pub consume_timeout_minute: i32,
    pub subscription_data_set: Option<Vec<GroupSubscription>>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub attributes: BTreeMap<String, String>,
}

/// Java's defaults.
impl Default for GroupConfig {
    fn default() -> Self {
        Self {
            group_name: String::new(),
            consume_enable: true,
            consume_from_min_enable: true,
            consume_broadcast_enable: true,
            consume_message_orderly: false,
            retry_queue_nums: 1,
            retry_max_times: 16,
            group_retry_policy: RetryPolicy::default(),
            broker_id: 0,
            which_broker_when_consume_slowly: 1,
            notify_consumer_ids_changed_enable: true,
            group_sys_flag: 0,
            consume_timeout_minute: 15,
            subscription_data_set: None,
            attributes: BTreeMap::new(),
        }
    }
}

/// How long a failed message waits before each retry.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RetryPolicy {
    /// `CUSTOMIZED` or `EXPONENTIAL`.
    #[serde(rename = "type", deserialize_with = "lenient::text")]
    pub kind: String,
    pub exponential_retry_policy: Option<ExponentialRetry>,
    pub customized_retry_policy: Option<CustomizedRetry>,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            kind: "CUSTOMIZED".into(),
            exponential_retry_policy: None,
            customized_retry_policy: None,
        }
    }
}

/// Every wait is a multiple of the one before; milliseconds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ExponentialRetry {
    #[serde(deserialize_with = "lenient::number")]
    pub initial: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub max: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub multiplier: i64,
}

/// The waits one by one; milliseconds.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CustomizedRetry {
    #[serde(deserialize_with = "lenient::or_default")]
    pub next: Vec<i64>,
}

/// A subscription that is part of a group's settings.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupSubscription {
    #[serde(deserialize_with = "lenient::text")]
    pub topic: String,
    #[serde(deserialize_with = "lenient::text")]
    pub expression_type: String,
    #[serde(deserialize_with = "lenient::text")]
    pub expression: String,
    #[serde(deserialize_with = "lenient::number")]
    pub version: i64,
}

/// The settings of all groups.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupConfigTable {
    #[serde(deserialize_with = "lenient::or_default")]
    pub subscription_group_table: BTreeMap<String, GroupConfig>,
    /// What a group must not do with a topic: bits by topic by group.
    #[serde(deserialize_with = "lenient::or_default")]
    pub forbidden_table: BTreeMap<String, BTreeMap<String, i32>>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub data_version: DataVersion,
}

json_body!(GroupConfig, "group config");
json_body!(GroupConfigTable, "group config table");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Body, check};

    fn sample() -> GroupConfig {
        GroupConfig {
            group_name: "orders-service".into(),
            retry_max_times: 3,
            ..GroupConfig::default()
        }
    }

    #[test]
    fn the_bodies_of_the_java_codec_are_read_and_written() {
        check::body(
            &sample(),
            include_bytes!("../testdata/body/group_config.json"),
        );
        let table = GroupConfigTable {
            subscription_group_table: [("orders-service".into(), sample())].into(),
            forbidden_table: [("orders-service".into(), [("orders".into(), 1)].into())].into(),
            data_version: DataVersion {
                state_version: 0,
                timestamp: 1_700_000_000_000,
                counter: 5,
            },
        };
        check::body(
            &table,
            include_bytes!("../testdata/body/group_config_table.json"),
        );
    }

    #[test]
    fn missing_settings_have_javas_defaults() {
        let read = GroupConfig::read(br#"{"groupName":"g","groupRetryPolicy":{"type":"EXPONENTIAL","exponentialRetryPolicy":{"initial":5,"max":"7"}}}"#).unwrap();
        assert!(read.consume_enable && read.notify_consumer_ids_changed_enable);
        assert_eq!(read.group_retry_policy.kind, "EXPONENTIAL");
        let exponential = ExponentialRetry {
            initial: 5,
            max: 7,
            multiplier: 0,
        };
        assert_eq!(
            read.group_retry_policy.exponential_retry_policy,
            Some(exponential)
        );
    }
}
