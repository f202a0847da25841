//! The disk: one directory, one writer. Knows topics and queues as keys, nothing of consumers.
//!
//! [`Store::open`] → recover → serve → [`Store::close`]. Files of a data directory:
//!
//! | file           | what                                                                      | lost means          |
//! |----------------|---------------------------------------------------------------------------|---------------------|
//! | `LOCK`         | held by the one process that works here                                   | made again          |
//! | `FORMAT`       | version, SipHash key, what it was made with                               | refused             |
//! | `checkpoint`   | epoch, start, flushed watermark of the log                                | reported            |
//! | `log/*.log`    | commit log segments, named by their first byte: the only source of truth  | messages            |
//! | `index/*`      | sorted runs over the log                                                  | built again         |
//! | `meta.redb`    | topics and their births, tables of the upper crates                       | topics, settings    |
//! | `events/`, `timers/` | belong to this format; absent means empty                           |                     |
//!
//! A record's way: [`AppendBatch`] (encoded off the lock) → `append` (place and write) → `flush` → `visible` (indexed,
//! readers told). With `flush = "async"` it is visible before it is flushed.

mod append;
mod checkpoint;
mod commit_log;
mod config;
mod dispatch;
mod entries;
pub mod env;
mod error;
#[cfg(any(test, feature = "fault"))]
pub mod fault;
mod flush;
mod format;
mod frame;
mod index;
mod keeper;
mod keys;
pub mod limits;
mod meta;
mod recovery;
mod retention;
mod segment;
mod store;
mod visible;

pub use append::{AppendBatch, Appended, Placed};
pub use commit_log::SegmentInfo;
pub use config::{FlushMode, RetentionConfig, StoreConfig};
pub use env::Env;
pub use error::StoreError;
pub use flush::OnFlush;
pub use index::{Boundary, Bounds, Entry, TagCount, Tally};
pub use keys::{QueueKey, TopicId};
pub use meta::{TableOp, Tables};
pub use recovery::{Damage, RecoveryReport};
pub use store::{
    KeyHits, KeyQuery, PullLimits, PullOutcome, Pulled, Store, StoreStatus, Writability,
};
pub use visible::{Arrival, OnVisible};
