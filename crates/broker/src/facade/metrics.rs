//! Samples for `/metrics`: names with the unit at the end, few enough to be read by a person.

use std::sync::atomic::Ordering;

use store::{StoreStatus, Writability};

use crate::Broker;
use crate::info::{BrokerStatus, Metric, MetricKind};

impl Broker {
    /// What the broker counts and measures, now.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let status = self.status();
        let mut metrics = traffic(&status);
        metrics.extend(store(&status.store));
        let topics = self.state.topics.list().len() as f64;
        let groups = self.state.groups.list().len() as f64;
        metrics.extend(self.state.refusals.counts().map(|(reason, count)| Metric {
            labels: vec![("reason", reason.to_owned())],
            ..counter(
                "gantry_connections_refused_total",
                "Connections refused or cut off through a fault of the peer.",
                count,
            )
        }));
        metrics.push(gauge(
            "gantry_unsent_bytes",
            "Bytes of answers that clients have not read yet, small amounts left out.",
            self.state.unsent.load(Ordering::Relaxed) as f64,
        ));
        metrics.push(gauge(
            "gantry_topics",
            "Topics, built-in ones included.",
            topics,
        ));
        metrics.push(gauge(
            "gantry_consumer_groups",
            "Consumer groups, built-in ones included.",
            groups,
        ));
        metrics
    }
}

fn traffic(status: &BrokerStatus) -> Vec<Metric> {
    let started_s = status.started_ms as f64 / 1000.0;
    vec![
        counter(
            "gantry_messages_received_total",
            "Messages stored since the start.",
            status.messages_in_total,
        ),
        counter(
            "gantry_messages_delivered_total",
            "Messages answered to pulls since the start.",
            status.messages_out_total,
        ),
        gauge(
            "gantry_connections",
            "Open connections of remoting clients.",
            status.connections as f64,
        ),
        gauge(
            "gantry_held_pulls",
            "Pulls waiting for a message.",
            status.held_pulls as f64,
        ),
        gauge(
            "gantry_start_time_seconds",
            "When the broker started, Unix time.",
            started_s,
        ),
    ]
}

fn store(store: &StoreStatus) -> Vec<Metric> {
    let kept = store.log.end.0.saturating_sub(store.log.start.0) as f64;
    let unflushed = store.written.0.saturating_sub(store.flushed.0) as f64;
    let writable = if matches!(store.writable, Writability::Yes) {
        1.0
    } else {
        0.0
    };
    let mut metrics = vec![
        gauge(
            "gantry_store_log_bytes",
            "Bytes from the first to the last record of the commit log.",
            kept,
        ),
        gauge(
            "gantry_store_unflushed_bytes",
            "Bytes of the commit log that wait for the disk.",
            unflushed,
        ),
        gauge(
            "gantry_store_segments",
            "Segments of the commit log.",
            store.segments.len() as f64,
        ),
        gauge("gantry_store_index_runs", "Index runs.", store.runs as f64),
        gauge(
            "gantry_store_writable",
            "1 when messages are taken, 0 when not.",
            writable,
        ),
    ];
    if let Some(used) = store.disk_used_pct {
        let help = "How full the disk of the data directory is.";
        metrics.push(gauge(
            "gantry_store_disk_used_ratio",
            help,
            f64::from(used) / 100.0,
        ));
    }
    metrics
}

const fn counter(name: &'static str, help: &'static str, value: u64) -> Metric {
    Metric {
        name,
        help,
        kind: MetricKind::Counter,
        value: value as f64,
        labels: Vec::new(),
    }
}

const fn gauge(name: &'static str, help: &'static str, value: f64) -> Metric {
    Metric {
        name,
        help,
        kind: MetricKind::Gauge,
        value,
        labels: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::store;
    use crate::info::MetricKind;
    use remoting::types::LogOffset;
    use store::{FlushMode, StoreStatus, Writability};

    #[test]
    fn names_carry_a_prefix_and_a_unit() {
        let at = LogOffset(0);
        let status = StoreStatus {
            log: at..at,
            flushed: at,
            written: at,
            segments: Vec::new(),
            runs: 0,
            disk_used_pct: Some(50),
            writable: Writability::Yes,
            flush: FlushMode::Sync,
        };
        for metric in store(&status) {
            assert!(metric.name.starts_with("gantry_store_"), "{}", metric.name);
            assert_eq!(
                metric.name.ends_with("_total"),
                metric.kind == MetricKind::Counter,
                "{}",
                metric.name
            );
        }
    }
}
