//! Samples for `/metrics`: names with the unit at the end, few enough to be read by a person.

use store::Writability;

use crate::Broker;
use crate::info::{Metric, MetricKind};

impl Broker {
    /// What the broker counts and measures, now.
    #[must_use]
    pub fn metrics(&self) -> Vec<Metric> {
        let status = self.status();
        let store = &status.store;
        let counter = |name, help, value: u64| sample(name, help, MetricKind::Counter, value as f64);
        let gauge = |name, help, value: f64| sample(name, help, MetricKind::Gauge, value);
        let mut metrics = vec![
            counter("gantry_messages_received_total", "Messages stored since the start.", status.messages_in_total),
            counter("gantry_messages_delivered_total", "Messages answered to pulls since the start.", status.messages_out_total),
            gauge("gantry_connections", "Open connections of remoting clients.", status.connections as f64),
            gauge("gantry_held_pulls", "Pulls waiting for a message.", status.held_pulls as f64),
            gauge("gantry_topics", "Topics, built-in ones included.", self.state.topics.list().len() as f64),
            gauge("gantry_consumer_groups", "Consumer groups, built-in ones included.", self.state.groups.list().len() as f64),
            gauge("gantry_store_log_bytes", "Bytes from the first to the last record of the commit log.", (store.log.end.0 - store.log.start.0) as f64),
            gauge("gantry_store_unflushed_bytes", "Bytes of the commit log that wait for the disk.", store.written.0.saturating_sub(store.flushed.0) as f64),
            gauge("gantry_store_segments", "Segments of the commit log.", store.segments.len() as f64),
            gauge("gantry_store_index_runs", "Index runs.", store.runs as f64),
            gauge("gantry_store_writable", "1 when messages are taken, 0 when not.", if matches!(store.writable, Writability::Yes) { 1.0 } else { 0.0 }),
            gauge("gantry_start_time_seconds", "When the broker started, Unix time.", status.started_ms as f64 / 1000.0),
        ];
        if let Some(used) = store.disk_used_pct {
            metrics.push(gauge("gantry_store_disk_used_ratio", "How full the data directory's disk is.", f64::from(used) / 100.0));
        }
        metrics
    }
}

const fn sample(name: &'static str, help: &'static str, kind: MetricKind, value: f64) -> Metric {
    Metric { name, help, kind, value, labels: Vec::new() }
}
