//! Fewer and smaller: merging neighbours, and letting go of what retention removes.

use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use remoting::properties::tag_hash;
use remoting::types::{LogOffset, QueueOffset};

use super::load::totals;
use super::read::run_first_from;
use super::run::{Run, merge};
use super::tag::{Label, TagMap, add};
use super::{Bounds, Index, State};
use crate::error::StoreError;
use crate::keys::{QueueKey, TopicId};
use crate::limits;

/// Entries read at a time when a run is counted again.
const COUNT_SLOTS: u32 = 16 * 1024;

impl Index {
    /// One run per filled segment; and neighbours joined, the smallest pair first, while there are too many.
    pub(super) fn merge_where_needed(&self, obsolete: &mut Vec<PathBuf>) -> Result<(), StoreError> {
        while let Some((from, count)) = self.runs_of_a_filled_segment() {
            self.merge_runs(from, count, obsolete)?;
        }
        while self.run_count() > limits::RUNS_MAX {
            let runs = self.state().runs.clone();
            let records =
                |pair: &[Arc<Run>]| pair.iter().map(|run| run.head().records).sum::<u64>();
            let smallest = runs
                .windows(2)
                .enumerate()
                .min_by_key(|(_, pair)| records(pair));
            self.merge_runs(smallest.map_or(0, |(i, _)| i), 2, obsolete)?;
        }
        self.remove_files(obsolete)
    }

    fn runs_of_a_filled_segment(&self) -> Option<(usize, usize)> {
        let state = self.state();
        let together =
            |a: &Arc<Run>, b: &Arc<Run>| self.same_segment(a.head().first_at, b.head().first_at);
        let next = state.frozen.first().unwrap_or(&state.tail).first_at();
        let mut from = 0;
        for runs in state.runs.chunk_by(together) {
            let filled = from + runs.len() < state.runs.len()
                || next.is_some_and(|next| !self.same_segment(next, runs[0].head().first_at));
            if runs.len() > 1 && filled {
                return Some((from, runs.len()));
            }
            from += runs.len();
        }
        None
    }

    fn merge_runs(
        &self,
        from: usize,
        count: usize,
        obsolete: &mut Vec<PathBuf>,
    ) -> Result<(), StoreError> {
        if count < 2 {
            return Ok(());
        }
        let runs = self.state().runs[from..from + count].to_vec();
        let merged = Arc::new(merge(&runs, self.config.disk.clone(), &self.config.dir)?);
        self.change_state(|state| {
            state.runs.splice(from..from + count, [merged]);
        });
        obsolete.extend(runs.iter().map(|run| run.path().to_path_buf()));
        Ok(())
    }

    /// Retention is about to remove the log below `at`: the next offsets of queues that lose all their records are kept in
    /// `meta`, then what lies below is hidden. Call before the segments go; `remove_obsolete` after that.
    pub(crate) fn truncate_before(&self, at: LogOffset) -> Result<(), StoreError> {
        let mut obsolete = self.upkeep();
        let state = self.state();
        let gone = state.runs.partition_point(|run| run.head().range.end <= at);
        let changed = self.bounds_from(&state, at)?;
        let floors = changed
            .iter()
            .filter(|(_, bounds)| bounds.min == bounds.max);
        self.meta
            .save_floors(floors.map(|(queue, bounds)| (*queue, bounds.max)))?;
        let totals = Arc::new(totals(&state.runs[gone..], at)?);
        self.log_start.fetch_max(at.0, Ordering::AcqRel);
        self.heads
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(changed);
        self.change_state(|state| {
            let gone = state.runs.drain(..gone);
            obsolete.extend(gone.map(|run| run.path().to_path_buf()));
            state.totals = totals;
        });
        Ok(())
    }

    /// Bounds, as they will be, of the queues that have records below `at`.
    fn bounds_from(
        &self,
        state: &State,
        at: LogOffset,
    ) -> Result<Vec<(QueueKey, Bounds)>, StoreError> {
        let mut queues: Vec<QueueKey> = state
            .runs
            .iter()
            .take_while(|run| run.head().first_at < at)
            .flat_map(|run| run.rows().iter().map(|row| row.queue))
            .collect();
        queues.sort_unstable();
        queues.dedup();
        let mut changed = Vec::with_capacity(queues.len());
        for queue in queues {
            let max = self.bounds(queue).max;
            let min = first_kept(state, queue, at)?.unwrap_or(max);
            changed.push((queue, Bounds { min, max }));
        }
        Ok(changed)
    }

    /// Deletes the files of runs that retention or merging left behind.
    pub(crate) fn remove_obsolete(&self) -> Result<(), StoreError> {
        let mut obsolete = self.upkeep();
        self.remove_files(&mut obsolete)
    }

    fn remove_files(&self, obsolete: &mut Vec<PathBuf>) -> Result<(), StoreError> {
        while let Some(path) = obsolete.last() {
            self.config
                .disk
                .remove(path)
                .map_err(StoreError::io("remove", path))?;
            obsolete.pop();
        }
        Ok(())
    }
}

fn first_kept(
    state: &State,
    queue: QueueKey,
    at: LogOffset,
) -> Result<Option<QueueOffset>, StoreError> {
    for run in state.runs.iter().filter(|run| run.head().range.end > at) {
        if let Some(first) = run_first_from(run, queue, at)? {
            return Ok(Some(first));
        }
    }
    let mut tails = state.frozen.iter().chain([&state.tail]);
    Ok(tails.find_map(|tail| tail.derived.queues.first_from(queue, at)))
}

impl Run {
    /// Tallies of the records that are kept. A run across the start of the log, which only a changed segment length can
    /// make, is counted again entry by entry; there a tag is told by its hash.
    pub(super) fn live_tags(&self, log_start: LogOffset) -> Result<TagMap, StoreError> {
        let all = self.tags()?;
        if self.head().first_at >= log_start || self.head().range.end <= log_start {
            return Ok(all);
        }
        let mut live = TagMap::new();
        for row in self.rows() {
            let mut done = u32::try_from(self.slots_before(row, log_start)?).unwrap_or(row.count);
            let mut entries = Vec::new();
            while done < row.count {
                let count = COUNT_SLOTS.min(row.count - done);
                self.read_slots(row.slot + u64::from(done), count as usize, &mut entries)?;
                done += count;
            }
            for entry in entries {
                let label = label_of(&all, row.queue.topic, entry.tag_hash);
                let mut tally = all
                    .get(&(row.queue.topic, label.clone()))
                    .copied()
                    .unwrap_or_default();
                (tally.count, tally.bytes) = (1, u64::from(entry.len));
                add(&mut live, row.queue.topic, label, tally);
            }
        }
        Ok(live)
    }
}

fn label_of(tags: &TagMap, topic: TopicId, hash: i32) -> Label {
    let mut of_topic = tags
        .range((topic, Label::Untagged)..=(topic, Label::Others))
        .map(|((_, label), _)| label);
    let label = of_topic.find(|label| match label {
        Label::Untagged => hash == 0,
        Label::Tag(tag) => tag_hash(tag) == hash,
        Label::Others => false,
    });
    label.cloned().unwrap_or(Label::Others)
}
