//! Newest first: the queues of a topic, merged from their ends.
//!
//! Within a queue, and between queues, a record that was stored later has the larger log offset; merging by it gives the
//! order in which messages were stored, also when the clock once went backwards. Each queue is a lane with the message at
//! its end in hand; the youngest of them is taken, and its lane moves down by one.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

use broker::{Boundary, BrokerError, QueueStats, StoreError, StoredMessage};
use remoting::types::{QueueOffset, QueueRef, TopicName};

use super::{Budget, Checked, MessagePage, row};
use crate::cluster::{Cluster, present};
use crate::cursor::Cursor;
use crate::error::ConsoleError;
use crate::limits;
use crate::page::{Page, Total};

/// Messages up to this size stay in the hand; larger ones are read again when they are taken, so that a topic with
/// thousands of queues full of large messages does not fill the memory.
const HELD_MAX: usize = 16 * 1024;

/// Where the page before ended: only what is older than `before` is still to come.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) before: u64,
    pub(super) time_ms: i64,
}

pub(super) fn answer(
    cluster: &dyn Cluster,
    asked: &Checked<'_>,
    topic: &TopicName,
    place: Option<Place>,
) -> Result<MessagePage, ConsoleError> {
    let mut merge = Merge {
        cluster,
        lanes: Vec::new(),
        heads: BinaryHeap::new(),
        damaged: 0,
    };
    let mut budget = Budget::new();
    let mut in_range = 0;
    for stats in cluster.queue_stats(topic)? {
        if asked.query.queue.is_some_and(|queue| queue != stats.id) {
            continue;
        }
        let queue = QueueRef {
            topic: topic.clone(),
            id: stats.id,
        };
        let range = time_range(cluster, asked, &queue, &stats)?;
        in_range += range.end - range.start;
        let end = match place {
            Some(place) => seek(cluster, &queue, range.clone(), place)?,
            None => range.end,
        };
        merge.add(queue, range.start..end)?;
    }
    let mut items = Vec::new();
    let mut back_to = None;
    while items.len() < asked.limit && !budget.is_spent() {
        let Some(message) = merge.take()? else { break };
        let record = message.record();
        budget.spend(message.bytes().len());
        back_to = Some(record.store_time());
        if asked.wants(&record) {
            items.push(row(&record));
        }
    }
    let next = merge.heads.peek().map(|head| Place {
        before: head.at + 1,
        time_ms: head.time_ms,
    });
    let total = total(asked, place, in_range, items.len() as u64, next.is_some());
    let next = next.map(|place| {
        Cursor::Newest {
            before: place.before,
            time_ms: place.time_ms,
        }
        .encode(asked.query)
    });
    Ok(MessagePage {
        page: Page { items, total, next },
        scanned: budget.scanned(),
        damaged: merge.damaged,
        scanned_back_to_ms: back_to,
    })
}

/// Counted by offsets, so it is the number of messages in the range as long as nothing in it is damaged.
fn total(
    asked: &Checked<'_>,
    place: Option<Place>,
    in_range: u64,
    shown: u64,
    more: bool,
) -> Total {
    match (asked.tag, place) {
        (None, _) => Total::Exact(in_range),
        (Some(_), None) if more => Total::AtLeast(shown),
        (Some(_), None) => Total::Exact(shown),
        (Some(_), Some(_)) => Total::Unknown,
    }
}

/// The offsets of a queue that lie in the time asked for.
fn time_range(
    cluster: &dyn Cluster,
    asked: &Checked<'_>,
    queue: &QueueRef,
    stats: &QueueStats,
) -> Result<Range<u64>, ConsoleError> {
    let kept = stats.min.0..stats.max.0.max(stats.min.0);
    let first_since = |time_ms| -> Result<u64, ConsoleError> {
        let offset = cluster.offset_at(queue, time_ms, Boundary::Lower)?;
        Ok(offset.0.clamp(kept.start, kept.end))
    };
    let start = asked.query.from_ms.map_or(Ok(kept.start), first_since)?;
    let end = asked.query.to_ms.map_or(Ok(kept.end), first_since)?;
    Ok(start..end.max(start))
}

/// The first offset of the range that is not older than the place.
///
/// The time says where to begin: usually that is it already, give or take the messages of one millisecond. Where the clock
/// has jumped, it only takes longer.
fn seek(
    cluster: &dyn Cluster,
    queue: &QueueRef,
    range: Range<u64>,
    place: Place,
) -> Result<u64, ConsoleError> {
    let is_older = |offset: u64| -> Result<bool, ConsoleError> {
        for below in (range.start..=offset).rev() {
            if let Some(message) = readable(cluster.message_at(queue, QueueOffset(below)))? {
                return Ok(message.at().0 < place.before);
            }
        }
        Ok(true)
    };
    let guess = cluster
        .offset_at(queue, place.time_ms.saturating_add(1), Boundary::Lower)?
        .0
        .clamp(range.start, range.end);
    let (mut older, mut younger) = (range.start, range.end);
    if guess < range.end && is_older(guess)? {
        older = guess + 1;
    } else {
        younger = guess;
        let mut step = 1;
        while older < younger {
            let probe = younger.saturating_sub(step).max(older);
            if is_older(probe)? {
                older = probe + 1;
                break;
            }
            younger = probe;
            step *= 2;
        }
    }
    while older < younger {
        let middle = older + (younger - older) / 2;
        if is_older(middle)? {
            older = middle + 1;
        } else {
            younger = middle;
        }
    }
    Ok(older)
}

/// Damage is local: what cannot be read is not there, and what is beside it is.
pub(super) fn readable(
    answer: Result<Option<StoredMessage>, BrokerError>,
) -> Result<Option<StoredMessage>, ConsoleError> {
    match answer {
        Err(BrokerError::Store(StoreError::Corrupt { .. })) => Ok(None),
        answer => present(answer),
    }
}

/// What is left of a queue: everything below the message at its end, which is in the heap.
struct Lane {
    queue: QueueRef,
    left: Range<u64>,
}

/// The youngest message of a lane.
struct Head {
    at: u64,
    time_ms: i64,
    lane: usize,
    offset: u64,
    held: Option<StoredMessage>,
}

struct Merge<'a> {
    cluster: &'a dyn Cluster,
    lanes: Vec<Lane>,
    heads: BinaryHeap<Head>,
    damaged: u64,
}

impl Merge<'_> {
    fn add(&mut self, queue: QueueRef, left: Range<u64>) -> Result<(), ConsoleError> {
        self.lanes.push(Lane { queue, left });
        self.advance(self.lanes.len() - 1)
    }

    /// The youngest message of all lanes.
    fn take(&mut self) -> Result<Option<StoredMessage>, ConsoleError> {
        while let Some(head) = self.heads.pop() {
            self.advance(head.lane)?;
            let message = match head.held {
                Some(message) => Some(message),
                None => readable(
                    self.cluster
                        .message_at(&self.lanes[head.lane].queue, QueueOffset(head.offset)),
                )?,
            };
            // Nothing, when retention was faster.
            if message.is_some() {
                return Ok(message);
            }
        }
        Ok(None)
    }

    /// Puts the next readable message of a lane into the heap.
    fn advance(&mut self, lane: usize) -> Result<(), ConsoleError> {
        let Lane { queue, left } = &mut self.lanes[lane];
        while let Some(offset) = left.next_back() {
            let message = match self.cluster.message_at(queue, QueueOffset(offset)) {
                // So much damage in a row is no longer stepped over: the error says where it is, another time range leads past it.
                Err(BrokerError::Store(StoreError::Corrupt { .. }))
                    if self.damaged < limits::SCAN_MAX =>
                {
                    self.damaged += 1;
                    continue;
                }
                answer => present(answer)?,
            };
            let Some(message) = message else { continue };
            let record = message.record();
            let (at, time_ms) = (record.log_offset().0, record.store_time());
            let held = (message.bytes().len() <= HELD_MAX).then_some(message);
            self.heads.push(Head {
                at,
                time_ms,
                lane,
                offset,
                held,
            });
            break;
        }
        Ok(())
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.cmp(&other.at)
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl Eq for Head {}
