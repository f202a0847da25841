//! Messages: a topic's messages newest first, by queue and offset, by tag, by key.

use crate::page::Page;

/// Which messages. `topic` alone: newest first; `key` works without a topic.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MessageQuery {
    pub topic: Option<String>,
    /// Stored at or after.
    pub from_ms: Option<i64>,
    /// Stored before.
    pub to_ms: Option<i64>,
    pub queue: Option<u32>,
    /// From this offset of `queue` upwards; needs a queue.
    pub offset: Option<u64>,
    pub tag: Option<String>,
    pub key: Option<String>,
    /// `next` of the page before, with everything else unchanged.
    pub cursor: Option<String>,
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct MessagePage {
    /// Newest first; upwards when an offset was asked for. An empty page with `next` is "nothing yet, go on".
    pub page: Page<MessageRow>,
    /// Messages looked at by this call.
    pub scanned: u64,
    /// Everything stored after this has been looked at; `None`: nothing was scanned by time.
    pub scanned_back_to_ms: Option<i64>,
}

/// One line of a list of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRow {
    /// The canonical id.
    pub id: String,
    pub unique_key: Option<String>,
    pub topic: String,
    pub tag: Option<String>,
    pub keys: Vec<String>,
    pub queue: u32,
    pub offset: u64,
    pub stored_ms: i64,
    /// Of the body as it is stored.
    pub bytes: u64,
    /// Start of the body on one line; `None`: no text.
    pub preview: Option<String>,
}
