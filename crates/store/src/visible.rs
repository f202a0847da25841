//! What may be read: where written or flushed records become visible, and with that indexed.
//!
//! With `flush = "async"` a record is visible once it is written, with `"sync"` once it is flushed; until then it waits
//! here. Everything the index answers is visible by construction.

use std::ops::Range;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use remoting::types::{LogOffset, QueueOffset};

use crate::config::FlushMode;
use crate::entries::Entries;
use crate::index::Index;
use crate::keeper::Keeper;
use crate::keys::QueueKey;

/// A record became visible: what a waiting long poll wants to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    pub queue: QueueKey,
    /// The queue's max offset now.
    pub next: QueueOffset,
    /// As consume queues carry it: the sign-extended hash of the tag.
    pub tag_hash: i64,
}

/// Told what became visible, in log order.
pub type OnVisible = Box<dyn Fn(&[Arrival]) + Send + Sync>;

pub(crate) struct Visible {
    mode: FlushMode,
    index: Arc<Index>,
    keeper: Arc<Keeper>,
    end: AtomicU64,
    store_time: AtomicI64,
    /// Written, and not flushed when they came.
    waiting: Mutex<Entries>,
    shown: Mutex<Shown>,
    listener: OnceLock<OnVisible>,
}

/// Touched by who makes visible, one at a time; buffers that are used again.
#[derive(Default)]
struct Shown {
    /// Taken from `waiting`; those before `next` are visible.
    entries: Entries,
    next: usize,
    arrivals: Vec<Arrival>,
}

impl std::fmt::Debug for Visible {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Visible")
            .field("mode", &self.mode)
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

impl Visible {
    pub(crate) fn new(mode: FlushMode, index: Arc<Index>, keeper: Arc<Keeper>) -> Self {
        Self {
            mode,
            index,
            keeper,
            end: AtomicU64::new(0),
            store_time: AtomicI64::new(0),
            waiting: Mutex::default(),
            shown: Mutex::default(),
            listener: OnceLock::new(),
        }
    }

    /// Where recovery found the end.
    pub(crate) fn start_at(&self, end: u64, store_time: i64) {
        self.end.store(end, Ordering::Release);
        self.store_time.store(store_time, Ordering::Release);
    }

    /// The first listener stays.
    pub(crate) fn listen(&self, listener: OnVisible) {
        if self.listener.set(listener).is_err() {
            tracing::warn!("somebody listens to arrivals already");
        }
    }

    pub(crate) fn end(&self) -> LogOffset {
        LogOffset(self.end.load(Ordering::Acquire))
    }

    /// No visible record has a later one.
    pub(crate) fn store_time(&self) -> i64 {
        self.store_time.load(Ordering::Acquire)
    }

    /// A whole batch was written, up to `end`. Called in log order.
    pub(crate) fn written(&self, entries: &Entries, end: u64) {
        match self.mode {
            FlushMode::Async => {
                let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
                self.show(entries, 0..entries.len(), end, &mut shown.arrivals);
            }
            FlushMode::Sync => self
                .waiting
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .extend_from(entries),
        }
    }

    /// The log is on the device up to `end`. Called in log order, by the flusher alone.
    pub(crate) fn flushed(&self, end: u64) {
        if self.mode == FlushMode::Async {
            return;
        }
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let Shown {
            entries,
            next,
            arrivals,
        } = &mut *shown;
        loop {
            if *next == entries.len() {
                entries.clear();
                *next = 0;
                std::mem::swap(
                    entries,
                    &mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner),
                );
            }
            let ready = entries.rows[*next..].partition_point(|row| row.frame_end() <= end);
            if ready == 0 {
                return;
            }
            let range = *next..*next + ready;
            // Batches come here whole, so the last of them ends a group.
            let shown_to = entries.rows[range.end - 1].frame_end();
            *next = range.end;
            self.show(entries, range, shown_to, arrivals);
        }
    }

    fn show(&self, entries: &Entries, range: Range<usize>, end: u64, arrivals: &mut Vec<Arrival>) {
        self.index
            .dispatch(entries.records(range.clone()), LogOffset(end));
        self.end.store(end, Ordering::Release);
        if let Some(last) = entries.rows[range.clone()].last() {
            self.store_time.store(last.store_time, Ordering::Release);
        }
        if let Some(listener) = self.listener.get() {
            arrivals.clear();
            arrivals.extend(entries.records(range).map(|record| Arrival {
                queue: record.queue,
                next: QueueOffset(record.queue_offset.0 + 1),
                tag_hash: i64::from(record.terms.tag_hash),
            }));
            listener(arrivals);
        }
        if self.index.should_seal() {
            self.keeper.seal();
        }
    }
}
