//! Messages: a topic's messages newest first, by queue and offset, by tag, by key.

use remoting::record::Record;
use remoting::types::{QueueRef, TopicName};

use crate::cluster::{Attached, Cluster};
use crate::cursor::{self, Cursor};
use crate::error::{ConsoleError, Rule, What};
use crate::limits;
use crate::message::body;
use crate::page::Page;
use crate::topics;

mod by_key;
mod newest;
mod upwards;

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
    /// Places among them whose message cannot be read; their neighbours are.
    pub damaged: u64,
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

/// A query whose fields are right by themselves and together.
struct Checked<'a> {
    query: &'a MessageQuery,
    topic: Option<TopicName>,
    tag: Option<&'a str>,
    key: Option<&'a str>,
    limit: usize,
}

pub(crate) fn answer(of: &Attached, query: &MessageQuery) -> Result<MessagePage, ConsoleError> {
    let cluster = &*of.facade;
    let asked = check(cluster, query)?;
    let cursor = Cursor::of(query)?;
    match (asked.key, &asked.topic, query.offset) {
        (Some(key), _, _) => by_key::answer(cluster, &asked, key, before_of_key(cursor, query)?),
        (None, Some(topic), Some(offset)) => {
            let from = match cursor {
                None => offset,
                Some(Cursor::Upwards { from }) => from,
                Some(_) => return Err(cursor::foreign(query)),
            };
            // `check` has seen that an offset comes with a queue.
            let queue = QueueRef {
                topic: topic.clone(),
                id: query.queue.unwrap_or(0),
            };
            upwards::answer(cluster, &asked, &queue, from)
        }
        (None, Some(topic), None) => match cursor {
            None => newest::answer(cluster, &asked, topic, None),
            Some(Cursor::Newest { before, time_ms }) => newest::answer(
                cluster,
                &asked,
                topic,
                Some(newest::Place { before, time_ms }),
            ),
            Some(_) => Err(cursor::foreign(query)),
        },
        (None, None, _) => Err(ConsoleError::invalid("topic", "", Rule::Empty)),
    }
}

fn before_of_key(
    cursor: Option<Cursor>,
    query: &MessageQuery,
) -> Result<Option<u64>, ConsoleError> {
    match cursor {
        None => Ok(None),
        Some(Cursor::Key { before }) => Ok(Some(before)),
        Some(_) => Err(cursor::foreign(query)),
    }
}

fn check<'a>(cluster: &dyn Cluster, query: &'a MessageQuery) -> Result<Checked<'a>, ConsoleError> {
    let max = limits::MESSAGES_PER_PAGE_MAX;
    if !(1..=max).contains(&query.limit) {
        let rule = Rule::OutOfRange {
            min: 1,
            max: max.into(),
        };
        return Err(ConsoleError::invalid(
            "limit",
            &query.limit.to_string(),
            rule,
        ));
    }
    if let (Some(from), Some(to)) = (query.from_ms, query.to_ms)
        && from >= to
    {
        return Err(ConsoleError::invalid(
            "to",
            &to.to_string(),
            Rule::EndsBeforeStart,
        ));
    }
    let topic = match filled(&query.topic) {
        Some(name) => Some(topics::read_name("topic", name)?),
        None => None,
    };
    check_queue(cluster, query, topic.as_ref())?;
    Ok(Checked {
        query,
        topic,
        tag: word("tag", &query.tag)?,
        key: word("key", &query.key)?,
        limit: query.limit as usize,
    })
}

fn check_queue(
    cluster: &dyn Cluster,
    query: &MessageQuery,
    topic: Option<&TopicName>,
) -> Result<(), ConsoleError> {
    let info = match topic {
        Some(topic) => Some(
            cluster
                .topic(topic)
                .ok_or_else(|| ConsoleError::not_found(What::Topic, topic))?,
        ),
        None => None,
    };
    if let Some(queue) = query.queue {
        let Some(info) = info else {
            return Err(ConsoleError::invalid(
                "topic",
                "",
                Rule::Needs { other: "topic" },
            ));
        };
        if queue >= info.read_queues.max(info.write_queues) {
            return Err(ConsoleError::not_found(What::Queue, queue));
        }
    }
    if query.offset.is_some() && query.queue.is_none() {
        return Err(ConsoleError::invalid(
            "queue",
            "",
            Rule::Needs { other: "queue" },
        ));
    }
    Ok(())
}

/// A field left empty was not filled in.
fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
}

fn word<'a>(
    field: &'static str,
    text: &'a Option<String>,
) -> Result<Option<&'a str>, ConsoleError> {
    let Some(text) = filled(text) else {
        return Ok(None);
    };
    let len = text.chars().count();
    if len > limits::FIND_TEXT_MAX {
        return Err(ConsoleError::invalid(
            field,
            text,
            Rule::TooLong {
                len: len as u64,
                max: limits::FIND_TEXT_MAX as u64,
            },
        ));
    }
    match text.chars().find(|c| c.is_control()) {
        Some(found) => Err(ConsoleError::invalid(
            field,
            text,
            Rule::Character { found },
        )),
        None => Ok(Some(text)),
    }
}

impl Checked<'_> {
    /// Whether a record is among what was asked for; its queue is the caller's business.
    fn wants(&self, record: &Record<'_>) -> bool {
        let time = record.store_time();
        self.query.from_ms.is_none_or(|from| time >= from)
            && self.query.to_ms.is_none_or(|to| time < to)
            && self
                .tag
                .is_none_or(|tag| record.properties().tag() == Some(tag))
    }
}

/// What one call may still look at.
struct Budget {
    records: u64,
    bytes: u64,
}

impl Budget {
    const fn new() -> Self {
        Self {
            records: limits::SCAN_MAX,
            bytes: limits::SCAN_BYTES_MAX,
        }
    }

    const fn scanned(&self) -> u64 {
        limits::SCAN_MAX - self.records
    }

    const fn is_spent(&self) -> bool {
        self.records == 0 || self.bytes == 0
    }

    fn spend(&mut self, bytes: usize) {
        self.records = self.records.saturating_sub(1);
        self.bytes = self.bytes.saturating_sub(bytes as u64);
    }
}

pub(crate) fn row(record: &Record<'_>) -> MessageRow {
    let terms = record.properties().terms();
    MessageRow {
        id: record.offset_message_id().to_string(),
        unique_key: terms.uniq_key.map(str::to_owned),
        topic: record.topic().to_owned(),
        tag: terms.tag.map(str::to_owned),
        keys: terms.keys().map(str::to_owned).collect(),
        queue: record.queue_id(),
        offset: record.queue_offset().0,
        stored_ms: record.store_time(),
        bytes: record.body().len() as u64,
        preview: body::preview(record),
    }
}
