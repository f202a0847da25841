//! The store as a whole: open → recover → serve → close.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use remoting::types::{LogOffset, TopicName};

use crate::append::{AppendBatch, Appended, Appender};
use crate::checkpoint::CheckpointFile;
use crate::commit_log::{CommitLog, SegmentInfo};
use crate::config::{FlushMode, StoreConfig};
use crate::env::{Env, Lock};
use crate::error::StoreError;
use crate::flush::{Flusher, OnFlush};
use crate::format;
use crate::index::Index;
use crate::index::hash::KeyHasher;
use crate::keeper::Keeper;
use crate::keys::TopicId;
use crate::meta::{Meta, Tables};
use crate::recovery::RecoveryReport;
use crate::visible::{OnVisible, Visible};

mod opening;
mod read;
mod upkeep;

use opening::Opening;
pub use read::{KeyHits, KeyQuery, PullLimits, PullOutcome, Pulled};

/// A data directory, opened. Cheap to clone; the directory is free again after `close`, or when the last clone is gone.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

struct Inner {
    config: StoreConfig,
    env: Env,
    hasher: KeyHasher,
    meta: Arc<Meta>,
    log: Arc<CommitLog>,
    index: Arc<Index>,
    appender: Appender,
    flusher: Arc<Flusher>,
    keeper: Arc<Keeper>,
    visible: Arc<Visible>,
    checkpoint: Arc<CheckpointFile>,
    /// One at a time looks after disk and retention.
    upkeep: Mutex<()>,
    running: Mutex<Running>,
}

/// What ends with `close`.
#[derive(Default)]
struct Running {
    threads: Vec<JoinHandle<()>>,
    lock: Option<Box<dyn Lock>>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("dir", &self.config.dir)
            .finish_non_exhaustive()
    }
}

/// Whether appends are taken, and why not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Writability {
    Yes,
    DiskFull {
        used_pct: u8,
        limit_pct: u8,
    },
    /// Until the next start.
    Failed(String),
}

#[derive(Clone, Debug)]
pub struct StoreStatus {
    pub log: Range<LogOffset>,
    pub flushed: LogOffset,
    pub written: LogOffset,
    pub segments: Vec<SegmentInfo>,
    /// Sealed index runs.
    pub runs: usize,
    /// `None`: the system does not say.
    pub disk_used_pct: Option<u8>,
    pub writable: Writability,
    pub flush: FlushMode,
}

impl Store {
    /// Opens the directory, makes it when it is not there, and recovers what the last process left.
    pub fn open(config: StoreConfig, env: Env) -> Result<(Self, RecoveryReport), StoreError> {
        config.check()?;
        let dir = config.dir.clone();
        env.disk
            .create_dir_all(&dir)
            .map_err(StoreError::io("create", &dir))?;
        let lock = format::lock(&*env.disk, &dir)?;
        let format = format::open(&env, &dir, config.segment_len)?;
        let opening = Opening::new(config, env, KeyHasher::new(format.key_hash))?;
        let mut report = RecoveryReport::default();
        let (index, end) = opening.recover(&mut report)?;
        let position = opening.begin(end, report.clean)?;
        report.epoch = position.epoch;
        Ok((opening.serve(index, position, lock)?, report))
    }

    /// The topic's number. A new topic gets a new one, durable when this returns.
    pub fn create_topic(&self, name: &TopicName) -> Result<TopicId, StoreError> {
        if let Some(topic) = self.topic_id(name) {
            return Ok(topic);
        }
        // Were its birth behind what a crash leaves of the log, its first records would count as a namesake's.
        self.0.appender.paused(|end| {
            self.0.flusher.wait(end)?;
            self.0.meta.create_topic(name, end)
        })
    }

    /// Its records are invisible from now on, also to a topic that gets the same name later.
    pub fn delete_topic(&self, name: &TopicName) -> Result<Option<TopicId>, StoreError> {
        self.0.appender.retire(|| self.0.meta.delete_topic(name))
    }

    #[must_use]
    pub fn topic_id(&self, name: &TopicName) -> Option<TopicId> {
        self.0.meta.topic_id(name.as_str())
    }

    /// An empty batch for `append`.
    #[must_use]
    pub fn batch(&self) -> AppendBatch {
        AppendBatch::new(self.0.hasher, self.0.config.batch_len_max())
    }

    /// Writes the batch in one piece; blocks for the write only. With sync flush it also asks for the flush, unless the
    /// batch is lazy: it is durable and visible once `flushed` reaches `Appended::end`. While the index runs fall far behind
    /// it waits a moment, so that a burst grows neither memory nor the time of a restart without bound.
    pub fn append(&self, batch: &mut AppendBatch) -> Result<Appended, StoreError> {
        if self.0.index.is_behind() {
            self.0.keeper.pace();
        }
        self.0.appender.append(batch)
    }

    #[must_use]
    pub fn flush_mode(&self) -> FlushMode {
        self.0.config.flush
    }

    /// Everything before is on the device.
    #[must_use]
    pub fn flushed(&self) -> LogOffset {
        self.0.flusher.flushed()
    }

    #[must_use]
    pub fn written(&self) -> LogOffset {
        self.0.flusher.written_end()
    }

    /// Everything before can be read.
    #[must_use]
    pub fn visible(&self) -> LogOffset {
        self.0.visible.end()
    }

    /// Called by the flusher after the flushed watermark moved, and once when it never will again. One listener.
    pub fn on_flush(&self, listener: OnFlush) {
        self.0.flusher.listen(listener);
    }

    /// Called when records became visible, in log order; must be quick and must not append. One listener.
    pub fn on_visible(&self, listener: OnVisible) {
        self.0.visible.listen(listener);
    }

    /// Flushes what is written so far as soon as the device allows. Does not wait.
    pub fn request_flush(&self) {
        self.0.flusher.request();
    }

    /// Blocks until everything before `end` is on the device.
    pub fn wait_flushed(&self, end: LogOffset) -> Result<(), StoreError> {
        self.0.flusher.wait(end)
    }

    /// Opaque tables of the upper crates, kept in `meta`.
    #[must_use]
    pub fn tables(&self) -> Tables {
        self.0.meta.tables()
    }

    #[must_use]
    pub fn locate(&self, at: LogOffset) -> Option<SegmentInfo> {
        self.0.log.segment_at(at.0).map(|s| SegmentInfo::from(&*s))
    }

    /// Takes no more appends, flushes, notes the end, and frees the directory.
    pub fn close(&self) -> Result<(), StoreError> {
        let (end, store_time) = self.0.appender.close();
        let flushed = self.0.flusher.wait(end);
        let lock = self.0.stop();
        let noted = flushed.and_then(|()| {
            self.0.checkpoint.update(|c| {
                (c.clean, c.flushed, c.store_time) = (true, end.0, store_time);
            })
        });
        drop(lock);
        noted
    }
}

impl Inner {
    /// Ends the threads. The directory stays ours as long as the lock lives.
    fn stop(&self) -> Option<Box<dyn Lock>> {
        self.keeper.stop();
        self.flusher.stop();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in running.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread of the store panicked");
            }
        }
        // It writes when it closes: the lock must still be ours.
        self.meta.close();
        running.lock.take()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        drop(self.stop());
    }
}
