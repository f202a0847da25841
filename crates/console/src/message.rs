//! One message: body, properties, where it is stored, who has passed it, its copies.

use broker::{KeyQuery, StoredMessage};
use bytes::Bytes;
use remoting::message_id::OffsetMessageId;
use remoting::properties;
use remoting::record::Record;
use remoting::types::TopicName;

use crate::cluster::{Attached, Cluster, present};
use crate::error::{ConsoleError, What};
use crate::limits;
use crate::messages::{MessageRow, row};

pub(crate) mod body;
mod groups;

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
    /// Decompressed, at most [`limits::BODY_SHOWN_MAX`] (or, for a download, more).
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

pub(crate) fn answer(of: &Attached, id: &str) -> Result<MessageDetail, ConsoleError> {
    let cluster = &*of.facade;
    let message = look_up(cluster, id)?;
    let record = message.record();
    let (duplicates, duplicates_more) = duplicates(cluster, &record)?;
    let segment = cluster.locate(record.log_offset()).map(|segment| Segment {
        file: segment
            .file
            .file_name()
            .unwrap_or(segment.file.as_os_str())
            .to_string_lossy()
            .into_owned(),
        base: segment.base.0,
    });
    let row = row(&record);
    Ok(MessageDetail {
        id: row.id,
        unique_key: row.unique_key,
        queue: row.queue,
        offset: row.offset,
        at: record.log_offset().0,
        record_len: record.bytes().len() as u64,
        segment,
        tag: row.tag,
        keys: row.keys,
        properties: record.properties().iter().map(property).collect(),
        body: body::read(message.bytes(), &record, limits::BODY_SHOWN_MAX),
        born_ms: record.born_time(),
        born_host: record.born_host().to_string(),
        stored_ms: record.store_time(),
        store_host: record.store_host().to_string(),
        reconsume_times: u32::try_from(record.reconsume_times()).unwrap_or(0),
        kept_until_ms: cluster
            .keep_ms()
            .and_then(|keep| record.store_time().checked_add(keep)),
        groups: groups::on_message(cluster, &record),
        duplicates,
        duplicates_more,
        topic: row.topic,
    })
}

pub(crate) fn whole_body(of: &Attached, id: &str) -> Result<Body, ConsoleError> {
    let message = look_up(&*of.facade, id)?;
    Ok(body::read(
        message.bytes(),
        &message.record(),
        limits::BODY_DOWNLOAD_MAX,
    ))
}

fn look_up(cluster: &dyn Cluster, id: &str) -> Result<StoredMessage, ConsoleError> {
    let found = match by_offset_id(cluster, id)? {
        Some(message) => Some(message),
        None => by_unique_key(cluster, id)?,
    };
    found.ok_or_else(|| ConsoleError::not_found(What::Message, id))
}

/// The message with exactly this id: a record at the same place that was stored by another host is a stranger.
pub(crate) fn by_offset_id(
    cluster: &dyn Cluster,
    id: &str,
) -> Result<Option<StoredMessage>, ConsoleError> {
    let Ok(id) = id.parse::<OffsetMessageId>() else {
        return Ok(None);
    };
    let found = present(cluster.message(id.at))?;
    Ok(found.filter(|message| message.record().offset_message_id() == id))
}

fn by_unique_key(cluster: &dyn Cluster, key: &str) -> Result<Option<StoredMessage>, ConsoleError> {
    if key.is_empty() || key.len() > limits::FIND_TEXT_MAX {
        return Ok(None);
    }
    let found = cluster.find_key(None, key, all_time(limits::DUPLICATES_MAX))?;
    Ok(found
        .messages
        .into_iter()
        .find(|message| message.record().properties().uniq_key() == Some(key)))
}

pub(crate) const fn all_time(max: usize) -> KeyQuery {
    KeyQuery {
        from_ms: 0,
        to_ms: i64::MAX,
        max,
        before: None,
    }
}

fn property((name, value): (&str, &str)) -> Property {
    Property {
        name: name.to_owned(),
        value: value.to_owned(),
        system: properties::is_reserved(name),
    }
}

/// Other messages with the same unique key, then with the same keys; each once, newest first.
fn duplicates(
    cluster: &dyn Cluster,
    record: &Record<'_>,
) -> Result<(Vec<Duplicate>, bool), ConsoleError> {
    let properties = record.properties();
    let mut keys: Vec<&str> = properties.keys().collect();
    let mut more = keys.len() > limits::DUPLICATE_KEYS_MAX;
    keys.truncate(limits::DUPLICATE_KEYS_MAX);
    let unique = properties.uniq_key().map(|key| (key, Same::UniqueKey));
    let mut copies: Vec<(StoredMessage, Same)> = Vec::new();
    for (key, same) in unique
        .into_iter()
        .chain(keys.into_iter().map(|key| (key, Same::Key(key.to_owned()))))
    {
        // One more than is shown, for the message itself.
        let found = cluster.find_key(None, key, all_time(limits::DUPLICATES_MAX + 1))?;
        more |= found.more;
        for message in found.messages {
            let known = copies.iter().any(|(copy, _)| copy.at() == message.at());
            if !known && message.at() != record.log_offset() && is_same(&message, key, &same) {
                copies.push((message, same.clone()));
            }
        }
    }
    copies.sort_by_key(|(message, _)| std::cmp::Reverse(message.at()));
    more |= copies.len() > limits::DUPLICATES_MAX;
    copies.truncate(limits::DUPLICATES_MAX);
    Ok((
        copies
            .into_iter()
            .map(|(message, same)| Duplicate {
                row: row(&message.record()),
                same,
            })
            .collect(),
        more,
    ))
}

/// One index holds both kinds of key; a key that happens to be another message's id makes no copy.
fn is_same(message: &StoredMessage, key: &str, same: &Same) -> bool {
    let record = message.record();
    match same {
        Same::UniqueKey => record.properties().uniq_key() == Some(key),
        Same::Key(_) => record.properties().keys().any(|word| word == key),
    }
}

fn topic_of(record: &Record<'_>) -> Option<TopicName> {
    TopicName::new(record.topic()).ok()
}
