//! D and W: what the disk takes for the same bytes, without a broker.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::Fallible;

const MIB: usize = 1024 * 1024;
/// Written over and over by D; enough that no write meets the one before it.
const PREALLOCATED: usize = 64 * MIB;
const W_LEN: usize = 512 * MIB;

/// One write and one fdatasync after the other in a file whose space is there already. Times in tenths of microseconds.
pub(crate) fn write_and_sync(dir: &Path, bytes: usize, time: Duration) -> Fallible<Histogram<u64>> {
    let path = dir.join("d");
    let file = preallocated(&path)?;
    let data = vec![0x5A; bytes];
    let mut histogram = Histogram::new_with_bounds(1, 600_000_000, 3)?;
    let (mut at, end) = (0, Instant::now() + time);
    while Instant::now() < end {
        let start = Instant::now();
        file.write_all_at(&data, at)?;
        file.sync_data()?;
        histogram.saturating_record(u64::try_from(start.elapsed().as_nanos() / 100)?);
        at = (at + bytes as u64) % (PREALLOCATED - bytes) as u64;
    }
    fs::remove_file(path)?;
    Ok(histogram)
}

/// Space reserved by writing: a reserved but unwritten extent would cost a change of metadata per flush.
fn preallocated(path: &Path) -> Fallible<File> {
    let file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(path)?;
    let zeros = vec![0; MIB];
    for part in 0..PREALLOCATED / MIB {
        file.write_all_at(&zeros, (part * MIB) as u64)?;
    }
    file.sync_all()?;
    Ok(file)
}

/// MiB a second of writing in order, including the fdatasync at the end.
pub(crate) fn sequential(dir: &Path) -> Fallible<f64> {
    let path = dir.join("w");
    let file = File::create(&path)?;
    let data = vec![0x5A; MIB];
    let start = Instant::now();
    for part in 0..W_LEN / MIB {
        file.write_all_at(&data, (part * MIB) as u64)?;
    }
    file.sync_data()?;
    let speed = (W_LEN / MIB) as f64 / start.elapsed().as_secs_f64();
    fs::remove_file(path)?;
    Ok(speed)
}
