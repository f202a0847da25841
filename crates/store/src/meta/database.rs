//! The database file: opened again after an error, and not written to when the disk is nearly full.
//!
//! redb refuses everything after one failed write. So free space is looked at before a commit, and after an error the
//! database is opened anew: what the failed commit wrote is not there then.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use redb::{Builder, ReadTransaction, ReadableDatabase, WriteTransaction};

use super::backend::Backend;
use crate::env::{Disk, Open};
use crate::error::StoreError;
use crate::limits;

#[derive(Debug)]
pub(super) struct Database {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    /// `None` once opening it again failed; the next call tries once more.
    open: RwLock<Option<redb::Database>>,
    /// From then on it stays shut: the file may be another's.
    closed: AtomicBool,
}

impl Database {
    pub(super) fn open(path: &Path, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let open = open_file(path, &*disk)?;
        let database = Self {
            path: path.to_path_buf(),
            disk,
            open: RwLock::new(Some(open)),
            closed: AtomicBool::new(false),
        };
        // The file may be new: what is committed is durable only if its name is.
        let dir = database.dir();
        let synced = database.disk.sync_dir(dir);
        synced.map_err(StoreError::io("flush", dir))?;
        Ok(database)
    }

    fn dir(&self) -> &Path {
        self.path.parent().unwrap_or(&self.path)
    }

    /// Runs `work` in a transaction and commits it durably; all of it or nothing.
    pub(super) fn write(
        &self,
        action: &'static str,
        work: impl Fn(&WriteTransaction) -> Result<(), redb::Error>,
    ) -> Result<(), StoreError> {
        self.check_space()?;
        self.with(action, |db| {
            let transaction = db.begin_write()?;
            work(&transaction)?;
            Ok(transaction.commit()?)
        })
    }

    pub(super) fn read<T>(
        &self,
        action: &'static str,
        work: impl Fn(&ReadTransaction) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        self.with(action, |db| work(&db.begin_read()?))
    }

    fn with<T>(
        &self,
        action: &'static str,
        work: impl Fn(&redb::Database) -> Result<T, redb::Error>,
    ) -> Result<T, StoreError> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let done = open.as_ref().map(&work);
        drop(open);
        match done {
            Some(Ok(done)) => Ok(done),
            Some(Err(error)) => {
                // A failed write may have come to the disk or not: the caller is told, and asks again if need be.
                self.reopen()?;
                Err(refused(action, &error))
            }
            None => {
                self.reopen()?;
                let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
                let done = open.as_ref().map(&work);
                done.unwrap_or(Err(redb::Error::DatabaseClosed))
                    .map_err(|e| refused(action, &e))
            }
        }
    }

    /// Lets go of the file. redb writes when it does, so this comes before somebody else may open it.
    pub(super) fn close(&self) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        self.closed.store(true, Ordering::Release);
        *open = None;
    }

    fn reopen(&self) -> Result<(), StoreError> {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        if self.closed.load(Ordering::Acquire) {
            return Err(StoreError::Closed);
        }
        // The old one lets go of the file first.
        *open = None;
        *open = Some(open_file(&self.path, &*self.disk)?);
        Ok(())
    }

    fn check_space(&self) -> Result<(), StoreError> {
        let dir = self.dir();
        let usage = self
            .disk
            .usage(dir)
            .map_err(StoreError::io("ask for the free space of", dir))?;
        if usage.free < limits::META_FREE_MIN {
            let full = io::Error::from(io::ErrorKind::StorageFull);
            return Err(StoreError::io("commit to", &self.path)(full));
        }
        Ok(())
    }
}

fn open_file(path: &Path, disk: &dyn Disk) -> Result<redb::Database, StoreError> {
    let file = disk
        .open(path, Open::Create)
        .map_err(StoreError::io("open", path))?;
    let mut builder = Builder::new();
    builder.set_cache_size(limits::META_CACHE_LEN);
    // redb asserts some of what it reads at its start: damage there must be told like any other.
    let opened = catch_unwind(AssertUnwindSafe(|| {
        builder.create_with_backend(Backend(file))
    }));
    let why = match opened {
        Ok(Ok(database)) => return Ok(database),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "it is damaged".to_owned(),
    };
    Err(StoreError::Meta {
        action: "open",
        why: format!("{}: {why}", path.display()).into(),
    })
}

fn refused(action: &'static str, error: &redb::Error) -> StoreError {
    StoreError::Meta {
        action,
        why: error.to_string().into(),
    }
}
