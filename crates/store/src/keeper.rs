//! The keeper: a thread that does beside appends what none of them should wait for: it makes the next segment ahead of need
//! and seals index runs.

use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::checkpoint::CheckpointFile;
use crate::commit_log::CommitLog;
use crate::error::StoreError;
use crate::flush::Flusher;
use crate::index::Index;
use crate::visible::Visible;

/// How long an append waits at a time for a sealer that has fallen behind: long enough for the sealer to get the processor,
/// short enough for whoever shares the thread.
const PACE: Duration = Duration::from_millis(20);
/// After a failure, so that a full disk is not asked thousands of times a second.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(crate) struct Keeper {
    state: Mutex<State>,
    work: Condvar,
    /// A run was sealed.
    sealed: Condvar,
    /// Percent used (high byte) and limit (low byte) while appends are refused, else 0.
    full: AtomicU16,
}

#[derive(Debug, Default)]
struct State {
    prepare: Option<u64>,
    seal: bool,
    idle: bool,
    stop: bool,
}

/// What the keeper's thread works on.
pub(crate) struct Kept {
    pub(crate) log: Arc<CommitLog>,
    pub(crate) index: Arc<Index>,
    pub(crate) flusher: Arc<Flusher>,
    pub(crate) visible: Arc<Visible>,
    pub(crate) checkpoint: Arc<CheckpointFile>,
}

impl Keeper {
    /// The segment at `base` will be needed.
    pub(crate) fn prepare(&self, base: u64) {
        let mut state = self.state();
        state.prepare = Some(base);
        self.wake(&mut state);
    }

    /// There is enough for an index run.
    pub(crate) fn seal(&self) {
        let mut state = self.state();
        state.seal = true;
        self.wake(&mut state);
    }

    pub(crate) fn stop(&self) {
        let mut state = self.state();
        state.stop = true;
        self.work.notify_all();
    }

    /// Waits a moment for a run to be sealed.
    pub(crate) fn pace(&self) {
        let state = self.state();
        if !state.stop {
            let woken = self.sealed.wait_timeout(state, PACE);
            drop(woken.unwrap_or_else(PoisonError::into_inner));
        }
    }

    fn wake(&self, state: &mut State) {
        if state.idle {
            state.idle = false;
            self.work.notify_one();
        }
    }

    /// Whether the disk takes more.
    pub(crate) fn check_room(&self) -> Result<(), StoreError> {
        let [used_pct, limit_pct] = self.full.load(Ordering::Acquire).to_be_bytes();
        if limit_pct == 0 {
            Ok(())
        } else {
            Err(StoreError::DiskFull {
                used_pct,
                limit_pct,
            })
        }
    }

    /// Refuses appends from now on, or takes them again.
    pub(crate) fn set_full(&self, full: Option<(u8, u8)>) {
        let (used, limit) = full.unwrap_or((0, 0));
        self.full
            .store(u16::from_be_bytes([used, limit]), Ordering::Release);
    }

    /// The keeper's thread.
    pub(crate) fn run(&self, kept: &Kept) {
        while let Some((prepare, seal)) = self.next() {
            let prepared = prepare.map_or(Ok(()), |base| kept.log.prepare(base));
            let sealed = if seal {
                kept.seal(|| self.sealed.notify_all())
            } else {
                Ok(())
            };
            if kept.flusher.check().is_err() {
                continue;
            }
            if let Err(e) = prepared.and(sealed) {
                tracing::warn!(error = %e, "housekeeping failed, trying again");
                self.pause(prepare, seal);
            }
        }
    }

    fn next(&self) -> Option<(Option<u64>, bool)> {
        let mut state = self.state();
        while !state.stop && state.prepare.is_none() && !state.seal {
            state.idle = true;
            state = self
                .work
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.idle = false;
        let work = (state.prepare.take(), std::mem::take(&mut state.seal));
        if state.stop { None } else { Some(work) }
    }

    /// Puts the work back and waits a while, or for the end.
    fn pause(&self, prepare: Option<u64>, seal: bool) {
        let until = Instant::now() + PAUSE_AFTER_FAILURE;
        let mut state = self.state();
        state.prepare = state.prepare.or(prepare);
        state.seal |= seal;
        while !state.stop && Instant::now() < until {
            let woken = self.work.wait_timeout(state, until - Instant::now());
            state = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// A run may only cover what is on the device: it must never point to what a crash takes away.
    fn seal(&self, sealed: impl Fn()) -> Result<(), StoreError> {
        while self.index.should_seal() {
            let (end, store_time) = (self.visible.end(), self.visible.store_time());
            self.flusher.wait(end)?;
            if !self.index.seal(end)? {
                break;
            }
            sealed();
            self.checkpoint.update(|c| {
                c.flushed = c.flushed.max(end.0);
                c.store_time = c.store_time.max(store_time);
            })?;
        }
        Ok(())
    }
}
