//! Find: paste anything, get what it names.

use crate::messages::MessageRow;
use crate::topics::TopicKind;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindQuery {
    /// Field `q`. Spaces around it do not count.
    pub text: String,
    /// Only this kind: the palette asks for each on its own.
    pub kind: Option<FindKind>,
    /// Hits of each kind.
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindKind {
    /// Both kinds of message id.
    MessageId,
    /// Keys, in all topics.
    Key,
    Topic,
    Group,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What the text turned out to be; before that, what its form says.
    pub recognised: Option<Recognised>,
    /// Newest first, each once.
    pub messages: Vec<MessageRow>,
    pub topics: Vec<TopicHit>,
    pub groups: Vec<GroupHit>,
    /// Some kind has more hits than the limit.
    pub more: bool,
    /// In the order it was searched.
    pub searched: Vec<Searched>,
    /// Canonical id, when the text names exactly one message and nothing else.
    pub single: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The broker's id: host and place in the commit log.
    OffsetMessageId { store_host: String, at: u64 },
    /// The producer's id.
    UniqueKey,
    /// 32 or 56 hex digits that no message has: which of the two ids it is cannot be told.
    MessageId,
    Key,
    Topic,
    Group,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicHit {
    pub name: String,
    pub kind: TopicKind,
    pub system: bool,
    /// The text is the whole name.
    pub exact: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupHit {
    pub name: String,
    pub online: u64,
    pub exact: bool,
}

/// One thing that was searched, for "nothing found in …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    pub kind: FindKind,
    pub scope: Scope,
    pub hits: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One place of the commit log, which holds `start..end`.
    CommitLog { at: u64, start: u64, end: u64 },
    /// The index of keys and unique keys, over all topics, back to the oldest message kept.
    KeyIndex { topics: u64, oldest_ms: Option<i64> },
    /// Names, by part.
    Names { count: u64 },
}
