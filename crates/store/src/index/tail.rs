//! The log since the last run, indexed in memory. Filled by dispatch, read by many; frozen once a run is to be made of it.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use remoting::types::LogOffset;

use crate::dispatch::{Derived, DispatchedRecord};
use crate::env::Disk;
use crate::error::StoreError;
use crate::index::run::{Run, RunHead, RunWriter};

/// `first_at` as long as there is no record.
const NONE: u64 = u64::MAX;

#[derive(Default)]
pub(crate) struct Tail {
    start: u64,
    /// Frame end of the last record; what was dispatched beyond it had none.
    end: AtomicU64,
    first_at: AtomicU64,
    records: AtomicU64,
    pub(crate) derived: Derived,
}

impl Tail {
    pub(crate) fn new(start: LogOffset) -> Self {
        Self {
            start: start.0,
            end: AtomicU64::new(start.0),
            first_at: AtomicU64::new(NONE),
            ..Self::default()
        }
    }

    pub(crate) fn append(&self, record: &DispatchedRecord<'_>, frame_end: LogOffset) {
        for index in self.derived.each() {
            index.append(record);
        }
        if self.records.fetch_add(1, Ordering::Relaxed) == 0 {
            self.first_at.store(record.at.0, Ordering::Relaxed);
        }
        self.reach(frame_end);
    }

    /// Everything below `end` was dispatched.
    pub(crate) fn reach(&self, end: LogOffset) {
        let before = self.end.swap(end.0, Ordering::Release);
        assert!(
            before <= end.0,
            "dispatch goes forward: {end} after {before}"
        );
    }

    pub(crate) fn range(&self) -> Range<LogOffset> {
        LogOffset(self.start)..LogOffset(self.end.load(Ordering::Acquire))
    }

    /// Place of the first record, if there is one.
    pub(crate) fn first_at(&self) -> Option<LogOffset> {
        let at = self.first_at.load(Ordering::Relaxed);
        (at != NONE).then_some(LogOffset(at))
    }

    pub(crate) fn write_run(
        &self,
        disk: Arc<dyn Disk>,
        dir: &Path,
        fingerprint: u64,
    ) -> Result<Run, StoreError> {
        let range = self.range();
        let head = RunHead {
            first_at: self.first_at().unwrap_or(range.end),
            records: self.records.load(Ordering::Relaxed),
            range,
            fingerprint,
        };
        let mut out = RunWriter::create(disk, dir)?;
        for index in self.derived.each() {
            index.seal(&mut out)?;
        }
        out.finish(&head)
    }
}
