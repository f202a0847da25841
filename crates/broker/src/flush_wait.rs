//! Who waits for the disk: a list of (log end, whom to wake), drained when the flushed watermark moves.
//!
//! Nobody parks a task or thread per message: a connection is in the list at most once, for the oldest of its
//! unacknowledged bursts, and drains its own queue when it is woken.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use remoting::types::LogOffset;
use tokio::sync::Notify;

/// The flushed watermark as the broker last heard of it, and the waiters.
#[derive(Default)]
pub(crate) struct FlushWait {
    flushed: AtomicU64,
    failed: AtomicBool,
    waiting: Mutex<Vec<(LogOffset, Arc<Notify>)>>,
}

impl FlushWait {
    pub(crate) fn flushed(&self) -> LogOffset {
        LogOffset(self.flushed.load(Ordering::Acquire))
    }

    /// A flush has failed: nothing that is still waiting will ever be promised.
    pub(crate) fn failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Called by the store's flusher.
    pub(crate) fn moved(&self, to: LogOffset) {
        self.flushed.fetch_max(to.0, Ordering::AcqRel);
        self.wake(|end| end <= to);
    }

    /// Called by the store's flusher.
    pub(crate) fn fail(&self) {
        self.failed.store(true, Ordering::Release);
        self.wake(|_| true);
    }

    /// Wakes `notify` once everything below `end` is flushed, or the flush has failed.
    pub(crate) fn wait(&self, end: LogOffset, notify: &Arc<Notify>) {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((end, Arc::clone(notify)));
        // The watermark may have moved between the caller's look and the push.
        if self.flushed() >= end || self.failed() {
            notify.notify_one();
        }
    }

    fn wake(&self, due: impl Fn(LogOffset) -> bool) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(end, notify)| {
            let due = due(*end);
            if due {
                notify.notify_one();
            }
            !due
        });
    }
}

#[cfg(test)]
mod tests {
    use super::FlushWait;
    use remoting::types::LogOffset;
    use std::sync::Arc;
    use tokio::sync::Notify;

    #[tokio::test]
    async fn waiters_wake_when_their_end_is_flushed_and_not_before() {
        let wait = FlushWait::default();
        let (near, far) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        wait.wait(LogOffset(10), &near);
        wait.wait(LogOffset(20), &far);
        wait.moved(LogOffset(10));
        near.notified().await;
        assert_eq!(wait.waiting.lock().unwrap().len(), 1);
        wait.moved(LogOffset(25));
        far.notified().await;
    }

    #[tokio::test]
    async fn a_watermark_that_was_already_there_wakes_at_once() {
        let wait = FlushWait::default();
        wait.moved(LogOffset(10));
        let notify = Arc::new(Notify::new());
        wait.wait(LogOffset(10), &notify);
        notify.notified().await;
    }

    #[tokio::test]
    async fn a_failed_flush_wakes_everybody() {
        let wait = FlushWait::default();
        let notify = Arc::new(Notify::new());
        wait.wait(LogOffset(10), &notify);
        wait.fail();
        notify.notified().await;
        assert!(wait.failed());
    }
}
