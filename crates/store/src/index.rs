//! Everything messages are looked up by: sorted runs on disk, oldest first, then what came since, in memory.
//!
//! ```text
//!   log    |----------------- runs -----------------|-- frozen --|-- tail --|
//!          log start                                 sealed_to                indexed_to
//! ```
//! Dispatch fills the tail. When it covers enough log, or the log goes on in another segment, the tail is frozen and a new
//! one begun; the sealer turns frozen tails into runs. A reader takes a picture of all three and is never in anyone's way.
//! All of it is derived: what is missing or damaged is dropped when the store opens, and dispatched again from the log.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use remoting::types::{LogOffset, QueueOffset};

use crate::dispatch::DispatchedRecord;
use crate::env::Disk;
use crate::error::StoreError;
use crate::frame;
use crate::keys::{QueueKey, TopicId};
use crate::limits::UNSEALED_TAILS_PACED;
use crate::meta::Meta;

pub(crate) mod hash;
pub(crate) mod key;
mod load;
pub(crate) mod queue;
mod read;
pub(crate) mod run;
mod shrink;
pub(crate) mod tag;
mod tail;
#[cfg(test)]
mod tests;
pub(crate) mod time;

use hash::{IdMap, KeyHasher};
pub(crate) use key::{Candidates, KeyProbe};
pub use queue::Entry;
use run::Run;
pub use tag::{TagCount, Tally};
use tail::Tail;
pub use time::Boundary;

pub(crate) struct IndexConfig {
    pub(crate) dir: PathBuf,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) hasher: KeyHasher,
    /// A run does not go beyond a segment, so that retention removes both together.
    pub(crate) segment_len: u64,
    pub(crate) run_len: u64,
}

/// First kept and next offset of a message queue.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Bounds {
    pub min: QueueOffset,
    pub max: QueueOffset,
}

pub(crate) struct Index {
    config: IndexConfig,
    meta: Arc<Meta>,
    state: RwLock<Arc<State>>,
    /// Bounds of all queues as far as runs and floors know them.
    heads: RwLock<IdMap<QueueKey, Bounds>>,
    /// Records below are gone, or about to be.
    log_start: AtomicU64,
    indexed_to: AtomicU64,
    /// Tails that wait to become runs: what the sealer is behind.
    backlog: AtomicUsize,
    /// Runs are written, merged and dropped by one at a time. Holds the files that no state names any more.
    upkeep: Mutex<Vec<PathBuf>>,
}

/// One picture of the index.
#[derive(Clone)]
struct State {
    runs: Vec<Arc<Run>>,
    frozen: Vec<Arc<Tail>>,
    tail: Arc<Tail>,
    /// What the runs hold, by topic.
    totals: Arc<IdMap<TopicId, Tally>>,
}

impl Index {
    /// Frame end that everything was dispatched to: recovery dispatches the log from here.
    pub(crate) fn indexed_to(&self) -> LogOffset {
        LogOffset(self.indexed_to.load(Ordering::Acquire))
    }

    /// Runs cover every record below. Retention may remove segments that end here or below.
    pub(crate) fn sealed_to(&self) -> LogOffset {
        let state = self.state();
        let oldest = state.frozen.first().unwrap_or(&state.tail);
        // The rest of a segment belongs to no record, so the first one that is in no run counts, not the end of the last run.
        let first = oldest.first_at().and_then(frame::frame_at);
        first.map_or(oldest.range().end, LogOffset)
    }

    pub(crate) fn run_count(&self) -> usize {
        self.state().runs.len()
    }

    fn log_start(&self) -> LogOffset {
        LogOffset(self.log_start.load(Ordering::Acquire))
    }

    fn state(&self) -> Arc<State> {
        self.state
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn change_state(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut state));
    }

    fn upkeep(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.upkeep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Feeds records that became visible to all indexes. One thread at a time, in log order, whole groups; `end` is the
    /// frame end they reach to. What was dispatched before is passed over.
    pub(crate) fn dispatch<'a>(
        &self,
        records: impl IntoIterator<Item = DispatchedRecord<'a>>,
        end: LogOffset,
    ) {
        let mut tail = self.state().tail.clone();
        for record in records {
            if record.at < tail.range().end {
                continue;
            }
            // A group lies in one segment, so this too is the end of a group.
            if tail
                .first_at()
                .is_some_and(|first| !self.same_segment(first, record.at))
            {
                tail = self.freeze(&tail);
            }
            tail.append(&record, LogOffset(frame::frame_end(record.at, record.len)));
        }
        if end > tail.range().end {
            tail.reach(end);
        }
        let range = tail.range();
        if range.end.0 - range.start.0 >= self.config.run_len && tail.first_at().is_some() {
            self.freeze(&tail);
        }
        self.indexed_to.store(tail.range().end.0, Ordering::Release);
    }

    fn same_segment(&self, a: LogOffset, b: LogOffset) -> bool {
        a.0 / self.config.segment_len == b.0 / self.config.segment_len
    }

    fn freeze(&self, tail: &Arc<Tail>) -> Arc<Tail> {
        let next = Arc::new(Tail::new(tail.range().end));
        self.change_state(|state| {
            state.frozen.push(tail.clone());
            state.tail = next.clone();
        });
        self.backlog.fetch_add(1, Ordering::Relaxed);
        next
    }

    /// So many tails wait that appends had better wait too: memory and the time a restart takes grow with them.
    pub(crate) fn is_behind(&self) -> bool {
        self.backlog.load(Ordering::Relaxed) > UNSEALED_TAILS_PACED
    }

    /// Whether a run is waiting to be written.
    pub(crate) fn should_seal(&self) -> bool {
        !self.state().frozen.is_empty()
    }

    /// Writes the oldest frozen tail as a run; dispatch goes on meanwhile. `false`: nothing to write that is flushed.
    pub(crate) fn seal(&self, flushed: LogOffset) -> Result<bool, StoreError> {
        let mut obsolete = self.upkeep();
        let state = self.state();
        let Some(tail) = state
            .frozen
            .first()
            .filter(|tail| tail.range().end <= flushed)
        else {
            return Ok(false);
        };
        let IndexConfig {
            dir, disk, hasher, ..
        } = &self.config;
        let run = Arc::new(tail.write_run(disk.clone(), dir, hasher.fingerprint())?);
        self.raise_heads(&run);
        let mut totals = IdMap::clone(&state.totals);
        for (topic, tally) in tail.derived.tags.totals() {
            totals.entry(topic).or_default().add(tally);
        }
        self.change_state(|state| {
            state.frozen.remove(0);
            state.runs.push(run.clone());
            state.totals = Arc::new(totals);
        });
        self.backlog.fetch_sub(1, Ordering::Relaxed);
        // The run is there. What keeps neighbours from being merged is tried again after the next.
        if let Err(why) = self.merge_where_needed(&mut obsolete) {
            tracing::warn!(%why, "index runs are not merged");
        }
        Ok(true)
    }

    fn raise_heads(&self, run: &Run) {
        let mut heads = self.heads.write().unwrap_or_else(PoisonError::into_inner);
        for row in run.rows() {
            let head = heads.entry(row.queue).or_insert(Bounds {
                min: QueueOffset(row.first),
                max: QueueOffset(row.first),
            });
            // Nothing of the queue was left: what comes now is its first.
            if head.min == head.max {
                head.min = QueueOffset(row.first);
            }
            head.max = head.max.max(QueueOffset(row.end()));
        }
    }
}
