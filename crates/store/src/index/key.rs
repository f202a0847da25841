//! Key index: hash of a key → records that carry it. Candidates only: the record itself has the last word.
//!
//! | section | entry, little-endian                                                  | sorted by            |
//! | keys    | (key hash 48 bit << 16 | topic hash 16 bit) u64, log offset u64 = 16 B | word, log offset    |
//!
//! One probe reads one page a run: the first word of every page is kept in memory.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use remoting::types::LogOffset;

use crate::dispatch::{DerivedIndex, DispatchedRecord};
use crate::error::StoreError;
use crate::index::hash::key_word;
use crate::index::run::{PAGE_LEN, Run, RunWriter, SectionKind};

pub(crate) const KEY_LEN: usize = 16;
const _: () = assert!(
    PAGE_LEN.is_multiple_of(KEY_LEN),
    "an entry never crosses a page"
);
const KEYS_PER_PAGE: u64 = (PAGE_LEN / KEY_LEN) as u64;

/// What is looked for.
#[derive(Clone, Debug)]
pub(crate) struct KeyProbe {
    /// 48 bits.
    pub(crate) key: u64,
    /// `None`: in every topic.
    pub(crate) topic: Option<u16>,
    pub(crate) range: Range<LogOffset>,
    pub(crate) max: usize,
}

impl KeyProbe {
    /// First and last word that match.
    fn words(&self) -> (u64, u64) {
        let (first, last) = self.topic.map_or((0, u16::MAX), |topic| (topic, topic));
        (key_word(self.key, first), key_word(self.key, last))
    }

    fn matches(&self, entry: &KeyEntry) -> bool {
        let (first, last) = self.words();
        (first..=last).contains(&entry.word) && self.range.contains(&LogOffset(entry.at))
    }
}

#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(crate) struct Candidates {
    /// Newest first, at most as many as asked for.
    pub(crate) at: Vec<LogOffset>,
    /// Whether older ones may be found below the last.
    pub(crate) more: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct KeyEntry {
    pub(crate) word: u64,
    pub(crate) at: u64,
}

impl KeyEntry {
    /// The order of entries as one number: sorting and merging compare nothing else.
    pub(crate) const fn rank(self) -> u128 {
        (self.word as u128) << 64 | self.at as u128
    }

    const fn of_rank(rank: u128) -> Self {
        Self {
            word: (rank >> 64) as u64,
            at: rank as u64,
        }
    }

    pub(crate) fn encode(self) -> [u8; KEY_LEN] {
        let mut out = [0; KEY_LEN];
        out[..8].copy_from_slice(&self.word.to_le_bytes());
        out[8..].copy_from_slice(&self.at.to_le_bytes());
        out
    }

    pub(crate) fn decode(entry: &[u8; KEY_LEN]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *entry;
        Self {
            word: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            at: u64::from_le_bytes([i, j, k, l, m, n, o, p]),
        }
    }
}

/// Entries a piece of the tail holds; a look-up copies at most one piece under the lock.
const PIECE_LEN: usize = 4096;

/// Keys since the last run, as they came. A look-up reads them all: some 10 MB at most, from the newest back.
#[derive(Debug, Default)]
pub(crate) struct KeyTail(Mutex<KeyLog>);

#[derive(Debug, Default)]
struct KeyLog {
    full: Vec<Arc<[KeyEntry]>>,
    open: Vec<KeyEntry>,
}

impl KeyTail {
    fn lock(&self) -> MutexGuard<'_, KeyLog> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn candidates(&self, probe: &KeyProbe, out: &mut Candidates) {
        let (full, open) = {
            let log = self.lock();
            (log.full.clone(), log.open.clone())
        };
        let pieces = full.iter().map(|piece| &piece[..]).chain([&open[..]]);
        for entry in pieces.rev().flat_map(|piece| piece.iter().rev()) {
            if !probe.matches(entry) {
                continue;
            }
            if out.at.len() == probe.max {
                out.more = true;
                return;
            }
            // Two words of one record may match when topics are not told apart.
            if out.at.last() != Some(&LogOffset(entry.at)) {
                out.at.push(LogOffset(entry.at));
            }
        }
    }
}

impl DerivedIndex for KeyTail {
    fn append(&self, record: &DispatchedRecord<'_>) {
        if record.terms.keys.is_empty() {
            return;
        }
        let mut log = self.lock();
        for word in record.terms.keys {
            if log.open.len() == PIECE_LEN {
                let full = std::mem::replace(&mut log.open, Vec::with_capacity(PIECE_LEN));
                log.full.push(full.into());
            }
            log.open.push(KeyEntry {
                word: *word,
                at: record.at.0,
            });
        }
    }

    fn seal(&self, out: &mut RunWriter) -> Result<(), StoreError> {
        let mut ranks: Vec<u128> = {
            let log = self.lock();
            let pieces = log
                .full
                .iter()
                .map(|piece| &piece[..])
                .chain([&log.open[..]]);
            pieces.flatten().map(|entry| entry.rank()).collect()
        };
        ranks.sort_unstable();
        out.begin(SectionKind::Keys);
        for rank in ranks {
            out.write(&KeyEntry::of_rank(rank).encode())?;
        }
        out.end()
    }
}

/// The keys section of one run, read page by page.
pub(crate) struct KeyReader<'a> {
    run: &'a Run,
    page: Vec<u8>,
    loaded: Option<u64>,
}

impl<'a> KeyReader<'a> {
    pub(crate) fn new(run: &'a Run) -> Self {
        Self {
            run,
            page: Vec::new(),
            loaded: None,
        }
    }

    pub(crate) fn candidates(
        &mut self,
        probe: &KeyProbe,
        out: &mut Candidates,
    ) -> Result<(), StoreError> {
        let (first, last) = probe.words();
        let mut word = first;
        let mut found = Vec::new();
        let room = probe.max - out.at.len();
        // One round per topic that has the key: each has its newest entries side by side.
        loop {
            let next = self.lower_bound(KeyEntry { word, at: 0 })?;
            let Some(next) = self.get(next)?.filter(|next| next.word <= last) else {
                break;
            };
            word = next.word;
            let start = self.lower_bound(KeyEntry {
                word,
                at: probe.range.start.0,
            })?;
            let end = self.lower_bound(KeyEntry {
                word,
                at: probe.range.end.0,
            })?;
            let skipped = end.saturating_sub(start).saturating_sub(room as u64);
            out.more |= skipped > 0;
            for i in start + skipped..end {
                found.extend(self.get(i)?.map(|entry| LogOffset(entry.at)));
            }
            let Some(after) = word.checked_add(1) else {
                break;
            };
            word = after;
        }
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        out.more |= found.len() > room;
        out.at.extend(found.into_iter().take(room));
        Ok(())
    }

    fn get(&mut self, i: u64) -> Result<Option<KeyEntry>, StoreError> {
        if i >= self.run.section_len(SectionKind::Keys) / KEY_LEN as u64 {
            return Ok(None);
        }
        let entries = self.load(i / KEYS_PER_PAGE)?;
        Ok(entries
            .get((i % KEYS_PER_PAGE) as usize)
            .map(KeyEntry::decode))
    }

    fn load(&mut self, page: u64) -> Result<&[[u8; KEY_LEN]], StoreError> {
        if self.loaded != Some(page) {
            self.loaded = None;
            self.run
                .read_page(SectionKind::Keys, page, &mut self.page)?;
            self.loaded = Some(page);
        }
        Ok(self.page.as_chunks().0)
    }

    /// Number of the first entry that is not below `target`.
    fn lower_bound(&mut self, target: KeyEntry) -> Result<u64, StoreError> {
        let marks = self.run.marks(SectionKind::Keys);
        // The last page that may begin below the target; a word on many pages needs a look at some of them.
        let mut low = marks
            .partition_point(|mark| mark.first < target.word)
            .saturating_sub(1) as u64;
        let mut high = marks.partition_point(|mark| mark.first <= target.word) as u64;
        while high > low + 1 {
            let middle = u64::midpoint(low, high);
            let begins_below = self
                .load(middle)?
                .first()
                .is_some_and(|e| KeyEntry::decode(e) < target);
            if begins_below {
                low = middle;
            } else {
                high = middle;
            }
        }
        if marks.is_empty() {
            return Ok(0);
        }
        let inside = self
            .load(low)?
            .partition_point(|entry| KeyEntry::decode(entry) < target);
        Ok(low * KEYS_PER_PAGE + inside as u64)
    }
}
