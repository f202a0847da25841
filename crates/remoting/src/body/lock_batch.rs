//! Locks on message queues for orderly consumers (bodies of 41 and 42, answer to 41).

use serde::{Deserialize, Serialize};

use super::{json_body, lenient, message_queue::MessageQueue};

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LockBatch {
    #[serde(deserialize_with = "lenient::text")]
    pub consumer_group: String,
    #[serde(deserialize_with = "lenient::text")]
    pub client_id: String,
    #[serde(deserialize_with = "lenient::boolean")]
    pub only_this_broker: bool,
    #[serde(deserialize_with = "lenient::or_default")]
    pub mq_set: Vec<MessageQueue>,
}

/// The queues that are locked by the client now.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LockedQueues {
    #[serde(rename = "lockOKMQSet", deserialize_with = "lenient::or_default")]
    pub queues: Vec<MessageQueue>,
}

json_body!(LockBatch, "lock batch");
json_body!(LockedQueues, "locked queues");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::check;

    fn queues() -> Vec<MessageQueue> {
        vec![MessageQueue {
            broker_name: "broker-a".into(),
            queue_id: 3,
            topic: "orders".into(),
        }]
    }

    #[test]
    fn the_bodies_of_the_java_codec_are_read_and_written() {
        let lock = LockBatch {
            consumer_group: "orders-service".into(),
            client_id: "10.0.0.1@1234#998".into(),
            only_this_broker: false,
            mq_set: queues(),
        };
        check::body(&lock, include_bytes!("../testdata/body/lock_batch.json"));
        let locked = LockedQueues { queues: queues() };
        check::body(
            &locked,
            include_bytes!("../testdata/body/locked_queues.json"),
        );
    }
}
