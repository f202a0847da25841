//! A disk in memory that behaves as badly as real ones may: what was not synced is lost, kept or torn at a crash; it runs
//! full; syncs and writes fail on demand; bits flip. For tests of this crate and of those above it.

use std::collections::BTreeMap;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::env::{Disk, DiskFile, DiskUsage, Env, Lock, Open};

mod seams;

pub use seams::{Dice, FaultClock, FixedRandom};

/// Unsynced writes reach the device, or not, in pieces of this length.
const SECTOR: usize = 512;

#[derive(Clone, Debug, Default)]
pub struct FaultDisk {
    state: Arc<Mutex<State>>,
    /// How many crashes this handle's process started after; `None`: the test's own handle outlives them.
    session: Option<u64>,
}

#[derive(Debug, Default)]
struct State {
    files: Vec<File>,
    /// What a directory listing shows now, and what it shows after a crash.
    names: BTreeMap<PathBuf, usize>,
    durable_names: BTreeMap<PathBuf, usize>,
    /// Name changes since the last sync of their directory; a crash keeps the first so many.
    name_changes: Vec<NameChange>,
    locks: Vec<PathBuf>,
    capacity: Option<u64>,
    fail_syncs: bool,
    failing_writes: u32,
    /// Counts crashes: handles of before are dead.
    generation: u64,
    syncs: u64,
}

#[derive(Clone, Debug)]
struct NameChange {
    path: PathBuf,
    to: Option<usize>,
}

#[derive(Debug, Default)]
struct File {
    data: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
    /// Reserved or written bytes count against the capacity.
    used: u64,
}

#[derive(Clone, Debug)]
enum Change {
    Write { at: usize, data: Vec<u8> },
    Len(usize),
}

impl FaultDisk {
    /// This disk for one process, until the next crash; with a clock that stands at `now_ms` and randomness that is none.
    #[must_use]
    pub fn env(&self, now_ms: i64) -> Env {
        Env {
            clock: Arc::new(FaultClock(now_ms.into())),
            disk: Arc::new(Self {
                state: Arc::clone(&self.state),
                session: Some(self.state().generation),
            }),
            random: Arc::new(FixedRandom(7)),
        }
    }

    /// The power goes: of what was not synced, `dice` says what is there afterwards. Files that are open stay dead.
    pub fn crash(&self, dice: &mut Dice) {
        let mut state = self.state();
        state.generation += 1;
        state.locks.clear();
        let kept = dice.roll(state.name_changes.len() as u64 + 1) as usize;
        let changes: Vec<_> = state.name_changes.drain(..).take(kept).collect();
        for change in changes {
            apply_name(&mut state.durable_names, change);
        }
        state.names = state.durable_names.clone();
        for file in &mut state.files {
            file.crash(dice);
        }
    }

    /// Bytes that files may take; `None`: as many as they like.
    pub fn set_capacity(&self, capacity: Option<u64>) {
        self.state().capacity = capacity;
    }

    /// From now on every sync fails, and forgets what it should have kept: as Linux does.
    pub fn fail_syncs(&self, fail: bool) {
        self.state().fail_syncs = fail;
    }

    /// The next `count` writes fail after their first half.
    pub fn fail_writes(&self, count: u32) {
        self.state().failing_writes = count;
    }

    /// Syncs of files so far.
    #[must_use]
    pub fn syncs(&self) -> u64 {
        self.state().syncs
    }

    /// Flips one bit of a file, behind everybody's back.
    ///
    /// # Panics
    /// When the file or the byte is not there.
    pub fn flip(&self, path: &Path, at: u64, bit: u8) {
        self.change(path, at, |byte| *byte ^= 1 << bit);
    }

    /// Overwrites bytes of a file, behind everybody's back.
    ///
    /// # Panics
    /// When the file or the bytes are not there.
    pub fn scribble(&self, path: &Path, at: u64, data: &[u8]) {
        for (i, new) in data.iter().enumerate() {
            self.change(path, at + i as u64, |byte| *byte = *new);
        }
    }

    fn change(&self, path: &Path, at: u64, change: impl Fn(&mut u8)) {
        let mut state = self.state();
        let id = state.names[path];
        let file = &mut state.files[id];
        change(&mut file.data[at as usize]);
        if let Some(byte) = file.durable.get_mut(at as usize) {
            change(byte);
        }
    }

    /// What a file holds now.
    #[must_use]
    pub fn read(&self, path: &Path) -> Option<Vec<u8>> {
        let state = self.state();
        state
            .names
            .get(path)
            .map(|id| state.files[*id].data.clone())
    }

    /// Paths of all files.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        self.state().names.keys().cloned().collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a process sees: nothing any more after the crash it was in.
    fn alive(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state();
        match self.session {
            Some(session) if session != state.generation => {
                Err(io::Error::other("this process crashed"))
            }
            _ => Ok(state),
        }
    }
}

fn apply_name(names: &mut BTreeMap<PathBuf, usize>, change: NameChange) {
    match change.to {
        Some(id) => names.insert(change.path, id),
        None => names.remove(&change.path),
    };
}

impl State {
    fn rename(&mut self, path: &Path, to: Option<usize>) {
        let change = NameChange {
            path: path.to_path_buf(),
            to,
        };
        apply_name(&mut self.names, change.clone());
        self.name_changes.push(change);
    }

    fn used(&self) -> u64 {
        self.names.values().map(|id| self.files[*id].used).sum()
    }

    fn take_space(&mut self, id: usize, upto: u64) -> io::Result<()> {
        let more = upto.saturating_sub(self.files[id].used);
        if self
            .capacity
            .is_some_and(|capacity| self.used() + more > capacity)
            && more > 0
        {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.files[id].used += more;
        Ok(())
    }
}

impl File {
    fn apply(bytes: &mut Vec<u8>, change: &Change) {
        match change {
            Change::Len(len) => bytes.resize(*len, 0),
            Change::Write { at, data } => {
                if bytes.len() < at + data.len() {
                    bytes.resize(at + data.len(), 0);
                }
                bytes[*at..at + data.len()].copy_from_slice(data);
            }
        }
    }

    fn change(&mut self, change: Change) {
        Self::apply(&mut self.data, &change);
        self.pending.push(change);
    }

    /// Of every unsynced write each sector is kept or lost for itself; lengths are kept with the first half of them.
    fn crash(&mut self, dice: &mut Dice) {
        let mood = dice.roll(4);
        for change in std::mem::take(&mut self.pending) {
            match &change {
                Change::Len(_) if mood != 0 => Self::apply(&mut self.durable, &change),
                Change::Write { at, data } if mood != 0 => self.keep_sectors(*at, data, mood, dice),
                Change::Len(_) | Change::Write { .. } => {}
            }
        }
        self.data = self.durable.clone();
        self.used = self.used.min(self.data.len() as u64);
    }

    fn keep_sectors(&mut self, at: usize, data: &[u8], mood: u64, dice: &mut Dice) {
        let mut from = 0;
        while from < data.len() {
            let len = (SECTOR - (at + from) % SECTOR).min(data.len() - from);
            let kept = mood == 1 || dice.roll(4) < mood;
            if kept {
                let piece = Change::Write {
                    at: at + from,
                    data: data[from..from + len].to_vec(),
                };
                Self::apply(&mut self.durable, &piece);
            }
            from += len;
        }
    }
}

impl Disk for FaultDisk {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn DiskFile>> {
        let mut state = self.alive()?;
        let id = match (state.names.get(path), how) {
            (Some(id), Open::Read | Open::Write | Open::Create) => *id,
            (None, Open::Read | Open::Write) => return Err(io::ErrorKind::NotFound.into()),
            // Emptied by replacing it: nothing here empties a file that must survive a crash.
            (_, Open::Create | Open::Fresh) => {
                state.files.push(File::default());
                let id = state.files.len() - 1;
                state.rename(path, Some(id));
                id
            }
        };
        Ok(Arc::new(FaultFile {
            disk: self.clone(),
            id,
            generation: state.generation,
        }))
    }

    fn create_dir_all(&self, _path: &Path) -> io::Result<()> {
        Ok(())
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let state = self.alive()?;
        let inside = state.names.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside
            .filter_map(|path| path.file_name()?.to_str().map(str::to_owned))
            .collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = self.alive()?;
        let id = *state.names.get(from).ok_or(io::ErrorKind::NotFound)?;
        state.rename(to, Some(id));
        state.rename(from, None);
        Ok(())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        let mut state = self.alive()?;
        if !state.names.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        state.rename(path, None);
        Ok(())
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut state = self.alive()?;
        let changes = std::mem::take(&mut state.name_changes);
        let (synced, open): (Vec<_>, Vec<_>) = changes
            .into_iter()
            .partition(|c| c.path.parent() == Some(dir));
        for change in synced {
            apply_name(&mut state.durable_names, change);
        }
        state.name_changes = open;
        Ok(())
    }

    fn usage(&self, _dir: &Path) -> io::Result<DiskUsage> {
        let state = self.alive()?;
        let total = state.capacity.unwrap_or(u64::MAX / 2);
        Ok(DiskUsage {
            used: state.used(),
            free: total.saturating_sub(state.used()),
        })
    }

    fn lock(&self, path: &Path) -> io::Result<Option<Box<dyn Lock>>> {
        let mut state = self.alive()?;
        if state.locks.iter().any(|held| held == path) {
            return Ok(None);
        }
        state.locks.push(path.to_path_buf());
        let generation = state.generation;
        Ok(Some(Box::new(FaultLock {
            disk: self.clone(),
            path: path.to_path_buf(),
            generation,
        })))
    }
}

#[derive(Debug)]
struct FaultLock {
    disk: FaultDisk,
    path: PathBuf,
    generation: u64,
}

impl Lock for FaultLock {}

impl Drop for FaultLock {
    fn drop(&mut self) {
        let mut state = self.disk.state();
        if state.generation == self.generation {
            state.locks.retain(|held| *held != self.path);
        }
    }
}

#[derive(Debug)]
struct FaultFile {
    disk: FaultDisk,
    id: usize,
    generation: u64,
}

impl FaultFile {
    /// The disk, unless it crashed since this was opened.
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.disk.state();
        if state.generation == self.generation {
            Ok(state)
        } else {
            Err(io::Error::other("opened before the crash"))
        }
    }

    fn write(&self, data: Vec<u8>, at: u64) -> io::Result<()> {
        let mut state = self.state()?;
        let fails = state.failing_writes > 0;
        state.failing_writes = state.failing_writes.saturating_sub(1);
        let len = if fails { data.len() / 2 } else { data.len() };
        state.take_space(self.id, at + len as u64)?;
        let change = Change::Write {
            at: at as usize,
            data: data[..len].to_vec(),
        };
        state.files[self.id].change(change);
        if fails {
            Err(io::Error::other("injected write error"))
        } else {
            Ok(())
        }
    }
}

impl DiskFile for FaultFile {
    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<()> {
        let state = self.state()?;
        let data = state.files[self.id]
            .data
            .get(at as usize..at as usize + out.len());
        out.copy_from_slice(data.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_at(&self, data: &[u8], at: u64) -> io::Result<()> {
        self.write(data.to_vec(), at)
    }

    fn write_slices_at(&self, data: &[IoSlice<'_>], at: u64) -> io::Result<()> {
        self.write(
            data.iter()
                .flat_map(|slice| slice.iter().copied())
                .collect(),
            at,
        )
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state()?;
        state.syncs += 1;
        let fails = state.fail_syncs;
        let file = &mut state.files[self.id];
        let pending = std::mem::take(&mut file.pending);
        if fails {
            return Err(io::Error::other("injected sync error"));
        }
        for change in &pending {
            File::apply(&mut file.durable, change);
        }
        Ok(())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.state()?.files[self.id].data.len() as u64)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.state()?;
        state.take_space(self.id, len)?;
        state.files[self.id].change(Change::Len(len as usize));
        Ok(())
    }

    fn allocate(&self, len: u64) -> io::Result<()> {
        let longer = self.len()?.max(len);
        self.set_len(longer)
    }

    fn punch_hole(&self, at: u64, len: u64) -> io::Result<()> {
        let mut state = self.state()?;
        let change = Change::Write {
            at: at as usize,
            data: vec![0; len as usize],
        };
        state.files[self.id].change(change);
        Ok(())
    }

    /// Back to what the device holds: after a failed sync that is less than memory said.
    fn drop_cache(&self) -> io::Result<()> {
        let mut state = self.state()?;
        let file = &mut state.files[self.id];
        if file.pending.is_empty() {
            file.data = file.durable.clone();
        }
        Ok(())
    }
}
