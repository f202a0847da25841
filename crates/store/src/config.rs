//! What the upper crates may set about the store.

use std::path::{Path, PathBuf};

use crate::error::StoreError;
use crate::limits;

/// When an append counts as done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlushMode {
    /// Acknowledged and visible once it is on the device.
    Sync,
    /// Acknowledged and visible once it is written; on the device at most 200 ms later.
    Async,
}

#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// The data directory; made when it is not there.
    pub dir: PathBuf,
    pub flush: FlushMode,
    /// Length of a commit log segment in bytes, a multiple of 4096. Existing segments keep theirs.
    pub segment_len: u64,
    /// A sorted index run is written for every so many bytes of log.
    pub run_len: u64,
    pub retention: RetentionConfig,
}

#[derive(Clone, Copy, Debug)]
pub struct RetentionConfig {
    /// Messages are kept at least this long, if the disk allows.
    pub keep_ms: i64,
    /// The commit log is cut to this many bytes, oldest segments first.
    pub max_bytes: Option<u64>,
    /// Above this, expired segments go at once.
    pub disk_clean_pct: u8,
    /// Above this, the oldest segments go although they have not expired.
    pub disk_force_pct: u8,
    /// Above this, appends are refused.
    pub disk_refuse_pct: u8,
}

impl Default for RetentionConfig {
    fn default() -> Self {
        Self {
            keep_ms: 72 * 60 * 60 * 1000,
            max_bytes: None,
            disk_clean_pct: 75,
            disk_force_pct: 85,
            disk_refuse_pct: 90,
        }
    }
}

impl StoreConfig {
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            flush: FlushMode::Sync,
            segment_len: 256 * 1024 * 1024,
            run_len: 64 * 1024 * 1024,
            retention: RetentionConfig::default(),
        }
    }

    /// Everything so small that a test reaches every limit.
    #[must_use]
    pub fn test_small(dir: &Path) -> Self {
        Self {
            segment_len: 64 * 1024,
            run_len: 16 * 1024,
            ..Self::new(dir)
        }
    }

    /// The longest batch, and with it the longest record: it must fit into one segment.
    #[must_use]
    pub fn batch_len_max(&self) -> u64 {
        limits::BATCH_LEN_MAX.min(self.segment_len)
    }

    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let RetentionConfig {
            disk_clean_pct: clean,
            disk_force_pct: force,
            disk_refuse_pct: refuse,
            ..
        } = self.retention;
        let segment = self.segment_len;
        rule(
            "segment_len",
            segment,
            segment.is_multiple_of(4096),
            "a multiple of 4096 is needed",
        )?;
        rule(
            "segment_len",
            segment,
            segment >= limits::SEGMENT_LEN_MIN,
            "16384 or more is needed",
        )?;
        rule(
            "segment_len",
            segment,
            segment <= limits::SEGMENT_LEN_MAX,
            "2147483648 or less is needed",
        )?;
        rule(
            "run_len",
            self.run_len,
            self.run_len > 0,
            "1 or more is needed",
        )?;
        rule(
            "retention.disk_refuse_pct",
            refuse.into(),
            refuse <= 100,
            "100 or less is needed",
        )?;
        rule(
            "retention.disk_force_pct",
            force.into(),
            force <= refuse,
            "at most disk_refuse_pct is needed",
        )?;
        rule(
            "retention.disk_clean_pct",
            clean.into(),
            clean <= force,
            "at most disk_force_pct is needed",
        )
    }
}

fn rule(
    field: &'static str,
    value: u64,
    holds: bool,
    rule: &'static str,
) -> Result<(), StoreError> {
    if holds {
        Ok(())
    } else {
        Err(StoreError::Config { field, value, rule })
    }
}
