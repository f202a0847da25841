//! What the facade hands out: plain data, built from what the broker knows, promised to nobody outside the process.

use std::net::SocketAddr;

use bytes::Bytes;
use remoting::record::Record;
use remoting::types::{GroupName, LogOffset, QueueOffset, QueueRef, TopicName};
use store::StoreStatus;

use crate::error::BrokerError;

/// Where the broker's doors listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    pub name_server: SocketAddr,
    pub broker: SocketAddr,
    pub vip: Option<SocketAddr>,
}

/// Read and write switch of a topic (RocketMQ's `perm` bits).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicPerm(u32);

impl TopicPerm {
    pub const INHERIT: u32 = 1;
    pub const WRITE: u32 = 2;
    pub const READ: u32 = 4;
    const PRIORITY: u32 = 8;
    pub const READ_WRITE: Self = Self(Self::READ | Self::WRITE);

    /// `None` when a bit is set that RocketMQ does not know.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Option<Self> {
        let known = Self::INHERIT | Self::WRITE | Self::READ | Self::PRIORITY;
        if bits & !known == 0 {
            Some(Self(bits))
        } else {
            None
        }
    }

    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }

    #[must_use]
    pub const fn readable(self) -> bool {
        self.0 & Self::READ != 0
    }

    #[must_use]
    pub const fn writable(self) -> bool {
        self.0 & Self::WRITE != 0
    }
}

/// What a topic is meant for (its `message.type` attribute).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum MessageKind {
    #[default]
    Unspecified,
    Normal,
    Fifo,
    Delay,
    Transaction,
    Mixed,
}

impl MessageKind {
    /// The attribute's value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "UNSPECIFIED",
            Self::Normal => "NORMAL",
            Self::Fifo => "FIFO",
            Self::Delay => "DELAY",
            Self::Transaction => "TRANSACTION",
            Self::Mixed => "MIXED",
        }
    }

    /// The kind of an attribute's value; `None` for an unknown one.
    #[must_use]
    pub fn from_attribute(value: &str) -> Option<Self> {
        [
            Self::Unspecified,
            Self::Normal,
            Self::Fifo,
            Self::Delay,
            Self::Transaction,
            Self::Mixed,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == value)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicInfo {
    pub name: TopicName,
    pub read_queues: u32,
    pub write_queues: u32,
    pub perm: TopicPerm,
    pub kind: MessageKind,
    pub order: bool,
    /// Built in, or a name reserved for the broker itself.
    pub system: bool,
}

/// A topic an operator asks for.
#[derive(Clone, Debug)]
pub struct TopicSpec {
    pub name: TopicName,
    pub queues: u32,
    pub perm: TopicPerm,
    pub kind: MessageKind,
}

/// Numbers of one topic. `None` is "not known", never 0.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicStats {
    pub stored: u64,
    pub bytes: Option<u64>,
    pub in_per_s: Option<f64>,
    pub out_per_s: Option<f64>,
    pub last_stored_ms: Option<i64>,
}

/// One message queue: `min..max` is what can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueStats {
    pub id: u32,
    pub min: QueueOffset,
    pub max: QueueOffset,
    pub last_stored_ms: Option<i64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsumeMode {
    Clustering,
    Broadcasting,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInfo {
    pub name: GroupName,
    /// Members connected now.
    pub online: usize,
    /// What the members said; `None` while nobody is connected.
    pub mode: Option<ConsumeMode>,
    /// Topics the connected members subscribe to.
    pub topics: Vec<TopicName>,
    pub system: bool,
}

/// What a connected group asked for of one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubscriptionInfo {
    pub expression: String,
    /// Empty: everything.
    pub tag_hashes: Vec<i32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    pub id: String,
    pub addr: SocketAddr,
    pub language: String,
    pub version: i32,
    pub producer_groups: Vec<GroupName>,
    pub consumer_groups: Vec<GroupName>,
    pub last_seen_ms: i64,
}

/// A message the console sends.
#[derive(Clone, Debug)]
pub struct OutgoingMessage {
    pub topic: TopicName,
    /// `None`: any write queue.
    pub queue: Option<u32>,
    pub tag: Option<String>,
    pub keys: Vec<String>,
    pub properties: Vec<(String, String)>,
    pub body: Bytes,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    /// The canonical id (offsetMsgId).
    pub id: String,
    pub unique_key: String,
    pub queue: QueueRef,
    pub offset: QueueOffset,
}

/// A record that was read and checked.
#[derive(Clone, Debug)]
pub struct StoredMessage {
    bytes: Bytes,
}

impl StoredMessage {
    pub(crate) fn checked(bytes: Bytes) -> Result<Self, BrokerError> {
        Record::parse(&bytes)?;
        Ok(Self { bytes })
    }

    /// The record's fields.
    ///
    /// # Panics
    /// Never: the record was parsed when this value was made, and its bytes cannot change.
    #[must_use]
    pub fn record(&self) -> Record<'_> {
        Record::parse(&self.bytes).expect("the record was parsed when it was read")
    }

    #[must_use]
    pub fn at(&self) -> LogOffset {
        self.record().log_offset()
    }

    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

#[derive(Clone, Debug)]
pub struct FoundMessages {
    /// Newest first.
    pub messages: Vec<StoredMessage>,
    pub more: bool,
    /// Records that may carry the key and cannot be read.
    pub damaged: u64,
}

#[derive(Clone, Debug)]
pub struct BrokerStatus {
    pub addresses: Addresses,
    /// Changes with every start.
    pub start_id: String,
    pub started_ms: i64,
    pub store: StoreStatus,
    /// How long a message is kept at least, disk permitting.
    pub keep_ms: i64,
    /// Since the start.
    pub messages_in_total: u64,
    pub messages_out_total: u64,
    pub in_per_s: Option<f64>,
    pub out_per_s: Option<f64>,
    /// Messages per second, one value a minute, the running minute last.
    pub in_history: Vec<f64>,
    pub out_history: Vec<f64>,
    pub connections: usize,
    /// Pulls waiting for a message.
    pub held_pulls: usize,
    pub cluster_name: String,
    pub broker_name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    Counter,
    Gauge,
}

/// One sample for `/metrics`.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    pub name: &'static str,
    pub help: &'static str,
    pub kind: MetricKind,
    pub value: f64,
    pub labels: Vec<(&'static str, String)>,
}
