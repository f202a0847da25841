//! Topics: list, filter, sort, page; create one.

use crate::page::Page;

/// What a topic is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum TopicKind {
    Unspecified,
    #[default]
    Normal,
    Fifo,
    Delay,
    Transaction,
    Mixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TopicSort {
    #[default]
    Name,
    Queues,
    In,
    Out,
    Stored,
    Size,
    Groups,
}

/// Which topics, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicQuery {
    /// Part of the name, in any case; empty: all.
    pub text: String,
    pub kind: Option<TopicKind>,
    /// Show built-in, retry and dead-letter topics as well.
    pub system: bool,
    /// Only topics that no group reads.
    pub no_subscriber: bool,
    pub sort: TopicSort,
    pub descending: bool,
    /// From 1; a page beyond the end is the last one.
    pub page: u32,
    pub per_page: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TopicPage {
    /// `next` is the number of the next page.
    pub page: Page<TopicRow>,
    /// The page shown, after clamping.
    pub number: u32,
    pub pages: u32,
    pub counts: TopicCounts,
    /// Of all topics that the switch for system topics lets through, whatever the filter.
    pub messages: Option<u64>,
    pub bytes: Option<u64>,
}

/// How many topics each filter would show, among those whose name contains the text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TopicCounts {
    pub all: u64,
    pub unspecified: u64,
    pub normal: u64,
    pub fifo: u64,
    pub delay: u64,
    pub transaction: u64,
    pub mixed: u64,
    pub no_subscriber: u64,
    /// Built-in, retry and dead-letter topics, whatever the switch says.
    pub system: u64,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicRow {
    pub name: String,
    pub kind: TopicKind,
    /// Write queues.
    pub queues: u32,
    pub in_per_s: Option<f64>,
    pub out_per_s: Option<f64>,
    /// Messages in per second, one value a minute, the running minute last.
    pub history: Option<Vec<f64>>,
    pub stored: Option<u64>,
    pub bytes: Option<u64>,
    /// Groups that read it, or have a position in it.
    pub groups: u64,
    /// Of the group that is furthest behind; `None`: no group has a position.
    pub behind: Option<u64>,
    pub last_stored_ms: Option<i64>,
    /// How long messages are kept; `None`: not known.
    pub keep_ms: Option<i64>,
    pub system: bool,
}

/// A topic a person asks for; checked by [`Allowed::create_topic`](crate::Allowed::create_topic).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTopic {
    /// Field `name`.
    pub name: String,
    /// Field `queues`.
    pub queues: u32,
    /// Field `kind`.
    pub kind: TopicKind,
}
