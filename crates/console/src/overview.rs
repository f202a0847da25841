//! Overview: is it up, what flows, what is stored.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use broker::{BrokerStatus, FlushMode, TopicInfo, Writability};

use crate::cluster::{Attached, Cluster};
use crate::error::ConsoleError;
use crate::snapshot::Snapshot;
use crate::topics::is_system;

/// Numbers of a whole cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    pub addresses: Doors,
    /// Of Gantry.
    pub version: &'static str,
    pub started_ms: i64,
    pub now_ms: i64,
    /// Stored now, in topics of users.
    pub messages: Option<u64>,
    /// Whether a topic of users holds, or has ever held, a message: the first-run page ends with it.
    pub ever_received: bool,
    /// Topics of users; built-in ones are not counted.
    pub topics: u64,
    pub groups: u64,
    /// Clients connected now.
    pub clients: u64,
    pub in_per_s: Option<f64>,
    pub out_per_s: Option<f64>,
    /// Messages per second, one value a minute, the running minute last; `None`: nobody measured then.
    pub in_history: Vec<Option<f64>>,
    pub out_history: Vec<Option<f64>>,
    /// Length of the commit log.
    pub store_bytes: Option<u64>,
    pub disk_used_pct: Option<u8>,
    pub flush: Flush,
    pub writable: Writable,
}

/// Where clients connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doors {
    pub name_server: String,
    pub broker: String,
    pub grpc: Option<String>,
}

/// What an acknowledgement promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// On disk before it is acknowledged.
    Sync,
    /// Written; on disk at most 200 ms later.
    Async,
}

/// Whether the store takes messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writable {
    Yes,
    DiskFull {
        used_pct: u8,
        limit_pct: u8,
    },
    /// A flush failed: only a restart makes it writable again.
    Failed(String),
}

pub(crate) fn answer(of: &Attached) -> Result<Overview, ConsoleError> {
    let cluster = &*of.facade;
    let status = cluster.status();
    let topics: Vec<TopicInfo> = cluster
        .topics()
        .into_iter()
        .filter(|topic| !is_system(topic))
        .collect();
    let messages = messages(&topics, &of.snapshots.latest(cluster), cluster);
    let groups = cluster
        .groups()
        .iter()
        .filter(|group| !group.system)
        .count();
    Ok(Overview {
        addresses: doors(&status),
        version: env!("CARGO_PKG_VERSION"),
        started_ms: status.started_ms,
        now_ms: cluster.now_ms(),
        messages,
        ever_received: messages.is_some_and(|count| count > 0)
            || has_received(&status, &topics, cluster),
        topics: topics.len() as u64,
        groups: groups as u64,
        clients: cluster.clients() as u64,
        in_per_s: status.in_per_s,
        out_per_s: status.out_per_s,
        in_history: status.in_history.into_iter().map(Some).collect(),
        out_history: status.out_history.into_iter().map(Some).collect(),
        store_bytes: status.store.log.end.0.checked_sub(status.store.log.start.0),
        disk_used_pct: status.store.disk_used_pct,
        flush: match status.store.flush {
            FlushMode::Sync => Flush::Sync,
            FlushMode::Async => Flush::Async,
        },
        writable: match status.store.writable {
            Writability::Yes => Writable::Yes,
            Writability::DiskFull {
                used_pct,
                limit_pct,
            } => Writable::DiskFull {
                used_pct,
                limit_pct,
            },
            Writability::Failed(why) => Writable::Failed(why),
        },
    })
}

/// `None` when a single topic cannot be counted: a sum that leaves it out would be a wrong number.
fn messages(topics: &[TopicInfo], snapshot: &Snapshot, cluster: &dyn Cluster) -> Option<u64> {
    let mut sum = 0;
    for topic in topics {
        sum += match snapshot.stats.get(&topic.name) {
            Some(stats) => stats.stored,
            None => cluster.topic_stats(&topic.name).ok()?.stored,
        };
    }
    Some(sum)
}

/// Retention may have removed what there was; offsets remember it.
fn has_received(status: &BrokerStatus, topics: &[TopicInfo], cluster: &dyn Cluster) -> bool {
    let wrote = |topic: &TopicInfo| {
        let queues = cluster.queue_stats(&topic.name).unwrap_or_default();
        queues.iter().any(|queue| queue.max.0 > 0)
    };
    status.messages_in_total > 0 || topics.iter().any(wrote)
}

fn doors(status: &BrokerStatus) -> Doors {
    Doors {
        name_server: reachable(status.addresses.name_server).to_string(),
        broker: reachable(status.addresses.broker).to_string(),
        grpc: None,
    }
}

/// A door that listens everywhere is reached from this machine by loopback; nobody can connect to 0.0.0.0.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other.ip(),
    };
    SocketAddr::new(ip, listening.port())
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn nobody_is_told_to_connect_to_everywhere() {
        for (listening, told) in [
            ("0.0.0.0:9876", "127.0.0.1:9876"),
            ("[::]:9876", "[::1]:9876"),
            ("10.0.0.5:9876", "10.0.0.5:9876"),
        ] {
            assert_eq!(reachable(listening.parse().unwrap()).to_string(), told);
        }
    }
}
