//! The seams: disk, clock and randomness. The store touches the world through these three, so that a test can crash, fill
//! and damage a disk, and turn the clock.

use std::fmt::Debug;
use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::Arc;

mod system;

pub use system::{SystemClock, SystemDisk, SystemRandom};

#[derive(Clone, Debug)]
pub struct Env {
    pub clock: Arc<dyn Clock>,
    pub disk: Arc<dyn Disk>,
    pub random: Arc<dyn Random>,
}

impl Env {
    #[must_use]
    pub fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            disk: Arc::new(SystemDisk),
            random: Arc::new(SystemRandom),
        }
    }
}

pub trait Clock: Send + Sync + Debug {
    /// Milliseconds since 1970, UTC. May step back: the store keeps its own times monotone.
    fn now_ms(&self) -> i64;
}

pub trait Random: Send + Sync + Debug {
    fn fill(&self, out: &mut [u8]);
}

/// How full the file system is that holds a directory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DiskUsage {
    /// Taken by files.
    pub used: u64,
    /// Free for us: without what the file system keeps for others.
    pub free: u64,
}

impl DiskUsage {
    /// Of what we could have at all, as `df` and RocketMQ's disk marks count: space kept for others is not used by anyone.
    #[must_use]
    pub fn used_pct(self) -> u8 {
        let ours = u128::from(self.used) + u128::from(self.free);
        let pct = (u128::from(self.used) * 100).checked_div(ours);
        u8::try_from(pct.unwrap_or(0)).unwrap_or(100)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Open {
    /// Must be there.
    Read,
    /// Must be there.
    Write,
    /// Made when it is not there; read and written.
    Create,
    /// Made, or emptied when it is there; read and written.
    Fresh,
}

/// Held as long as nobody else may work in the directory.
pub trait Lock: Send + Sync + Debug {}

pub trait Disk: Send + Sync + Debug {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn DiskFile>>;
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;
    /// Names of the files directly in `dir`, in no order.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes creations, renames and removals in `dir` durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
    fn usage(&self, dir: &Path) -> io::Result<DiskUsage>;
    /// `None`: somebody else holds it.
    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>>;
}

pub trait DiskFile: Send + Sync + Debug {
    /// Fills `out` from `at`; an end of file before that is `UnexpectedEof`.
    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<()>;
    /// All of `data` at `at`, as one write where the system allows.
    fn write_at(&self, data: &[u8], at: u64) -> io::Result<()>;
    /// All slices one after the other, as one write where the system allows.
    fn write_slices_at(&self, data: &[IoSlice<'_>], at: u64) -> io::Result<()>;
    /// Data and the length: what a later read needs.
    fn sync(&self) -> io::Result<()>;
    fn len(&self) -> io::Result<u64>;
    fn is_empty(&self) -> io::Result<bool> {
        Ok(self.len()? == 0)
    }
    fn set_len(&self, len: u64) -> io::Result<()>;
    /// Reserves space so that writes below `len` need no more; reads there give zeros.
    fn allocate(&self, len: u64) -> io::Result<()>;
    /// Reads there give zeros from now on; the length stays.
    fn punch_hole(&self, at: u64, len: u64) -> io::Result<()>;
    /// Forgets what memory holds of the file, so that the next read comes from the device.
    fn drop_cache(&self) -> io::Result<()>;
}

#[cfg(test)]
mod tests {
    use super::DiskUsage;

    #[test]
    fn space_kept_for_others_is_not_used() {
        // A disk of 270 GB with 45 used, of which 52 are left to us: 46 %, not 81 %.
        let usage = DiskUsage { used: 45, free: 52 };
        assert_eq!(usage.used_pct(), 46);
        assert_eq!(DiskUsage { used: 0, free: 0 }.used_pct(), 0);
        assert_eq!(DiskUsage { used: 9, free: 0 }.used_pct(), 100);
    }
}
