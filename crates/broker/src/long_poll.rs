//! Pulls that wait for a message: held under their queue, handed back to their connection on arrival or at the deadline.
//!
//! Nothing is read here. The store's thread that reports an arrival only moves the waiter to its connection, which runs
//! the pull again (reference §4.9).

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use remoting::types::QueueOffset;
use store::{Arrival, QueueKey, TopicId};

use crate::limits;
use crate::processor::pull_message::Pull;
use crate::remoting_server::Link;

/// Arrivals come from one thread and holds from many: sixteen locks keep them apart.
const SHARDS: usize = 16;

/// A pull without an answer yet.
pub(crate) struct Held {
    pub(crate) link: Arc<Link>,
    pub(crate) pull: Pull,
    pub(crate) deadline_ms: i64,
}

type Shard = HashMap<QueueKey, Vec<Held>>;

#[derive(Default)]
pub(crate) struct HeldPulls {
    shards: [Mutex<Shard>; SHARDS],
    hasher: std::hash::RandomState,
    count: AtomicUsize,
}

impl HeldPulls {
    pub(crate) fn len(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Keeps `held` until something arrives; gives it back when there are too many.
    pub(crate) fn hold(&self, queue: QueueKey, held: Held) -> Result<(), Held> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= limits::HELD_PULLS_MAX {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(held);
        }
        if !held.link.take_held_slot() {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(held);
        }
        self.shard(queue).entry(queue).or_default().push(held);
        Ok(())
    }

    /// Messages became visible: wakes who waits for one that passes its filter.
    pub(crate) fn arrived(&self, arrivals: &[Arrival]) {
        if self.len() == 0 {
            return;
        }
        for arrival in arrivals {
            let tag_hash = arrival.tag_hash as i32;
            self.wake(arrival.queue, |pull| {
                pull.offset < arrival.next && pull.wanted.filter.matches(tag_hash)
            });
        }
    }

    /// For the moment after [`HeldPulls::hold`]: what became visible just before it was not reported to it.
    pub(crate) fn recheck(&self, queue: QueueKey, max: QueueOffset) {
        self.wake(queue, |pull| pull.offset < max);
    }

    /// The topic was deleted: nothing will ever arrive for who waits on it.
    pub(crate) fn topic_gone(&self, topic: TopicId) {
        if self.len() == 0 {
            return;
        }
        for shard in &self.shards {
            lock(shard).retain(|queue, waiting| {
                if queue.topic == topic {
                    self.take(waiting, |_| true);
                }
                !waiting.is_empty()
            });
        }
    }

    /// Wakes whose time is up and forgets whose connection is gone.
    pub(crate) fn sweep(&self, now_ms: i64) {
        for shard in &self.shards {
            let mut shard = lock(shard);
            shard.retain(|_, waiting| {
                self.take(waiting, |held| {
                    held.deadline_ms <= now_ms || held.link.is_closed()
                });
                !waiting.is_empty()
            });
        }
    }

    /// Answers everybody, for shutdown.
    pub(crate) fn wake_all(&self) {
        self.sweep(i64::MAX);
    }

    fn wake(&self, queue: QueueKey, due: impl Fn(&Pull) -> bool) {
        let mut shard = self.shard(queue);
        let Some(waiting) = shard.get_mut(&queue) else {
            return;
        };
        self.take(waiting, |held| due(&held.pull));
        if waiting.is_empty() {
            shard.remove(&queue);
        }
    }

    fn take(&self, waiting: &mut Vec<Held>, due: impl Fn(&Held) -> bool) {
        for held in waiting.extract_if(.., |held| due(held)) {
            self.count.fetch_sub(1, Ordering::Relaxed);
            held.link.wake(held.pull);
        }
    }

    fn shard(&self, queue: QueueKey) -> MutexGuard<'_, Shard> {
        lock(&self.shards[self.hasher.hash_one(queue) as usize % SHARDS])
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}
