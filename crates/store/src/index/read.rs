//! Look-ups, each over runs, frozen tails and the tail as one.

use std::ops::Range;
use std::sync::{Arc, PoisonError};

use remoting::types::{LogOffset, QueueOffset};

use super::key::KeyReader;
use super::queue::QueueRow;
use super::tag::{Label, TagMap, add};
use super::time::{Bracket, first_late, join};
use super::{
    Boundary, Bounds, Candidates, Entry, Index, KeyProbe, Run, State, TagCount, Tail, Tally,
};
use crate::error::StoreError;
use crate::keys::{QueueKey, TopicId};

impl State {
    /// Frozen tails and the tail, newest first.
    fn tails(&self) -> impl DoubleEndedIterator<Item = &Arc<Tail>> {
        [&self.tail].into_iter().chain(self.frozen.iter().rev())
    }

    fn tail_bounds(&self, queue: QueueKey) -> Option<(u64, u64)> {
        let of = |tail: &Arc<Tail>| tail.derived.queues.bounds(queue);
        self.tails()
            .filter_map(of)
            .reduce(|newer, older| (older.0, newer.1))
    }
}

impl Index {
    /// What the next record of the queue gets.
    pub(crate) fn next_offset(&self, queue: QueueKey) -> QueueOffset {
        self.bounds(queue).max
    }

    /// 0..0 for a queue that nothing was written to.
    pub(crate) fn bounds(&self, queue: QueueKey) -> Bounds {
        // First the picture: what leaves it for a run is in the heads by then.
        let state = self.state();
        let heads = self.heads.read().unwrap_or_else(PoisonError::into_inner);
        let head = heads.get(&queue).copied();
        drop(heads);
        match (head, state.tail_bounds(queue)) {
            (None, None) => Bounds::default(),
            (Some(head), None) => head,
            (Some(head), Some((_, next))) if head.min < head.max => Bounds {
                min: head.min,
                max: head.max.max(QueueOffset(next)),
            },
            (_, Some((first, next))) => Bounds {
                min: QueueOffset(first),
                max: QueueOffset(next),
            },
        }
    }

    pub(crate) fn entry(
        &self,
        queue: QueueKey,
        offset: QueueOffset,
    ) -> Result<Option<Entry>, StoreError> {
        let mut out = Vec::new();
        let first = self.entries(queue, offset, 1, &mut out)?;
        Ok(out.pop().filter(|_| first == offset))
    }

    /// Appends at most `max` consecutive entries from `from` on; returns the offset of the first. That is beyond `from` only
    /// where records were lost. Nothing appended: there is nothing from `from` on.
    pub(crate) fn entries(
        &self,
        queue: QueueKey,
        from: QueueOffset,
        max: usize,
        out: &mut Vec<Entry>,
    ) -> Result<QueueOffset, StoreError> {
        let state = self.state();
        let mut best = None;
        for tail in state.tails() {
            let Some((first, next)) = tail.derived.queues.bounds(queue) else {
                continue;
            };
            if from.0 < next {
                best = Some(Source::Tail(tail));
            }
            if first <= from.0 {
                return Source::read(best, queue, from, max, out);
            }
        }
        // Retention never reaches what is in no run, but what is left of a run begins here.
        let from = from.max(self.bounds(queue).min);
        for run in state.runs.iter().rev() {
            let rows = run.rows_of(queue);
            let Some(first) = rows.first() else { continue };
            if let Some(row) = rows.iter().find(|row| from.0 < row.end()) {
                best = Some(Source::Run(run, row));
            }
            if first.first <= from.0 {
                break;
            }
        }
        Source::read(best, queue, from, max, out)
    }

    /// Records that may carry a key, newest first. The hash is not the key: the record has the last word.
    pub(crate) fn key_candidates(&self, probe: &KeyProbe) -> Result<Candidates, StoreError> {
        let mut probe = probe.clone();
        probe.range.start = probe.range.start.max(self.log_start());
        let mut found = Candidates::default();
        let state = self.state();
        for tail in state.tails() {
            tail.derived.keys.candidates(&probe, &mut found);
        }
        for run in state.runs.iter().rev() {
            if found.at.len() == probe.max {
                // Whether older runs have it is not worth the reads: the next question tells.
                found.more |= run.head().range.end > probe.range.start;
                break;
            }
            let range = &run.head().range;
            if range.start < probe.range.end && probe.range.start < range.end {
                KeyReader::new(run).candidates(&probe, &mut found)?;
            }
        }
        Ok(found)
    }

    /// Everything before the range was stored earlier than `time`; nothing from its end on was.
    pub(crate) fn log_range_at(&self, time: i64) -> Range<LogOffset> {
        let state = self.state();
        let runs = state
            .runs
            .iter()
            .map(|run| Bracket::of(run.samples(), time));
        let tails = state
            .tails()
            .rev()
            .map(|tail| tail.derived.times.bracket(time));
        join(runs.chain(tails))
    }

    /// The offset that a time means. `store_time` reads a record's; `None` when it cannot be read.
    pub(crate) fn offset_at(
        &self,
        queue: QueueKey,
        time: i64,
        boundary: Boundary,
        store_time: &dyn Fn(LogOffset) -> Result<Option<i64>, StoreError>,
    ) -> Result<QueueOffset, StoreError> {
        let bounds = self.bounds(queue);
        let late_from = match boundary {
            Boundary::Lower => Some(time),
            Boundary::Upper => time.checked_add(1),
        };
        let found = match late_from {
            Some(time) => self.first_stored_from(queue, bounds, time, store_time)?,
            None => bounds.max,
        };
        Ok(match boundary {
            Boundary::Lower => found,
            Boundary::Upper if found == bounds.min => QueueOffset(0),
            Boundary::Upper => QueueOffset(found.0 - 1),
        })
    }

    fn first_stored_from(
        &self,
        queue: QueueKey,
        bounds: Bounds,
        time: i64,
        store_time: &dyn Fn(LogOffset) -> Result<Option<i64>, StoreError>,
    ) -> Result<QueueOffset, StoreError> {
        let log = self.log_range_at(time);
        let low = self
            .first_from(queue, log.start)?
            .clamp(bounds.min, bounds.max);
        let high = self.first_from(queue, log.end)?.clamp(low, bounds.max);
        first_late(low..high, |offset| match self.entry(queue, offset)? {
            Some(entry) => Ok(store_time(entry.at)?.map(|stored| stored >= time)),
            None => Ok(None),
        })
    }

    /// Offset of the queue's first entry whose record lies at or after `at`; its max offset when there is none.
    fn first_from(&self, queue: QueueKey, at: LogOffset) -> Result<QueueOffset, StoreError> {
        let state = self.state();
        for run in state.runs.iter().filter(|run| run.head().range.end > at) {
            if let Some(first) = run_first_from(run, queue, at)? {
                return Ok(first);
            }
        }
        let mut tails = state.tails().rev();
        let first = tails.find_map(|tail| tail.derived.queues.first_from(queue, at));
        Ok(first.unwrap_or_else(|| self.bounds(queue).max))
    }

    /// What is kept of a topic.
    pub(crate) fn topic_tally(&self, topic: TopicId) -> Tally {
        let state = self.state();
        let mut tally = state.totals.get(&topic).copied().unwrap_or_default();
        for tail in state.tails() {
            tally.add(tail.derived.tags.total(topic));
        }
        tally
    }

    /// Tags of a topic, most frequent first. Records without one are not listed, nor tags beyond the limit per run.
    pub(crate) fn tag_counts(&self, topic: TopicId) -> Result<Vec<TagCount>, StoreError> {
        let state = self.state();
        let mut tags = TagMap::new();
        for run in &state.runs {
            for ((_, label), tally) in run
                .live_tags(self.log_start())?
                .into_iter()
                .filter(|((t, _), _)| *t == topic)
            {
                add(&mut tags, topic, label, tally);
            }
        }
        for tail in state.tails() {
            tail.derived.tags.add_to(topic, &mut tags);
        }
        let count = |((_, label), tally): ((TopicId, Label), Tally)| match label {
            Label::Tag(tag) => Some(TagCount {
                tag: tag.into(),
                count: tally.count,
                bytes: tally.bytes,
                last_ms: tally.last_ms,
            }),
            Label::Untagged | Label::Others => None,
        };
        let mut counts: Vec<_> = tags.into_iter().filter_map(count).collect();
        counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.tag.cmp(&b.tag)));
        Ok(counts)
    }
}

/// Offset of the first entry of a run that lies at or after `at`.
pub(super) fn run_first_from(
    run: &Run,
    queue: QueueKey,
    at: LogOffset,
) -> Result<Option<QueueOffset>, StoreError> {
    for row in run.rows_of(queue) {
        let before = run.slots_before(row, at)?;
        if before < u64::from(row.count) {
            return Ok(Some(QueueOffset(row.first + before)));
        }
    }
    Ok(None)
}

/// Where entries are read from.
enum Source<'a> {
    Tail(&'a Tail),
    Run(&'a Run, &'a QueueRow),
}

impl Source<'_> {
    fn read(
        source: Option<Source<'_>>,
        queue: QueueKey,
        from: QueueOffset,
        max: usize,
        out: &mut Vec<Entry>,
    ) -> Result<QueueOffset, StoreError> {
        match source {
            None => Ok(from),
            Some(Source::Tail(tail)) => Ok(tail
                .derived
                .queues
                .entries(queue, from.0, max, out)
                .unwrap_or(from)),
            Some(Source::Run(run, row)) => {
                let first = from.0.max(row.first);
                let skip = first - row.first;
                let count = usize::try_from(u64::from(row.count) - skip)
                    .unwrap_or(max)
                    .min(max);
                run.read_slots(row.slot + skip, count, out)?;
                Ok(QueueOffset(first))
            }
        }
    }
}
