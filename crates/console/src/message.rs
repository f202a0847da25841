//! One message: body, properties, where it is stored, who has passed it, its copies.

use bytes::Bytes;

use crate::messages::MessageRow;

#[derive(Clone, Debug, PartialEq)]
pub struct MessageDetail {
    /// The canonical id.
    pub id: String,
    pub unique_key: Option<String>,
    pub topic: String,
    pub queue: u32,
    pub offset: u64,
    /// First byte of the record in the commit log.
    pub at: u64,
    /// Length of the record.
    pub record_len: u64,
    pub segment: Option<Segment>,
    pub tag: Option<String>,
    pub keys: Vec<String>,
    /// In the order they are stored.
    pub properties: Vec<Property>,
    pub body: Body,
    pub born_ms: i64,
    pub born_host: String,
    pub stored_ms: i64,
    pub store_host: String,
    pub reconsume_times: u32,
    /// When retention by age removes it; `None`: not known.
    pub kept_until_ms: Option<i64>,
    pub groups: Vec<GroupOnMessage>,
    /// Newest first, without the message itself.
    pub duplicates: Vec<Duplicate>,
    pub duplicates_more: bool,
}

/// The file a record is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub file: String,
    pub base: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    pub name: String,
    pub value: String,
    /// RocketMQ gives it a meaning.
    pub system: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// Decompressed, at most [`limits::BODY_SHOWN_MAX`](crate::limits::BODY_SHOWN_MAX) (or, for a download, more).
    pub bytes: Bytes,
    pub shape: Shape,
    /// As stored.
    pub stored_len: u64,
    /// Decompressed; `None`: larger than was decompressed, so not known.
    pub len: Option<u64>,
    pub compression: Compression,
    /// `bytes` is not all of it.
    pub cut: bool,
}

/// What the bytes look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Empty,
    Json,
    Text,
    Binary,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Lz4,
    Zstd,
    Zlib,
    /// Marked as compressed, but not readable as what it says: the bytes are shown as stored.
    Unreadable,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupOnMessage {
    pub group: String,
    pub status: GroupStatus,
    pub evidence: Evidence,
    /// The group's position in the message's queue.
    pub position: Option<u64>,
    /// What the group asks for now; `None`: nobody is connected.
    pub expression: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupStatus {
    /// The group's position is behind the message.
    PositionPassed,
    /// The group's position has not come to the message.
    NotYet,
    /// The group's subscription leaves the message out.
    FilteredByTag,
    /// The group has no position in the message's queue.
    NoPosition,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// From a record of the broker.
    Fact,
    /// From positions and subscriptions as they are now; a reset may have made it wrong.
    Inferred,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    pub row: MessageRow,
    pub same: Same,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Same {
    /// The same unique key: a resend, a retry, a dead letter.
    UniqueKey,
    /// The same business key.
    Key(String),
}
