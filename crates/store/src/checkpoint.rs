//! Checkpoint: what must be known about the commit log before it is read. Two slots in one file, written in turn, so that a
//! torn write leaves the older one.
//!
//! | at | field      | type  | meaning                                                              |
//! |  0 | magic      | 8 B   | `GANTRYCP`                                                           |
//! |  8 | generation | u64   | the higher of two valid slots counts; slot = generation mod 2        |
//! | 16 | epoch      | u32   | of the newest opening; durable before its first append               |
//! | 20 | flags      | u32   | bit 0 clean: the log ends at `flushed`, nothing was written since     |
//! |    |            |       | bit 1 suspect: a flush failed, memory may hold what the device lost   |
//! | 24 | start      | u64   | the first byte of the log that is kept                               |
//! | 32 | flushed    | u64   | the log is on the device up to here at least (a frame end, exclusive) |
//! | 40 | store_time | i64   | no record up to `flushed` has a later one                            |
//! | 48 | epoch_from | u64   | where the epoch began: a frame at or behind it that is older is stale |
//! | 56 | crc32c     | u32   | over the 56 bytes before                                             |
//! Little-endian; slot 0 at byte 0, slot 1 at byte 4096.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::env::{Disk, DiskFile, Open};
use crate::error::StoreError;

const MAGIC: &[u8; 8] = b"GANTRYCP";
const SLOT_LEN: usize = 60;
const SLOT_STRIDE: u64 = 4096;
const CRC_AT: usize = 56;

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Checkpoint {
    pub(crate) epoch: u32,
    pub(crate) clean: bool,
    pub(crate) suspect: bool,
    pub(crate) start: u64,
    pub(crate) flushed: u64,
    pub(crate) store_time: i64,
    pub(crate) epoch_from: u64,
}

/// The open file. Writes are rare: an opening, a sealed run, a removed segment, a close.
#[derive(Debug)]
pub(crate) struct CheckpointFile {
    path: PathBuf,
    file: Arc<dyn DiskFile>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    generation: u64,
    now: Checkpoint,
}

impl CheckpointFile {
    /// `None` beside the file: it is new, or neither slot can be read.
    pub(crate) fn open(
        disk: &dyn Disk,
        dir: &Path,
    ) -> Result<(Self, Option<Checkpoint>), StoreError> {
        let path = dir.join("checkpoint");
        let file = disk
            .open(&path, Open::Create)
            .map_err(StoreError::io("open", &path))?;
        let len = file.len().map_err(StoreError::io("measure", &path))?;
        let mut best: Option<(u64, Checkpoint)> = None;
        for slot in 0..2 {
            let at = slot * SLOT_STRIDE;
            if len < at + SLOT_LEN as u64 {
                continue;
            }
            let mut bytes = [0; SLOT_LEN];
            file.read_at(&mut bytes, at)
                .map_err(StoreError::io("read", &path))?;
            best = best.max_by_generation(decode(&bytes));
        }
        let found = best.map(|(_, checkpoint)| checkpoint);
        let (generation, now) = best.unwrap_or_default();
        Ok((
            Self {
                path,
                file,
                state: Mutex::new(State { generation, now }),
            },
            found,
        ))
    }

    /// Changes the checkpoint; durable when this returns.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Checkpoint)) -> Result<(), StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = state.now;
        change(&mut next);
        assert!(next.epoch >= state.now.epoch, "epochs only grow");
        assert!(
            next.start >= state.now.start,
            "the start of the log only grows"
        );
        let generation = state.generation + 1;
        let at = (generation % 2) * SLOT_STRIDE;
        self.file
            .write_at(&encode(generation, &next), at)
            .map_err(StoreError::io("write", &self.path))?;
        self.file
            .sync()
            .map_err(StoreError::io("sync", &self.path))?;
        *state = State {
            generation,
            now: next,
        };
        Ok(())
    }
}

trait MaxByGeneration {
    fn max_by_generation(self, other: Self) -> Self;
}

impl MaxByGeneration for Option<(u64, Checkpoint)> {
    fn max_by_generation(self, other: Self) -> Self {
        if other.map(|(generation, _)| generation) > self.map(|(generation, _)| generation) {
            other
        } else {
            self
        }
    }
}

fn encode(generation: u64, checkpoint: &Checkpoint) -> [u8; SLOT_LEN] {
    let mut out = [0; SLOT_LEN];
    out[..8].copy_from_slice(MAGIC);
    out[8..16].copy_from_slice(&generation.to_le_bytes());
    out[16..20].copy_from_slice(&checkpoint.epoch.to_le_bytes());
    let flags = u32::from(checkpoint.clean) | u32::from(checkpoint.suspect) << 1;
    out[20..24].copy_from_slice(&flags.to_le_bytes());
    out[24..32].copy_from_slice(&checkpoint.start.to_le_bytes());
    out[32..40].copy_from_slice(&checkpoint.flushed.to_le_bytes());
    out[40..48].copy_from_slice(&checkpoint.store_time.to_le_bytes());
    out[48..56].copy_from_slice(&checkpoint.epoch_from.to_le_bytes());
    let crc = crc32c::crc32c(&out[..CRC_AT]);
    out[CRC_AT..].copy_from_slice(&crc.to_le_bytes());
    out
}

fn decode(slot: &[u8; SLOT_LEN]) -> Option<(u64, Checkpoint)> {
    let word = |at: usize| u64::from_le_bytes(slot[at..at + 8].try_into().expect("eight bytes"));
    let half = |at: usize| u32::from_le_bytes(slot[at..at + 4].try_into().expect("four bytes"));
    if &slot[..8] != MAGIC || half(CRC_AT) != crc32c::crc32c(&slot[..CRC_AT]) {
        return None;
    }
    let checkpoint = Checkpoint {
        epoch: half(16),
        clean: half(20) & 1 != 0,
        suspect: half(20) & 2 != 0,
        start: word(24),
        flushed: word(32),
        store_time: word(40).cast_signed(),
        epoch_from: word(48),
    };
    Some((word(8), checkpoint))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: Checkpoint = Checkpoint {
        epoch: 3,
        clean: true,
        suspect: true,
        start: 65_536,
        flushed: 70_000,
        store_time: 1_700_000_000_000,
        epoch_from: 69_000,
    };

    #[test]
    fn a_slot_reads_back_and_no_flipped_bit_passes() {
        let good = encode(9, &SAMPLE);
        assert_eq!(decode(&good), Some((9, SAMPLE)));
        for bit in 0..SLOT_LEN * 8 {
            let mut bad = good;
            bad[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&bad), None, "bit {bit}");
        }
    }

    #[test]
    fn a_torn_slot_leaves_the_one_before() {
        let dir = tempfile::tempdir().unwrap();
        let disk = crate::env::SystemDisk;
        let (file, found) = CheckpointFile::open(&disk, dir.path()).unwrap();
        assert_eq!(found, None);
        file.update(|c| *c = SAMPLE).unwrap();
        file.update(|c| c.epoch = 4).unwrap();
        let newest = (file.state.lock().unwrap().generation % 2) * SLOT_STRIDE;
        file.file.write_at(&[0xFF; 16], newest + 8).unwrap();
        let (_, found) = CheckpointFile::open(&disk, dir.path()).unwrap();
        assert_eq!(found, Some(SAMPLE));
    }
}
