//! What can go wrong in the store, named by what the caller should do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use remoting::types::LogOffset;

use crate::keys::{QueueKey, TopicId};

/// Cloneable, because one failed write is the answer to every sender in it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The caller asked for something not there any more, or not yet. Answer the client; do not log.
    #[error("offset {asked} is outside {min}..{max} of {queue}")]
    OffsetOutOfRange {
        queue: QueueKey,
        asked: u64,
        min: u64,
        max: u64,
    },
    /// Retention removed it, or it never was.
    #[error("nothing is kept at log offset {at}")]
    Gone { at: LogOffset },
    /// The topic was deleted, or never was.
    #[error("topic {topic} does not exist")]
    UnknownTopic { topic: TopicId },
    /// The batch holds as much as one write may: append it, then go on with an empty one.
    #[error("batch of {len} bytes has no room for {more} more below {max}")]
    BatchFull { len: u64, more: u64, max: u64 },
    /// Refuse this message; no retry can help.
    #[error("record of {len} bytes is longer than {max}")]
    RecordTooLong { len: u64, max: u64 },
    /// The message cannot be encoded as a record.
    #[error("record: {0}")]
    BadRecord(#[from] remoting::error::WireError),
    /// Refuse this write; it succeeds when space is there again.
    #[error("disk is {used_pct}% full, writes are refused above {limit_pct}%")]
    DiskFull { used_pct: u8, limit_pct: u8 },
    /// Stored bytes break their own rules. Say so where they are shown; never repair silently.
    #[error("{file} at byte {at}: {rule}", file = file.display())]
    Corrupt {
        file: PathBuf,
        at: u64,
        rule: &'static str,
    },
    /// A flush failed once: nothing written since the flushed watermark is promised. Reads go on; only a new open writes again.
    #[error("store is read-only after a failed flush: {0}")]
    Poisoned(Arc<io::Error>),
    /// The store was closed while this waited.
    #[error("store is closed")]
    Closed,
    /// Another process works in this directory.
    #[error("{dir} is in use by another process", dir = dir.display())]
    InUse { dir: PathBuf },
    /// The directory was written by a newer version.
    #[error(
        "{dir} has format {found}, this version reads up to format {known}: start the newer version, or point at another directory",
        dir = dir.display()
    )]
    NewerFormat {
        dir: PathBuf,
        found: u32,
        known: u32,
    },
    /// A setting that cannot work.
    #[error("{field} is {value}: {rule}")]
    Config {
        field: &'static str,
        value: u64,
        rule: &'static str,
    },
    /// The metadata database refused.
    #[error("metadata, {action}: {why}")]
    Meta { action: &'static str, why: Arc<str> },
    #[error("{action} {path}: {source}", path = path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: Arc<io::Error>,
    },
}

impl StoreError {
    /// For `map_err`: what was being done to which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            action,
            path: path.to_path_buf(),
            source: Arc::new(source),
        }
    }

    /// Whether the same call may succeed once the operator has made room.
    #[must_use]
    pub fn is_out_of_space(&self) -> bool {
        match self {
            Self::DiskFull { .. } => true,
            Self::Io { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}
