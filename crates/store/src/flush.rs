//! The flusher: a thread beside the appender that puts on the device what was written, with a watermark of its own.
//!
//! The watermark is taken before the flush starts, so a flush promises only what was written before it. While one runs,
//! more is written and shares the next: group commit without a timer. What nobody waits for is flushed at most 200 ms later.
//! A flush that fails is final: the kernel may have dropped the very pages that a second try would report as written.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use remoting::types::LogOffset;

use crate::checkpoint::CheckpointFile;
use crate::commit_log::CommitLog;
use crate::error::StoreError;
use crate::limits::FLUSH_DELAY_MS;
use crate::visible::Visible;

/// Told the new flushed watermark, or once that it never moves again.
pub type OnFlush = Box<dyn Fn(Result<LogOffset, StoreError>) + Send + Sync>;

#[derive(Default)]
pub(crate) struct Flusher {
    written: AtomicU64,
    flushed: AtomicU64,
    state: Mutex<State>,
    /// Something to do for the thread.
    work: Condvar,
    /// The flushed watermark moved, or never will again.
    moved: Condvar,
    failed: OnceLock<Arc<io::Error>>,
    listener: OnceLock<OnFlush>,
}

#[derive(Debug, Default)]
struct State {
    /// Somebody waits for everything written so far.
    asked: bool,
    sleep: Sleep,
    stop: bool,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Sleep {
    #[default]
    Awake,
    /// Nothing to flush: the next write wakes it.
    Idle,
    /// Something to flush that nobody waits for.
    Delayed,
}

impl std::fmt::Debug for Flusher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flusher")
            .field("written", &self.written)
            .field("flushed", &self.flushed)
            .finish_non_exhaustive()
    }
}

impl Flusher {
    /// Where recovery found the end: all of that is on the device.
    pub(crate) fn start_at(&self, end: u64) {
        self.written.store(end, Ordering::Release);
        self.flushed.store(end, Ordering::Release);
    }

    /// The first listener stays.
    pub(crate) fn listen(&self, listener: OnFlush) {
        if self.listener.set(listener).is_err() {
            tracing::warn!("somebody listens to flushes already");
        }
    }

    pub(crate) fn flushed(&self) -> LogOffset {
        LogOffset(self.flushed.load(Ordering::Acquire))
    }

    pub(crate) fn written_end(&self) -> LogOffset {
        LogOffset(self.written.load(Ordering::Acquire))
    }

    /// The log was written up to `end`; `asks`: somebody waits for the flush.
    pub(crate) fn written(&self, end: u64, asks: bool) {
        self.written.store(end, Ordering::Release);
        let mut state = self.state();
        state.asked |= asks;
        if state.sleep == Sleep::Idle || (asks && state.sleep == Sleep::Delayed) {
            state.sleep = Sleep::Awake;
            self.work.notify_one();
        }
    }

    pub(crate) fn request(&self) {
        let mut state = self.state();
        state.asked = true;
        if state.sleep != Sleep::Awake {
            state.sleep = Sleep::Awake;
            self.work.notify_one();
        }
    }

    /// Returns once the log is on the device up to `end`.
    pub(crate) fn wait(&self, end: LogOffset) -> Result<(), StoreError> {
        if self.flushed() < end {
            self.request();
        }
        let mut state = self.state();
        while self.flushed() < end {
            self.check()?;
            if state.stop {
                return Err(StoreError::Closed);
            }
            state = self
                .moved
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        Ok(())
    }

    /// Whether the log may still be written.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self.failed.get() {
            None => Ok(()),
            Some(e) => Err(StoreError::Poisoned(Arc::clone(e))),
        }
    }

    /// The log is read-only from now on.
    pub(crate) fn fail(&self, e: &StoreError, checkpoint: &CheckpointFile) {
        tracing::error!(error = %e, "the log is read-only until the next start: what was not flushed is not promised");
        let cause = match e {
            StoreError::Io { source, .. } => Arc::clone(source),
            other => Arc::new(io::Error::other(other.to_string())),
        };
        if self.failed.set(Arc::clone(&cause)).is_ok()
            && let Some(listener) = self.listener.get()
        {
            listener(Err(StoreError::Poisoned(cause)));
        }
        // The next opening in this boot reads it from memory, whether this sync fails too or not.
        if let Err(e) = checkpoint.update(|c| c.suspect = true) {
            tracing::error!(error = %e, "the failed flush could not be noted");
        }
        let state = self.state();
        self.moved.notify_all();
        drop(state);
    }

    /// The thread returns after the flush it is in.
    pub(crate) fn stop(&self) {
        self.state().stop = true;
        self.work.notify_all();
        self.moved.notify_all();
    }

    /// The flusher's thread.
    pub(crate) fn run(&self, log: &CommitLog, visible: &Visible, checkpoint: &CheckpointFile) {
        let flushes = catch_unwind(AssertUnwindSafe(|| {
            while self.wait_for_work() {
                if let Err(e) = self.flush(log, visible) {
                    return self.fail(&e, checkpoint);
                }
            }
        }));
        if flushes.is_err() {
            let panicked = Arc::new(io::Error::other("the flusher panicked"));
            self.fail(&StoreError::Poisoned(panicked), checkpoint);
        }
    }

    fn flush(&self, log: &CommitLog, visible: &Visible) -> Result<(), StoreError> {
        let end = self.written_end();
        log.sync(self.flushed().0, end.0)?;
        self.flushed.store(end.0, Ordering::Release);
        visible.flushed(end.0);
        if let Some(listener) = self.listener.get() {
            listener(Ok(end));
        }
        let state = self.state();
        self.moved.notify_all();
        drop(state);
        Ok(())
    }

    /// `false`: stop.
    fn wait_for_work(&self) -> bool {
        let mut due: Option<Instant> = None;
        let mut state = self.state();
        loop {
            if state.stop {
                return false;
            }
            let dirty = self.written_end() > self.flushed();
            let now = Instant::now();
            if dirty && (state.asked || due.is_some_and(|due| due <= now)) {
                state.asked = false;
                state.sleep = Sleep::Awake;
                return true;
            }
            if dirty {
                let due = *due.get_or_insert(now + Duration::from_millis(FLUSH_DELAY_MS));
                state.sleep = Sleep::Delayed;
                let woken = self.work.wait_timeout(state, due - now);
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
            } else {
                state.asked = false;
                state.sleep = Sleep::Idle;
                state = self
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
