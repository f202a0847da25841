//! Numbers of all topics at once, at most a second old: what lists are sorted and summed by.
//!
//! A list of 10,000 topics sorted by size needs 10,000 numbers; turning its pages must not ask for them again each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use broker::TopicStats;
use remoting::types::TopicName;

use crate::cluster::Cluster;
use crate::limits::STATS_AGE;

/// What is known of every topic. A topic that is missing was not known then, or could not be read.
#[derive(Default)]
pub(crate) struct Snapshot {
    pub(crate) stats: HashMap<TopicName, TopicStats>,
    /// How many groups read a topic, or have a position in it.
    pub(crate) groups: HashMap<TopicName, u64>,
}

#[derive(Default)]
pub(crate) struct Snapshots {
    latest: Mutex<Option<(Instant, Arc<Snapshot>)>>,
}

impl Snapshots {
    /// Holds the lock while taking: who comes meanwhile waits for the same snapshot instead of taking another.
    pub(crate) fn latest(&self, cluster: &dyn Cluster) -> Arc<Snapshot> {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((taken, snapshot)) = &*latest
            && taken.elapsed() < STATS_AGE
        {
            return snapshot.clone();
        }
        let snapshot = Arc::new(Snapshot::take(cluster));
        *latest = Some((Instant::now(), snapshot.clone()));
        snapshot
    }
}

impl Snapshot {
    fn take(cluster: &dyn Cluster) -> Self {
        let mut snapshot = Self::default();
        for topic in cluster.topics() {
            if let Ok(stats) = cluster.topic_stats(&topic.name) {
                snapshot.stats.insert(topic.name, stats);
            }
        }
        for group in cluster.groups() {
            let mut topics = group.topics;
            topics.extend(
                cluster
                    .group_offsets(&group.name)
                    .into_iter()
                    .map(|(queue, _)| queue.topic),
            );
            topics.sort_unstable();
            topics.dedup();
            for topic in topics {
                *snapshot.groups.entry(topic).or_default() += 1;
            }
        }
        snapshot
    }
}
