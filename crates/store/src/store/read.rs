//! Reading: by queue, by place, by key, by time. Everything here is about what is visible.

use bytes::Bytes;
use remoting::record::Record;
use remoting::types::{LogOffset, QueueOffset};

use crate::commit_log::Ahead;
use crate::error::StoreError;
use crate::index::key::KeyProbe;
use crate::index::{Boundary, Bounds, Entry, TagCount, Tally};
use crate::keys::{QueueKey, TopicId};
use crate::store::{Inner, Store};

/// Entries of a queue that are looked at between two looks at the limits.
const ENTRIES_PER_LOOK: u32 = 256;

/// Candidates for a key that are compared at a time.
const CANDIDATES_PER_LOOK: usize = 64;

#[derive(Clone, Copy, Debug)]
pub struct PullLimits {
    pub max_count: u32,
    /// The first record is given also when it is longer.
    pub max_bytes: u32,
    /// Entries that are looked at, matching or not.
    pub max_scan: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pulled {
    pub count: u32,
    /// Where to pull next.
    pub next: QueueOffset,
    pub bounds: Bounds,
    pub outcome: PullOutcome,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PullOutcome {
    Found,
    /// Messages are there, none of those looked at passes the filter.
    NoneMatched,
    /// Nothing was ever written to this queue.
    Empty,
    /// Asked for what retention removed.
    TooSmall,
    /// Asked for the next message to come.
    AtEnd,
    /// Asked for what is further off than that.
    TooLarge,
    /// Retention removed it while it was asked for.
    Removed,
}

#[derive(Clone, Copy, Debug)]
pub struct KeyQuery {
    /// Store times, both inclusive.
    pub from_ms: i64,
    pub to_ms: i64,
    pub max: usize,
    /// Only records before this one: how a second page goes on.
    pub before: Option<LogOffset>,
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct KeyHits {
    /// Newest first; each was compared with the key itself.
    pub hits: Vec<LogOffset>,
    /// There may be older ones.
    pub more: bool,
    /// Records that may carry the key and cannot be read.
    pub damaged: usize,
}

impl Store {
    #[must_use]
    pub fn bounds(&self, queue: QueueKey) -> Bounds {
        self.0.index.bounds(queue)
    }

    /// Appends records of a queue to `out`, back to back, from `from` on and as many as the limits allow. `wanted` sees
    /// hashes of tags. A damaged record is passed over and logged: it must not stop its queue for ever.
    #[expect(
        clippy::too_many_arguments,
        reason = "what a pull request says, as it says it"
    )]
    pub fn pull(
        &self,
        queue: QueueKey,
        from: QueueOffset,
        limits: &PullLimits,
        wanted: &dyn Fn(i32) -> bool,
        out: &mut Vec<u8>,
    ) -> Result<Pulled, StoreError> {
        let bounds = self.bounds(queue);
        let answer = |outcome, next| {
            Ok(Pulled {
                count: 0,
                next,
                bounds,
                outcome,
            })
        };
        if bounds.max.0 == 0 {
            return answer(PullOutcome::Empty, QueueOffset(0));
        }
        if from < bounds.min {
            return answer(PullOutcome::TooSmall, bounds.min);
        }
        if from == bounds.max {
            return answer(PullOutcome::AtEnd, from);
        }
        if from > bounds.max {
            return answer(PullOutcome::TooLarge, bounds.max);
        }
        let mut pull = Pull {
            inner: &self.0,
            queue,
            limits,
            start: out.len(),
            out,
            ahead: Ahead::default(),
            count: 0,
            scanned: 0,
            removed: false,
        };
        let next = pull.run(from, wanted)?;
        let (count, removed) = (pull.count, pull.removed);
        let outcome = match count {
            0 if removed => PullOutcome::Removed,
            0 => PullOutcome::NoneMatched,
            _ => PullOutcome::Found,
        };
        Ok(Pulled {
            count,
            next,
            bounds,
            outcome,
        })
    }

    pub fn entry(&self, queue: QueueKey, offset: QueueOffset) -> Result<Option<Entry>, StoreError> {
        self.0.index.entry(queue, offset)
    }

    /// The record that starts at `at`; `None` when none does, or it belongs to a deleted topic.
    pub fn record(&self, at: LogOffset) -> Result<Option<Bytes>, StoreError> {
        if at >= self.visible() {
            return Ok(None);
        }
        let Some(bytes) = self.0.log.record(at)? else {
            return Ok(None);
        };
        let Ok(record) = Record::parse(&bytes) else {
            return Ok(None);
        };
        let Some(topic) = self.0.meta.topic_at(record.topic(), at) else {
            return Ok(None);
        };
        let queue = QueueKey {
            topic,
            queue: record.queue_id(),
        };
        // A body may hold bytes that look like a frame: only what its queue knows is a record.
        let known = self.entry(queue, record.queue_offset())?;
        Ok(known.filter(|entry| entry.at == at).map(|_| bytes))
    }

    /// Records that carry `key`, as a word of KEYS or as unique key, in one topic or in all.
    pub fn find_key(
        &self,
        topic: Option<TopicId>,
        key: &str,
        query: &KeyQuery,
    ) -> Result<KeyHits, StoreError> {
        let mut hits = KeyHits::default();
        let topic_hash = match topic.map(|topic| self.0.meta.topic_name(topic)) {
            Some(None) => return Ok(hits),
            Some(Some(name)) => Some(self.0.hasher.topic(name.as_str())),
            None => None,
        };
        let oldest = self.0.index.log_range_at(query.from_ms).start;
        let newest = self.0.index.log_range_at(query.to_ms.saturating_add(1)).end;
        let end = query.before.map_or(newest, |before| before.min(newest));
        let mut probe = KeyProbe {
            key: self.0.hasher.key(key),
            topic: topic_hash,
            range: oldest..end,
            max: CANDIDATES_PER_LOOK,
        };
        loop {
            let found = self.0.index.key_candidates(&probe)?;
            for at in &found.at {
                if hits.hits.len() == query.max {
                    hits.more = true;
                    return Ok(hits);
                }
                match self.carries(*at, topic, key, query) {
                    Ok(true) => hits.hits.push(*at),
                    Ok(false) => {}
                    Err(e) => {
                        tracing::error!(error = %e, "a record that may carry a key cannot be read");
                        hits.damaged += 1;
                    }
                }
            }
            match found.at.last() {
                Some(last) if found.more => probe.range.end = *last,
                _ => return Ok(hits),
            }
        }
    }

    fn carries(
        &self,
        at: LogOffset,
        topic: Option<TopicId>,
        key: &str,
        query: &KeyQuery,
    ) -> Result<bool, StoreError> {
        let Some(bytes) = self.0.log.record(at)? else {
            return Ok(false);
        };
        let Ok(record) = Record::parse(&bytes) else {
            return Ok(false);
        };
        let of = self.0.meta.topic_at(record.topic(), at);
        let terms = record.properties().terms();
        let carried = terms.uniq_key == Some(key) || terms.keys().any(|word| word == key);
        let in_time = (query.from_ms..=query.to_ms).contains(&record.store_time());
        Ok(carried && in_time && of.is_some() && (topic.is_none() || of == topic))
    }

    /// The queue offset that a search by store time answers.
    pub fn offset_at(
        &self,
        queue: QueueKey,
        time_ms: i64,
        boundary: Boundary,
    ) -> Result<QueueOffset, StoreError> {
        self.0
            .index
            .offset_at(queue, time_ms, boundary, &|at| self.0.store_time_at(at))
    }

    pub fn store_time(
        &self,
        queue: QueueKey,
        offset: QueueOffset,
    ) -> Result<Option<i64>, StoreError> {
        match self.entry(queue, offset)? {
            Some(entry) => self.0.store_time_at(entry.at),
            None => Ok(None),
        }
    }

    pub fn tag_counts(&self, topic: TopicId) -> Result<Vec<TagCount>, StoreError> {
        self.0.index.tag_counts(topic)
    }

    #[must_use]
    pub fn topic_tally(&self, topic: TopicId) -> Tally {
        self.0.index.topic_tally(topic)
    }
}

impl Inner {
    fn store_time_at(&self, at: LogOffset) -> Result<Option<i64>, StoreError> {
        let bytes = self.log.record(at)?;
        Ok(bytes
            .as_deref()
            .and_then(|bytes| Record::parse(bytes).ok())
            .map(|record| record.store_time()))
    }
}

/// One pull on its way.
struct Pull<'a> {
    inner: &'a Inner,
    queue: QueueKey,
    limits: &'a PullLimits,
    start: usize,
    out: &'a mut Vec<u8>,
    ahead: Ahead,
    count: u32,
    scanned: u32,
    removed: bool,
}

impl Pull<'_> {
    /// Answers where to pull next.
    fn run(
        &mut self,
        from: QueueOffset,
        wanted: &dyn Fn(i32) -> bool,
    ) -> Result<QueueOffset, StoreError> {
        let mut next = from;
        let mut entries = Vec::new();
        while self.scanned < self.limits.max_scan.max(1) && self.count < self.limits.max_count {
            let look = ENTRIES_PER_LOOK.min(self.limits.max_scan.max(1) - self.scanned);
            entries.clear();
            let first = self
                .inner
                .index
                .entries(self.queue, next, look as usize, &mut entries)?;
            if entries.is_empty() {
                break;
            }
            next = next.max(first);
            for (i, entry) in entries.iter().enumerate() {
                let following = || {
                    let wanted = entries[i + 1..].iter().filter(|e| wanted(e.tag_hash));
                    wanted.take((self.limits.max_count - self.count) as usize)
                };
                if self.count == self.limits.max_count
                    || (wanted(entry.tag_hash) && !self.take(entry, following())?)
                {
                    return Ok(next);
                }
                self.scanned += 1;
                next.0 += 1;
            }
        }
        Ok(next)
    }

    /// `false`: there is no room for it any more.
    fn take<'e>(
        &mut self,
        entry: &Entry,
        following: impl Iterator<Item = &'e Entry>,
    ) -> Result<bool, StoreError> {
        let held = self.out.len() - self.start;
        let room = (self.limits.max_bytes as usize).saturating_sub(held);
        if self.count > 0 && entry.len as usize > room {
            return Ok(false);
        }
        let mut left = room.saturating_sub(entry.len as usize);
        let following = following.take_while(|next| {
            let fits = next.len as usize <= left;
            left = left.saturating_sub(next.len as usize);
            fits
        });
        let log = &self.inner.log;
        match self.ahead.read_into(log, entry, following, self.out) {
            Ok(()) => self.count += 1,
            Err(StoreError::Gone { .. }) => self.removed = true,
            Err(e @ StoreError::Corrupt { .. }) => {
                tracing::error!(error = %e, queue = %self.queue, "a damaged record is passed over");
            }
            Err(e) => return Err(e),
        }
        Ok(true)
    }
}
