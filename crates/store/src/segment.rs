//! One file of the commit log: fixed length, reserved up front, named by the log offset of its first byte.
//!
//! A segment is made under `<base>.new`, reserved, synced and then renamed to `<base>.log`: a file with that name has its
//! full length. Reserved space reads as zeros.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::env::{Disk, DiskFile, Open};
use crate::error::StoreError;

const SUFFIX: &str = ".log";
pub(crate) const UNFINISHED_SUFFIX: &str = ".new";
const NAME_DIGITS: usize = 20;

#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) base: u64,
    pub(crate) len: u64,
    pub(crate) path: PathBuf,
    pub(crate) file: Arc<dyn DiskFile>,
    /// Store time of its first record, once somebody asked.
    pub(crate) first_time: OnceLock<i64>,
}

pub(crate) fn file_name(base: u64) -> String {
    format!("{base:0NAME_DIGITS$}{SUFFIX}")
}

/// The base in a file's name, if it is a segment's.
pub(crate) fn base_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(SUFFIX)?;
    let plain = digits.len() == NAME_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { digits.parse().ok() } else { None }
}

impl Segment {
    pub(crate) fn create(
        disk: &dyn Disk,
        dir: &Path,
        base: u64,
        len: u64,
    ) -> Result<Self, StoreError> {
        let path = dir.join(file_name(base));
        let unfinished = path.with_extension(&UNFINISHED_SUFFIX[1..]);
        let made = Self::reserve(disk, &unfinished, len).and_then(|()| {
            disk.rename(&unfinished, &path)
                .map_err(StoreError::io("rename", &unfinished))
        });
        if let Err(e) = made {
            // What could be reserved of it would only keep a full disk full.
            if let Err(left) = disk.remove(&unfinished) {
                tracing::debug!(path = %unfinished.display(), error = %left, "unfinished segment stays until the next start");
            }
            return Err(e);
        }
        disk.sync_dir(dir)
            .map_err(StoreError::io("sync directory", dir))?;
        Self::open(disk, dir, base)
    }

    fn reserve(disk: &dyn Disk, path: &Path, len: u64) -> Result<(), StoreError> {
        let file = disk
            .open(path, Open::Fresh)
            .map_err(StoreError::io("create", path))?;
        file.allocate(len)
            .map_err(StoreError::io("reserve space for", path))?;
        file.sync().map_err(StoreError::io("sync", path))
    }

    pub(crate) fn open(disk: &dyn Disk, dir: &Path, base: u64) -> Result<Self, StoreError> {
        let path = dir.join(file_name(base));
        let file = disk
            .open(&path, Open::Write)
            .map_err(StoreError::io("open", &path))?;
        let len = file.len().map_err(StoreError::io("measure", &path))?;
        Ok(Self {
            base,
            len,
            path,
            file,
            first_time: OnceLock::new(),
        })
    }

    pub(crate) fn end(&self) -> u64 {
        self.base + self.len
    }

    pub(crate) fn holds(&self, at: u64) -> bool {
        (self.base..self.end()).contains(&at)
    }

    /// Fills `out` from log offset `at`.
    pub(crate) fn read(&self, out: &mut [u8], at: u64) -> Result<(), StoreError> {
        if at < self.base || at + out.len() as u64 > self.end() {
            return Err(self.corrupt(at, "frame does not end in its segment"));
        }
        self.file
            .read_at(out, at - self.base)
            .map_err(StoreError::io("read", &self.path))
    }

    /// Everything from log offset `at` on reads as zeros again, also after a crash.
    pub(crate) fn cut(&self, at: u64) -> Result<(), StoreError> {
        self.file
            .punch_hole(at - self.base, self.end() - at)
            .map_err(StoreError::io("cut", &self.path))?;
        self.file.sync().map_err(StoreError::io("sync", &self.path))
    }

    pub(crate) fn corrupt(&self, at: u64, rule: &'static str) -> StoreError {
        StoreError::Corrupt {
            file: self.path.clone(),
            at: at.saturating_sub(self.base),
            rule,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_like_offsets_and_nothing_else_is_a_segment() {
        assert_eq!(file_name(0), "00000000000000000000.log");
        assert_eq!(base_of(&file_name(u64::MAX)), Some(u64::MAX));
        assert_eq!(base_of("00000000000000000042.log"), Some(42));
        for other in [
            "42.log",
            "0000000000000000004x.log",
            "00000000000000000042.new",
            "+0000000000000000042.log",
            "",
        ] {
            assert_eq!(base_of(other), None, "{other}");
        }
    }
}
