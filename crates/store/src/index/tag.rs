//! Tally: how many records, bytes, and since when, per topic and tag. Exact, because every record is counted once.
//!
//! | section | entry, little-endian                                                                        | sorted by        |
//! | tags    | topic u32, kind u8, 0 u8, tag length u16, count u64, bytes u64, last store time ms i64, tag | topic, kind, tag |
//!
//! Kinds: 0 no tag, 1 tag, 2 all tags beyond what a run lists (`TAGS_PER_TOPIC_MAX`, `TAG_LEN_MAX` of `limits.rs`).

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::dispatch::{DerivedIndex, DispatchedRecord};
use crate::error::StoreError;
use crate::index::hash::IdMap;
use crate::index::run::{RunWriter, SectionKind};
use crate::keys::TopicId;
use crate::limits;

const ROW_HEAD_LEN: usize = 32;
const _: () = assert!(
    limits::TAG_LEN_MAX <= u16::MAX as usize,
    "the length field is u16"
);

/// A count of records.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Tally {
    pub count: u64,
    pub bytes: u64,
    /// Store time of the newest; 0 when there is none.
    pub last_ms: i64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Self) {
        self.count += other.count;
        self.bytes += other.bytes;
        self.last_ms = self.last_ms.max(other.last_ms);
    }
}

/// What a topic holds under one tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TagCount {
    pub tag: String,
    pub count: u64,
    pub bytes: u64,
    pub last_ms: i64,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Label {
    Untagged,
    Tag(Box<str>),
    Others,
}

/// Tallies of one topic or of many.
pub(crate) type TagMap = BTreeMap<(TopicId, Label), Tally>;

/// Adds rows of another stretch of the log, keeping the limit per topic.
pub(crate) fn add(map: &mut TagMap, topic: TopicId, label: Label, tally: Tally) {
    map.entry((topic, label)).or_default().add(tally);
}

pub(crate) fn write_tags(map: &TagMap, out: &mut RunWriter) -> Result<(), StoreError> {
    out.begin(SectionKind::Tags);
    let mut listed = (None, 0);
    let mut others = Tally::default();
    for ((topic, label), tally) in map {
        if listed.0 != Some(*topic) {
            write_others(&mut others, listed.0, out)?;
            listed = (Some(*topic), 0);
        }
        match label {
            Label::Others => others.add(*tally),
            Label::Tag(_) if listed.1 == limits::TAGS_PER_TOPIC_MAX => others.add(*tally),
            Label::Tag(_) => {
                listed.1 += 1;
                write_row(*topic, label, tally, out)?;
            }
            Label::Untagged => write_row(*topic, label, tally, out)?,
        }
    }
    write_others(&mut others, listed.0, out)?;
    out.end()
}

fn write_others(
    others: &mut Tally,
    topic: Option<TopicId>,
    out: &mut RunWriter,
) -> Result<(), StoreError> {
    match topic {
        Some(topic) if others.count > 0 => {
            write_row(topic, &Label::Others, &std::mem::take(others), out)
        }
        _ => Ok(()),
    }
}

fn write_row(
    topic: TopicId,
    label: &Label,
    tally: &Tally,
    out: &mut RunWriter,
) -> Result<(), StoreError> {
    let (kind, tag) = match label {
        Label::Untagged => (0, ""),
        Label::Tag(tag) => (1, &**tag),
        Label::Others => (2, ""),
    };
    let len = u16::try_from(tag.len()).unwrap_or(u16::MAX);
    let mut head = [0; ROW_HEAD_LEN];
    head[..4].copy_from_slice(&topic.0.to_le_bytes());
    head[4] = kind;
    head[6..8].copy_from_slice(&len.to_le_bytes());
    head[8..16].copy_from_slice(&tally.count.to_le_bytes());
    head[16..24].copy_from_slice(&tally.bytes.to_le_bytes());
    head[24..].copy_from_slice(&tally.last_ms.to_le_bytes());
    out.write(&head)?;
    out.write(tag.as_bytes())
}

/// `None` when the rows break their own rules.
pub(crate) fn decode_tags(mut section: &[u8]) -> Option<TagMap> {
    let mut map = TagMap::new();
    while let Some((head, rest)) = section.split_first_chunk::<ROW_HEAD_LEN>() {
        let u64_at = |i: usize| Some(u64::from_le_bytes(*head.get(i..)?.first_chunk()?));
        let len = u16::from_le_bytes([head[6], head[7]]);
        let (tag, rest) = rest.split_at_checked(usize::from(len))?;
        let label = match head[4] {
            0 => Label::Untagged,
            1 => Label::Tag(std::str::from_utf8(tag).ok()?.into()),
            2 => Label::Others,
            _ => return None,
        };
        let tally = Tally {
            count: u64_at(8)?,
            bytes: u64_at(16)?,
            last_ms: u64_at(24)?.cast_signed(),
        };
        let topic = TopicId(u32::from_le_bytes([head[0], head[1], head[2], head[3]]));
        add(&mut map, topic, label, tally);
        section = rest;
    }
    section.is_empty().then_some(map)
}

/// Tallies since the last run.
#[derive(Debug, Default)]
pub(crate) struct TagTail(Mutex<IdMap<TopicId, TopicTally>>);

#[derive(Debug, Default)]
struct TopicTally {
    total: Tally,
    untagged: Tally,
    others: Tally,
    /// By tag hash; tags that share one lie side by side.
    tags: IdMap<i32, Vec<(Box<str>, Tally)>>,
    listed: usize,
}

impl TopicTally {
    fn of_tag(&mut self, tag: &str, hash: i32) -> &mut Tally {
        let known = self.tags.get(&hash);
        let place = known.and_then(|side| side.iter().position(|(known, _)| **known == *tag));
        let full = self.listed == limits::TAGS_PER_TOPIC_MAX || tag.len() > limits::TAG_LEN_MAX;
        if place.is_none() && full {
            return &mut self.others;
        }
        let side = self.tags.entry(hash).or_default();
        let place = place.unwrap_or_else(|| {
            self.listed += 1;
            side.push((tag.into(), Tally::default()));
            side.len() - 1
        });
        &mut side[place].1
    }

    fn labels(&self) -> impl Iterator<Item = (Label, Tally)> {
        let tags = self.tags.values().flatten();
        let tags = tags.map(|(tag, tally)| (Label::Tag(tag.clone()), *tally));
        let rest = [
            (Label::Untagged, self.untagged),
            (Label::Others, self.others),
        ];
        tags.chain(rest).filter(|(_, tally)| tally.count > 0)
    }
}

impl TagTail {
    fn lock(&self) -> MutexGuard<'_, IdMap<TopicId, TopicTally>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn total(&self, topic: TopicId) -> Tally {
        self.lock().get(&topic).map(|t| t.total).unwrap_or_default()
    }

    pub(crate) fn totals(&self) -> Vec<(TopicId, Tally)> {
        self.lock()
            .iter()
            .map(|(topic, tally)| (*topic, tally.total))
            .collect()
    }

    /// Adds what `topic` has here.
    pub(crate) fn add_to(&self, topic: TopicId, map: &mut TagMap) {
        if let Some(tally) = self.lock().get(&topic) {
            for (label, tally) in tally.labels() {
                add(map, topic, label, tally);
            }
        }
    }
}

impl DerivedIndex for TagTail {
    fn append(&self, record: &DispatchedRecord<'_>) {
        let one = Tally {
            count: 1,
            bytes: u64::from(record.len),
            last_ms: record.store_time,
        };
        let mut topics = self.lock();
        let topic = topics.entry(record.queue.topic).or_default();
        topic.total.add(one);
        match record.terms.tag {
            Some(tag) => topic.of_tag(tag, record.terms.tag_hash).add(one),
            None => topic.untagged.add(one),
        }
    }

    fn seal(&self, out: &mut RunWriter) -> Result<(), StoreError> {
        let mut map = TagMap::new();
        for (topic, tally) in &*self.lock() {
            for (label, tally) in tally.labels() {
                add(&mut map, *topic, label, tally);
            }
        }
        write_tags(&map, out)
    }
}
