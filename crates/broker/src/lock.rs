//! Queue locks of orderly consumers: one client per (group, message queue), for 60 s since it last asked.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use remoting::types::{GroupName, QueueRef};

use crate::limits;

struct Lock {
    client: Box<str>,
    until_ms: i64,
}

/// All locks. One mutex: a client asks every 20 s.
#[derive(Default)]
pub(crate) struct QueueLocks {
    groups: Mutex<HashMap<GroupName, HashMap<QueueRef, Lock>>>,
}

impl QueueLocks {
    /// Takes or renews every lock that is free, expired or already the client's; answers which queues those are, in order.
    pub(crate) fn lock(
        &self,
        group: &GroupName,
        client: &str,
        queues: &[QueueRef],
        now_ms: i64,
    ) -> Vec<usize> {
        let until_ms = now_ms + limits::QUEUE_LOCK.as_millis() as i64;
        let mut groups = self.groups();
        let locks = groups.entry(group.clone()).or_default();
        let mut taken = Vec::with_capacity(queues.len());
        for (index, queue) in queues.iter().enumerate() {
            match locks.get_mut(queue) {
                Some(lock) if lock.until_ms > now_ms && &*lock.client != client => continue,
                Some(lock) => {
                    *lock = Lock {
                        client: client.into(),
                        until_ms,
                    }
                }
                None => {
                    locks.insert(
                        queue.clone(),
                        Lock {
                            client: client.into(),
                            until_ms,
                        },
                    );
                }
            }
            taken.push(index);
        }
        taken
    }

    /// Gives up the client's locks; those of others stay.
    pub(crate) fn unlock(&self, group: &GroupName, client: &str, queues: &[QueueRef]) {
        let mut groups = self.groups();
        let Some(locks) = groups.get_mut(group) else {
            return;
        };
        for queue in queues {
            if locks.get(queue).is_some_and(|lock| &*lock.client == client) {
                locks.remove(queue);
            }
        }
    }

    /// Forgets what has expired, so that the table is bounded by the clients alive.
    pub(crate) fn sweep(&self, now_ms: i64) {
        self.groups().retain(|_, locks| {
            locks.retain(|_, lock| lock.until_ms > now_ms);
            !locks.is_empty()
        });
    }

    fn groups(&self) -> MutexGuard<'_, HashMap<GroupName, HashMap<QueueRef, Lock>>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::QueueLocks;
    use remoting::types::{GroupName, QueueRef, TopicName};

    fn queues(n: u32) -> Vec<QueueRef> {
        (0..n)
            .map(|id| QueueRef {
                topic: TopicName::new("t").unwrap(),
                id,
            })
            .collect()
    }

    #[test]
    fn a_lock_keeps_others_out_until_it_expires() {
        let locks = QueueLocks::default();
        let group = GroupName::new("g").unwrap();
        assert_eq!(locks.lock(&group, "a", &queues(2), 0), [0, 1]);
        assert_eq!(locks.lock(&group, "b", &queues(3), 59_999), [2]);
        assert_eq!(locks.lock(&group, "b", &queues(3), 60_000), [0, 1, 2]);
        assert_eq!(locks.lock(&group, "a", &queues(3), 60_001), [0usize; 0]);
    }

    #[test]
    fn renewing_extends_and_another_group_is_independent() {
        let locks = QueueLocks::default();
        let (group, other) = (GroupName::new("g").unwrap(), GroupName::new("h").unwrap());
        locks.lock(&group, "a", &queues(1), 0);
        locks.lock(&group, "a", &queues(1), 50_000);
        assert_eq!(locks.lock(&group, "b", &queues(1), 100_000), [0usize; 0]);
        assert_eq!(locks.lock(&other, "b", &queues(1), 100_000), [0]);
    }

    #[test]
    fn only_the_owner_unlocks() {
        let locks = QueueLocks::default();
        let group = GroupName::new("g").unwrap();
        locks.lock(&group, "a", &queues(1), 0);
        locks.unlock(&group, "b", &queues(1));
        assert_eq!(locks.lock(&group, "b", &queues(1), 1), [0usize; 0]);
        locks.unlock(&group, "a", &queues(1));
        assert_eq!(locks.lock(&group, "b", &queues(1), 2), [0]);
    }

    #[test]
    fn expired_locks_are_forgotten() {
        let locks = QueueLocks::default();
        let group = GroupName::new("g").unwrap();
        locks.lock(&group, "a", &queues(4), 0);
        locks.sweep(60_000);
        assert!(locks.groups().is_empty());
    }
}
