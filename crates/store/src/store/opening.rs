//! The steps between a locked directory and a store that serves.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::append::{Appender, Around, Position};
use crate::checkpoint::{Checkpoint, CheckpointFile};
use crate::commit_log::CommitLog;
use crate::config::StoreConfig;
use crate::env::{Disk, Env, Lock};
use crate::error::StoreError;
use crate::flush::Flusher;
use crate::index::hash::KeyHasher;
use crate::index::{Index, IndexConfig};
use crate::keeper::{Keeper, Kept};
use crate::meta::Meta;
use crate::recovery::{Damage, End, Recovery, RecoveryReport};
use crate::segment;
use crate::store::{Inner, Running, Store};
use crate::visible::Visible;

const META: &str = "meta.redb";
const LOG: &str = "log";

/// Everything that is open before the threads run.
pub(super) struct Opening {
    config: StoreConfig,
    env: Env,
    hasher: KeyHasher,
    checkpoint: CheckpointFile,
    found: Option<Checkpoint>,
    meta: Arc<Meta>,
    log: CommitLog,
}

impl Opening {
    pub(super) fn new(
        config: StoreConfig,
        env: Env,
        hasher: KeyHasher,
    ) -> Result<Self, StoreError> {
        let dir = &config.dir;
        let (checkpoint, found) = CheckpointFile::open(&*env.disk, dir)?;
        refuse_log_without_meta(&*env.disk, dir)?;
        let meta = Arc::new(Meta::open(&dir.join(META), Arc::clone(&env.disk))?);
        let log = CommitLog::open(Arc::clone(&env.disk), dir.join(LOG), config.segment_len)?;
        if let Some(found) = found {
            // Removed before, but the removal was lost.
            log.remove_before(remoting::types::LogOffset(found.start))?;
        }
        Ok(Self {
            config,
            env,
            hasher,
            checkpoint,
            found,
            meta,
            log,
        })
    }

    pub(super) fn recover(&self, report: &mut RecoveryReport) -> Result<(Index, End), StoreError> {
        let start = self.log.start().unwrap_or_default();
        if self.found.is_none() && self.log.start().is_some() {
            let file = self.config.dir.join("checkpoint");
            report.note(Damage {
                file,
                at: 0,
                len: 0,
                rule: "checkpoint cannot be read",
            });
        }
        let config = IndexConfig {
            dir: self.config.dir.join("index"),
            disk: Arc::clone(&self.env.disk),
            hasher: self.hasher,
            segment_len: self.config.segment_len,
            run_len: self.config.run_len,
        };
        let (index, dropped) = Index::open(
            config,
            Arc::clone(&self.meta),
            remoting::types::LogOffset(start),
        )?;
        report.runs_dropped = dropped;
        let recovery = Recovery {
            log: &self.log,
            index: &index,
            meta: &self.meta,
            hasher: self.hasher,
            checkpoint: self.found,
        };
        let end = recovery.run(report)?;
        Ok((index, end))
    }

    /// Makes the end of the log fit to be written, and the new epoch durable.
    pub(super) fn begin(&self, end: End, clean: bool) -> Result<Position, StoreError> {
        if !clean {
            self.log.remove_after(end.at)?;
            if let Some(segment) = self.log.segment_at(end.at) {
                segment.cut(end.at)?;
            }
        }
        let segment = match self.log.segment_at(end.at) {
            Some(segment) => segment,
            None => self.log.extend(end.at)?,
        };
        let dir = &self.config.dir;
        self.env
            .disk
            .sync_dir(dir)
            .map_err(StoreError::io("sync directory", dir))?;
        let epoch = end.epoch.max(self.found.map_or(0, |c| c.epoch)) + 1;
        let start = self.log.start().unwrap_or(end.at);
        self.checkpoint.update(|c| {
            *c = Checkpoint {
                epoch,
                clean: false,
                suspect: false,
                start: start.max(c.start),
                flushed: end.at,
                store_time: end.store_time,
                epoch_from: end.at,
            };
        })?;
        Ok(Position {
            segment,
            end: end.at,
            epoch,
            store_time: end.store_time,
        })
    }

    pub(super) fn serve(
        self,
        index: Index,
        at: Position,
        lock: Box<dyn Lock>,
    ) -> Result<Store, StoreError> {
        let (log, index, checkpoint) = (
            Arc::new(self.log),
            Arc::new(index),
            Arc::new(self.checkpoint),
        );
        let (flusher, keeper) = (Arc::new(Flusher::default()), Arc::new(Keeper::default()));
        let visible = Arc::new(Visible::new(
            self.config.flush,
            Arc::clone(&index),
            Arc::clone(&keeper),
        ));
        flusher.start_at(at.end);
        visible.start_at(at.end, at.store_time);
        let around = Around {
            log: Arc::clone(&log),
            index: Arc::clone(&index),
            meta: Arc::clone(&self.meta),
            clock: Arc::clone(&self.env.clock),
            checkpoint: Arc::clone(&checkpoint),
            flusher: Arc::clone(&flusher),
            keeper: Arc::clone(&keeper),
            visible: Arc::clone(&visible),
        };
        let inner = Inner {
            appender: Appender::new(around, at),
            config: self.config,
            env: self.env,
            hasher: self.hasher,
            meta: self.meta,
            log,
            index,
            flusher,
            keeper,
            visible,
            checkpoint,
            upkeep: Mutex::new(()),
            running: Mutex::new(Running {
                threads: Vec::new(),
                lock: Some(lock),
            }),
        };
        inner.start_threads()?;
        Ok(Store(Arc::new(inner)))
    }
}

impl Inner {
    fn start_threads(&self) -> Result<(), StoreError> {
        let (flusher, log, visible) = (
            Arc::clone(&self.flusher),
            Arc::clone(&self.log),
            Arc::clone(&self.visible),
        );
        let checkpoint = Arc::clone(&self.checkpoint);
        let flushes = self.spawn("store-flush", move || {
            flusher.run(&log, &visible, &checkpoint)
        })?;
        let kept = Kept {
            log: Arc::clone(&self.log),
            index: Arc::clone(&self.index),
            flusher: Arc::clone(&self.flusher),
            visible: Arc::clone(&self.visible),
            checkpoint: Arc::clone(&self.checkpoint),
        };
        let keeper = Arc::clone(&self.keeper);
        let keeps = self.spawn("store-keep", move || keeper.run(&kept))?;
        let mut running = self
            .running
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        running.threads.extend([flushes, keeps]);
        Ok(())
    }

    fn spawn(
        &self,
        name: &str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<JoinHandle<()>, StoreError> {
        let thread = thread::Builder::new().name(name.to_owned());
        thread
            .spawn(work)
            .map_err(StoreError::io("start a thread for", &self.config.dir))
    }
}

/// Meta is made before the first segment. Without it, numbers of topics would be given again, and the messages of one topic
/// would turn up in another.
fn refuse_log_without_meta(disk: &dyn Disk, dir: &Path) -> Result<(), StoreError> {
    let names = |dir: &Path| match disk.list(dir) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        names => names.map_err(StoreError::io("list", dir)),
    };
    let has_log = names(&dir.join(LOG))?
        .iter()
        .any(|name| segment::base_of(name).is_some());
    if has_log && !names(dir)?.iter().any(|name| name == META) {
        return Err(StoreError::Corrupt {
            file: dir.join(META),
            at: 0,
            rule: "missing, while there is a log: topics and positions cannot be rebuilt from it; put the file back, or start on another directory",
        });
    }
    Ok(())
}
