//! Consume queues: message queue and queue offset → where the record lies, how long it is, and the hash of its tag.
//!
//! | section | entry, little-endian                                               | sorted by           |
//! | queues  | topic u32, queue u32, first queue offset u64, count u32, 0 u32, first slot u64 = 32 B | queue, queue offset |
//! | slots   | log offset u64, record length u32, tag hash i32 = 16 B             | as `queues` lists them |
//!
//! Queue offsets are dense, so a queue is one row a run. Only records lost to damage leave a gap; then it has several.

use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use remoting::types::{LogOffset, QueueOffset};

use crate::dispatch::{DerivedIndex, DispatchedRecord};
use crate::error::StoreError;
use crate::index::hash::IdMap;
use crate::index::run::{PAGE_LEN, RunWriter, SectionKind};
use crate::keys::{QueueKey, TopicId};

pub(crate) const SLOT_LEN: usize = 16;
pub(crate) const ROW_LEN: usize = 32;
const _: () = assert!(
    PAGE_LEN.is_multiple_of(SLOT_LEN),
    "a slot never crosses a page"
);

/// Where one record of a queue lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub at: LogOffset,
    /// Of the record, without its frame header.
    pub len: u32,
    pub tag_hash: i32,
}

impl Entry {
    pub(crate) fn encode(self) -> [u8; SLOT_LEN] {
        let mut out = [0; SLOT_LEN];
        out[..8].copy_from_slice(&self.at.0.to_le_bytes());
        out[8..12].copy_from_slice(&self.len.to_le_bytes());
        out[12..].copy_from_slice(&self.tag_hash.to_le_bytes());
        out
    }

    pub(crate) fn decode(slot: &[u8; SLOT_LEN]) -> Self {
        let [a, b, c, d, e, f, g, h, l0, l1, l2, l3, t0, t1, t2, t3] = *slot;
        Self {
            at: LogOffset(u64::from_le_bytes([a, b, c, d, e, f, g, h])),
            len: u32::from_le_bytes([l0, l1, l2, l3]),
            tag_hash: i32::from_le_bytes([t0, t1, t2, t3]),
        }
    }
}

/// Consecutive entries of one queue in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct QueueRow {
    pub(crate) queue: QueueKey,
    pub(crate) first: u64,
    pub(crate) count: u32,
    /// Number of its first slot within the section.
    pub(crate) slot: u64,
}

impl QueueRow {
    pub(crate) fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }

    pub(crate) fn encode(&self) -> [u8; ROW_LEN] {
        let mut out = [0; ROW_LEN];
        out[..4].copy_from_slice(&self.queue.topic.0.to_le_bytes());
        out[4..8].copy_from_slice(&self.queue.queue.to_le_bytes());
        out[8..16].copy_from_slice(&self.first.to_le_bytes());
        out[16..20].copy_from_slice(&self.count.to_le_bytes());
        out[24..].copy_from_slice(&self.slot.to_le_bytes());
        out
    }

    fn decode(row: &[u8; ROW_LEN]) -> Self {
        let u32_at = |i: usize| u32::from_le_bytes([row[i], row[i + 1], row[i + 2], row[i + 3]]);
        let u64_at = |i: usize| u64::from(u32_at(i)) | u64::from(u32_at(i + 4)) << 32;
        Self {
            queue: QueueKey {
                topic: TopicId(u32_at(0)),
                queue: u32_at(4),
            },
            first: u64_at(8),
            count: u32_at(16),
            slot: u64_at(24),
        }
    }
}

/// The queues section of a run, in memory.
#[derive(Debug)]
pub(crate) struct Directory(Vec<QueueRow>);

impl Directory {
    /// `None` when the rows break their own rules.
    pub(crate) fn decode(section: &[u8], slots: u64) -> Option<Self> {
        let (rows, rest) = section.as_chunks::<ROW_LEN>();
        let rows: Vec<_> = rows.iter().map(QueueRow::decode).collect();
        let dense = |total: u64, row: &QueueRow| {
            let fits = row.slot == total && row.count > 0;
            (fits && row.first.checked_add(u64::from(row.count)).is_some())
                .then(|| total + u64::from(row.count))
        };
        let total = rows.iter().try_fold(0, dense);
        let sorted = rows
            .is_sorted_by(|a, b| a.queue < b.queue || (a.queue == b.queue && a.end() <= b.first));
        (rest.is_empty() && total == Some(slots) && sorted).then_some(Self(rows))
    }

    pub(crate) fn rows(&self) -> &[QueueRow] {
        &self.0
    }

    pub(crate) fn rows_of(&self, queue: QueueKey) -> &[QueueRow] {
        let start = self.0.partition_point(|row| row.queue < queue);
        let len = self.0[start..].partition_point(|row| row.queue == queue);
        &self.0[start..start + len]
    }
}

/// Consecutive entries of one queue in memory.
#[derive(Debug)]
struct Span {
    first: u64,
    entries: Vec<Entry>,
}

impl Span {
    fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }
}

/// One queue since the last run; `older` is empty but for damage.
#[derive(Debug)]
struct Lane {
    older: Vec<Span>,
    last: Span,
}

impl Lane {
    fn new(first: u64) -> Self {
        Self {
            older: Vec::new(),
            last: Span {
                first,
                entries: Vec::new(),
            },
        }
    }

    fn push(&mut self, offset: u64, entry: Entry) {
        let end = self.last.end();
        if offset != end {
            assert!(offset > end, "queue offsets rise: {offset} after {end}");
            let gap = std::mem::replace(
                &mut self.last,
                Span {
                    first: offset,
                    entries: Vec::new(),
                },
            );
            self.older.push(gap);
        }
        self.last.entries.push(entry);
    }

    fn spans(&self) -> impl Iterator<Item = &Span> {
        self.older.iter().chain([&self.last])
    }

    /// The span that holds `from`, or the next one after it.
    fn span_from(&self, from: u64) -> Option<&Span> {
        // Nearly every pull is at the end.
        if self.older.is_empty() || from >= self.last.first {
            return (from < self.last.end()).then_some(&self.last);
        }
        self.spans().find(|span| from < span.end())
    }
}

const SHARDS: usize = 64;

/// Queues since the last run, in shards: a pull holds up dispatch only when it reads that very shard.
#[derive(Debug)]
pub(crate) struct QueueTail([RwLock<IdMap<QueueKey, Lane>>; SHARDS]);

impl Default for QueueTail {
    fn default() -> Self {
        Self(std::array::from_fn(|_| RwLock::default()))
    }
}

impl QueueTail {
    fn shard(&self, queue: QueueKey) -> &RwLock<IdMap<QueueKey, Lane>> {
        // Queues of a topic, and topics made in a row, go to different shards.
        &self.0[(queue.topic.0.wrapping_mul(7).wrapping_add(queue.queue)) as usize % SHARDS]
    }

    fn read(&self, queue: QueueKey) -> RwLockReadGuard<'_, IdMap<QueueKey, Lane>> {
        self.shard(queue)
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self, queue: QueueKey) -> RwLockWriteGuard<'_, IdMap<QueueKey, Lane>> {
        self.shard(queue)
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// First and next offset.
    pub(crate) fn bounds(&self, queue: QueueKey) -> Option<(u64, u64)> {
        let shard = self.read(queue);
        let lane = shard.get(&queue)?;
        let first = lane
            .spans()
            .next()
            .map_or(lane.last.first, |span| span.first);
        Some((first, lane.last.end()))
    }

    /// Puts at most `max` consecutive entries from `from`, or after the gap it lies in, into `out`. The offset of the first.
    pub(crate) fn entries(
        &self,
        queue: QueueKey,
        from: u64,
        max: usize,
        out: &mut Vec<Entry>,
    ) -> Option<QueueOffset> {
        let shard = self.read(queue);
        let span = shard.get(&queue)?.span_from(from)?;
        let first = from.max(span.first);
        let skip = usize::try_from(first - span.first).ok()?;
        out.extend(span.entries.iter().skip(skip).take(max));
        Some(QueueOffset(first))
    }

    /// Offset of the first entry whose record lies at or after `at`.
    pub(crate) fn first_from(&self, queue: QueueKey, at: LogOffset) -> Option<QueueOffset> {
        let shard = self.read(queue);
        let lane = shard.get(&queue)?;
        let span = lane
            .spans()
            .find(|span| span.entries.last().is_some_and(|e| e.at >= at))?;
        let skip = span.entries.partition_point(|entry| entry.at < at);
        Some(QueueOffset(span.first + skip as u64))
    }

    /// All queues with something in them, sorted.
    pub(crate) fn queues(&self) -> Vec<QueueKey> {
        let mut queues = Vec::new();
        for shard in &self.0 {
            queues.extend(shard.read().unwrap_or_else(PoisonError::into_inner).keys());
        }
        queues.sort_unstable();
        queues
    }
}

impl DerivedIndex for QueueTail {
    fn append(&self, record: &DispatchedRecord<'_>) {
        let offset = record.queue_offset.0;
        let entry = Entry {
            at: record.at,
            len: record.len,
            tag_hash: record.terms.tag_hash,
        };
        self.write(record.queue)
            .entry(record.queue)
            .or_insert_with(|| Lane::new(offset))
            .push(offset, entry);
    }

    fn seal(&self, out: &mut RunWriter) -> Result<(), StoreError> {
        let mut rows = Vec::new();
        let mut slot = 0;
        out.begin(SectionKind::Slots);
        for queue in self.queues() {
            let shard = self.read(queue);
            let spans = shard.get(&queue).into_iter().flat_map(Lane::spans);
            for span in spans {
                let count = u32::try_from(span.entries.len()).unwrap_or(u32::MAX);
                rows.push(QueueRow {
                    queue,
                    first: span.first,
                    count,
                    slot,
                });
                slot += u64::from(count);
                for entry in &span.entries {
                    out.write(&entry.encode())?;
                }
            }
        }
        out.end()?;
        write_rows(&rows, out)
    }
}

pub(crate) fn write_rows(rows: &[QueueRow], out: &mut RunWriter) -> Result<(), StoreError> {
    out.begin(SectionKind::Queues);
    for row in rows {
        out.write(&row.encode())?;
    }
    out.end()
}
