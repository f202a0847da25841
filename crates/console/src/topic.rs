//! One topic: its queues, tags and groups.

use crate::topics::TopicRow;

#[derive(Clone, Debug, PartialEq)]
pub struct TopicDetail {
    pub row: TopicRow,
    pub read_queues: u32,
    pub write_queues: u32,
    pub perm: Perm,
    pub queues: Vec<QueueRow>,
    /// Exact, from the index; largest first. `None`: could not be counted.
    pub tags: Option<Vec<TagCount>>,
    pub groups: Vec<GroupRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Perm {
    pub read: bool,
    pub write: bool,
}

/// One message queue: `min..max` can be read, `max` is the next to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    pub id: u32,
    pub min: u64,
    pub max: u64,
    pub stored: u64,
    pub last_stored_ms: Option<i64>,
}

/// How many messages carry a tag; the empty tag is "no tag".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    pub tag: String,
    pub count: u64,
    pub bytes: u64,
    pub last_ms: i64,
}

/// A group that reads the topic, or has a position in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    pub name: String,
    /// What its members ask for; `None`: nobody is connected.
    pub expression: Option<String>,
    /// Members connected now.
    pub online: u64,
    /// `None`: it has no position in any queue.
    pub behind: Option<u64>,
}
