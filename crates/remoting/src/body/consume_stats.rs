//! How far a group is in its topics (answer to 208). A map with message queues as keys.

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
pub struct ConsumeStats {
    pub offset_table: QueueMap<ConsumeOffset>,
    #[serde(deserialize_with = "lenient::or_default")]
    pub consume_tps: f64,
}

/// How far a group is in one queue.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumeOffset {
    /// The next offset to be written.
    #[serde(deserialize_with = "lenient::number")]
    pub broker_offset: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub consumer_offset: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub pull_offset: i64,
    /// Store time of the last message consumed.
    #[serde(deserialize_with = "lenient::number")]
    pub last_timestamp: i64,
}

impl Body for ConsumeStats {
    const NAME: &'static str = "consume stats";

    fn read(bytes: &[u8]) -> Result<Self, WireError> {
        read_json(Self::NAME, bytes)
    }

    fn write(&self) -> Bytes {
        let mut out = b"{\"consumeTps\":".to_vec();
        write_value(&mut out, &self.consume_tps);
        out.extend_from_slice(b",\"offsetTable\":");
        self.offset_table.write(&mut out);
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
        let offset = ConsumeOffset {
            broker_offset: 9,
            consumer_offset: 5,
            pull_offset: 7,
            last_timestamp: 1_700_000_000_000,
        };
        let sample = ConsumeStats {
            offset_table: QueueMap(vec![(queue, offset)]),
            consume_tps: 0.0,
        };
        check::body(
            &sample,
            include_bytes!("../testdata/body/consume_stats.json"),
        );
    }
}
