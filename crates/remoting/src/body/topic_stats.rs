//! Offsets and last store time of a topic's queues (answer to 202). A map with message queues as keys.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{
    Body, lenient,
    message_queue::{QueueMap, write_value},
    read_json,
};
use crate::error::WireError;

#[derive(Clone, PartialEq, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopicStats {
    pub offset_table: QueueMap<TopicOffset>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub topic_put_tps: f64,
}

/// What a queue holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TopicOffset {
    #[serde(deserialize_with = "lenient::number")]
    pub min_offset: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub max_offset: i64,
    /// 0 when nothing was stored.
    #[serde(deserialize_with = "lenient::number")]
    pub last_update_timestamp: i64,
}

impl Body for TopicStats {
    const NAME: &'static str = "topic stats";

    fn read(bytes: &[u8]) -> Result<Self, WireError> {
        read_json(Self::NAME, bytes)
    }

    fn write(&self) -> Bytes {
        let mut out = b"{\"offsetTable\":".to_vec();
        self.offset_table.write(&mut out);
        out.extend_from_slice(b",\"topicPutTps\":");
        write_value(&mut out, &self.topic_put_tps);
        out.push(b'}');
        out.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::{check, message_queue::MessageQueue};

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        let queue = MessageQueue {
            broker_name: "broker-a".into(),
            queue_id: 3,
            topic: "orders".into(),
        };
        let offset = TopicOffset {
            min_offset: 2,
            max_offset: 9,
            last_update_timestamp: 1_700_000_000_000,
        };
        let sample = TopicStats {
            offset_table: QueueMap(vec![(queue, offset)]),
            topic_put_tps: 1.5,
        };
        check::body(&sample, include_bytes!("../testdata/body/topic_stats.json"));
    }
}
