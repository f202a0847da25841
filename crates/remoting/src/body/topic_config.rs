//! A topic's settings (answer to 351), and those of all topics (answer to 21).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{data_version::DataVersion, json_body, lenient};

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopicConfig {
    #[serde(deserialize_with = "lenient::text")]
    pub topic_name: String,
    #[serde(deserialize_with = "lenient::number")]
    pub read_queue_nums: u32,
    #[serde(deserialize_with = "lenient::number")]
    pub write_queue_nums: u32,
    #[serde(deserialize_with = "lenient::number")]
    pub perm: i32,
    #[serde(deserialize_with = "lenient::text")]
    pub topic_filter_type: String,
    #[serde(deserialize_with = "lenient::number")]
    pub topic_sys_flag: i32,
    #[serde(deserialize_with = "lenient::boolean")]
    pub order: bool,
    /// For instance `message.type`. In requests the names begin with `+` or `-`.
    #[serde(deserialize_with = "lenient::or_default")]
    pub attributes: BTreeMap<String, String>,
}

/// Java's defaults.
impl Default for TopicConfig {
    fn default() -> Self {
        Self {
            topic_name: String::new(),
            read_queue_nums: 16,
            write_queue_nums: 16,
            perm: 6,
            topic_filter_type: "SINGLE_TAG".into(),
            topic_sys_flag: 0,
            order: false,
            attributes: BTreeMap::new(),
        }
    }
}

/// The settings of all topics.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopicConfigTable {
    #[serde(deserialize_with = "lenient::or_default")]
    pub topic_config_table: BTreeMap<String, TopicConfig>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub data_version: DataVersion,
    #[serde(deserialize_with = "lenient::or_default")]
    topic_queue_mapping_info_map: Nothing,
    #[serde(deserialize_with = "lenient::or_default")]
    topic_queue_mapping_detail_map: Nothing,
    #[serde(deserialize_with = "lenient::or_default")]
    mapping_data_version: DataVersion,
}

impl TopicConfigTable {
    pub fn new(
        topic_config_table: BTreeMap<String, TopicConfig>,
        data_version: DataVersion,
    ) -> Self {
        Self {
            topic_config_table,
            data_version,
            ..Self::default()
        }
    }
}

/// A map of static topics, which Gantry has none of: written empty, because Java expects it to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Nothing;

impl Serialize for Nothing {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(core::iter::empty::<((), ())>())
    }
}

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(from).map(|_| Self)
    }
}

json_body!(TopicConfig, "topic config");
json_body!(TopicConfigTable, "topic config table");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{Body, check};

    fn sample() -> TopicConfig {
        TopicConfig {
            topic_name: "orders".into(),
            read_queue_nums: 8,
            write_queue_nums: 4,
            attributes: [("message.type".into(), "FIFO".into())].into(),
            ..TopicConfig::default()
        }
    }

    #[test]
    fn the_bodies_of_the_java_codec_are_read_and_written() {
        check::body(
            &sample(),
            include_bytes!("../testdata/body/topic_config.json"),
        );
        let version = DataVersion {
            state_version: 0,
            timestamp: 1_700_000_000_000,
            counter: 5,
        };
        let mut table = TopicConfigTable::new([("orders".into(), sample())].into(), version);
        table.mapping_data_version = version;
        check::body(
            &table,
            include_bytes!("../testdata/body/topic_config_table.json"),
        );
    }

    #[test]
    fn missing_settings_have_javas_defaults() {
        let read =
            TopicConfig::read(br#"{"topicName":"t","perm":"4","attributes":null,"unknown":1}"#)
                .unwrap();
        assert_eq!(
            read,
            TopicConfig {
                topic_name: "t".into(),
                perm: 4,
                ..TopicConfig::default()
            }
        );
        assert!(TopicConfig::read(br#"{"readQueueNums":-1}"#).is_err());
    }
}
