//! Index run: everything messages are looked up by, for one stretch of the commit log, sorted, written once.
//! Derived data: may be deleted at any time, and is rebuilt from the commit log.
//!
//! File = one page of header, then sections, each beginning on a page (4 KiB) and filled up with zeros. All little-endian.
//!
//! | header at | field                                                                        |
//! | 0         | magic `GANTRYIX`                                                             |
//! | 8         | version u32 = 1                                                              |
//! | 12        | number of sections u32                                                       |
//! | 16, 24    | log range u64..u64, frame ends                                               |
//! | 32        | place of the first record u64 (end of the range when there is none)          |
//! | 40        | number of records u64                                                        |
//! | 48        | fingerprint of the hash key u64: runs of another directory do not count      |
//! | 64 + 32 i | section i: kind u16, version u16, CRC32C u32, place u64, length u64, 0 u64   |
//! | 4092      | CRC32C of the header before it                                               |
//!
//! | kind | section | entries are described in                       | in memory |
//! | 1    | queues  | `queue.rs`                                     | all       |
//! | 2    | slots   | `queue.rs`                                     | no        |
//! | 3    | keys    | `key.rs`                                       | no        |
//! | 4    | filter  | reserved: binary fuse filter over key hashes   |           |
//! | 5    | times   | `time.rs`                                      | all       |
//! | 6    | tags    | `tag.rs`                                       | no        |
//! | 7    | slot pages | per page of slots: its first word u64, CRC32C u32, 0 u32 | all |
//! | 8    | key pages  | the same for keys                          | all       |
//!
//! Opening reads what stays in memory and checks it; a page of slots or keys is checked whenever it is read. So opening costs
//! the same however much is stored. A file that breaks a rule while in use gets a `.bad` file beside it and is dropped by
//! the next opening. Sections of unknown kind or version are as good as damage: the run is built again.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use remoting::types::LogOffset;

use crate::env::{Disk, DiskFile, Open};
use crate::error::StoreError;
use crate::index::key::KEY_LEN;
use crate::index::queue::{Directory, Entry, QueueRow, SLOT_LEN};
use crate::index::tag::{TagMap, decode_tags};
use crate::index::time::{Sample, decode_samples};
use crate::keys::QueueKey;

mod merge;
mod write;

pub(crate) use merge::merge;
pub(crate) use write::RunWriter;

pub(crate) const PAGE_LEN: usize = 4096;
const MAGIC: [u8; 8] = *b"GANTRYIX";
const VERSION: u32 = 1;
const SECTION_VERSION: u16 = 1;
const TABLE_AT: usize = 64;
const TABLE_ROW_LEN: usize = 32;
const HEADER_CRC_AT: usize = PAGE_LEN - size_of::<u32>();
const MARK_LEN: usize = 16;
const SLOTS_PER_PAGE: u64 = (PAGE_LEN / SLOT_LEN) as u64;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum SectionKind {
    Queues = 1,
    Slots = 2,
    Keys = 3,
    Times = 5,
    Tags = 6,
    SlotPages = 7,
    KeyPages = 8,
}

impl SectionKind {
    const ALL: [Self; 7] = [
        Self::Queues,
        Self::Slots,
        Self::Keys,
        Self::Times,
        Self::Tags,
        Self::SlotPages,
        Self::KeyPages,
    ];

    /// Sections that are read page by page have their pages listed in another.
    fn pages(self) -> Option<Self> {
        match self {
            Self::Slots => Some(Self::SlotPages),
            Self::Keys => Some(Self::KeyPages),
            _ => None,
        }
    }
}

const _: () = assert!(TABLE_AT + SectionKind::ALL.len() * TABLE_ROW_LEN <= HEADER_CRC_AT);

#[derive(Clone, Copy, Debug)]
struct SectionRow {
    kind: SectionKind,
    crc: u32,
    at: u64,
    len: u64,
}

/// What a page of slots or keys begins with, and its checksum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct PageMark {
    pub(crate) first: u64,
    crc: u32,
}

/// What a run says about itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct RunHead {
    pub(crate) range: Range<LogOffset>,
    pub(crate) first_at: LogOffset,
    pub(crate) records: u64,
    pub(crate) fingerprint: u64,
}

/// A run that was opened and holds what it promises.
#[derive(Debug)]
pub(crate) struct Run {
    path: PathBuf,
    disk: Arc<dyn Disk>,
    file: Arc<dyn DiskFile>,
    head: RunHead,
    sections: Vec<SectionRow>,
    directory: Directory,
    samples: Vec<Sample>,
    slot_marks: Vec<PageMark>,
    key_marks: Vec<PageMark>,
}

impl Run {
    pub(crate) fn file_name(range: &Range<LogOffset>) -> String {
        format!("{:020}-{:020}.run", range.start.0, range.end.0)
    }

    pub(crate) fn open(
        path: PathBuf,
        disk: Arc<dyn Disk>,
        fingerprint: u64,
    ) -> Result<Self, StoreError> {
        let file = disk
            .open(&path, Open::Read)
            .map_err(StoreError::io("open", &path))?;
        let len = file
            .len()
            .map_err(StoreError::io("read the length of", &path))?;
        let raw = RawRun {
            path: &path,
            file: &*file,
            len,
        };
        let (head, sections) = raw.header()?;
        raw.rule(
            head.fingerprint == fingerprint,
            48,
            "the run belongs to another directory",
        )?;
        let section = |kind| raw.section(&sections, kind);
        let samples = decode_samples(&section(SectionKind::Times)?);
        let slot_marks = decode_marks(&section(SectionKind::SlotPages)?);
        let key_marks = decode_marks(&section(SectionKind::KeyPages)?);
        let slots = row(&sections, SectionKind::Slots).map_or(0, |row| row.len);
        let directory = Directory::decode(&section(SectionKind::Queues)?, slots / SLOT_LEN as u64);
        let keys = row(&sections, SectionKind::Keys).map_or(0, |row| row.len);
        raw.rule(
            slots.is_multiple_of(SLOT_LEN as u64),
            0,
            "the slots section has no whole slots",
        )?;
        raw.rule(
            keys.is_multiple_of(KEY_LEN as u64),
            0,
            "the keys section has no whole entries",
        )?;
        raw.rule(
            slot_marks.len() as u64 == pages(slots),
            0,
            "a page of slots is not listed",
        )?;
        raw.rule(
            key_marks.len() as u64 == pages(keys),
            0,
            "a page of keys is not listed",
        )?;
        let key_order = key_marks.is_sorted_by_key(|mark| mark.first);
        raw.rule(key_order, 0, "key pages are not in order")?;
        Ok(Self {
            samples: samples.ok_or_else(|| raw.corrupt(0, "times are not in order"))?,
            directory: directory.ok_or_else(|| raw.corrupt(0, "queues are not in order"))?,
            path,
            disk,
            file,
            head,
            sections,
            slot_marks,
            key_marks,
        })
    }

    pub(crate) fn head(&self) -> &RunHead {
        &self.head
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn rows(&self) -> &[QueueRow] {
        self.directory.rows()
    }

    pub(crate) fn rows_of(&self, queue: QueueKey) -> &[QueueRow] {
        self.directory.rows_of(queue)
    }

    pub(crate) fn samples(&self) -> &[Sample] {
        &self.samples
    }

    pub(crate) fn section_len(&self, kind: SectionKind) -> u64 {
        row(&self.sections, kind).map_or(0, |row| row.len)
    }

    pub(crate) fn marks(&self, kind: SectionKind) -> &[PageMark] {
        match kind {
            SectionKind::Slots => &self.slot_marks,
            SectionKind::Keys => &self.key_marks,
            _ => &[],
        }
    }

    pub(crate) fn tags(&self) -> Result<TagMap, StoreError> {
        let len = self
            .file
            .len()
            .map_err(StoreError::io("read the length of", &self.path))?;
        let raw = RawRun {
            path: &self.path,
            file: &*self.file,
            len,
        };
        let tags = raw.section(&self.sections, SectionKind::Tags);
        let tags = tags
            .and_then(|s| decode_tags(&s).ok_or_else(|| raw.corrupt(0, "tags are not in order")));
        tags.inspect_err(|e| self.condemn(e))
    }

    /// One page of slots or keys, without what fills it up.
    pub(crate) fn read_page(
        &self,
        kind: SectionKind,
        page: u64,
        out: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        let len = self
            .section_len(kind)
            .saturating_sub(page * PAGE_LEN as u64);
        self.read_pages(kind, page..page + 1, out)?;
        out.truncate(usize::try_from(len).unwrap_or(usize::MAX));
        Ok(())
    }

    /// Appends `count` entries from slot `from` on.
    pub(crate) fn read_slots(
        &self,
        from: u64,
        count: usize,
        out: &mut Vec<Entry>,
    ) -> Result<(), StoreError> {
        let end = from + count as u64;
        let first_page = from / SLOTS_PER_PAGE;
        let mut bytes = Vec::new();
        self.read_pages(
            SectionKind::Slots,
            first_page..end.div_ceil(SLOTS_PER_PAGE),
            &mut bytes,
        )?;
        let skip = usize::try_from(from - first_page * SLOTS_PER_PAGE).unwrap_or(usize::MAX);
        let (slots, _) = bytes.as_chunks::<SLOT_LEN>();
        out.extend(slots.iter().skip(skip).take(count).map(Entry::decode));
        Ok(())
    }

    /// How many entries of the row lie before `at`. One read at most.
    pub(crate) fn slots_before(&self, row: &QueueRow, at: LogOffset) -> Result<u64, StoreError> {
        let end = row.slot + u64::from(row.count);
        // Pages that begin within the row; what comes before them shares its page with another queue.
        let inside = row.slot.div_ceil(SLOTS_PER_PAGE)..end.div_ceil(SLOTS_PER_PAGE);
        let bounds = |page: u64| usize::try_from(page).unwrap_or(usize::MAX);
        let marks = self
            .slot_marks
            .get(bounds(inside.start)..bounds(inside.end))
            .unwrap_or_default();
        let page = inside.start + marks.partition_point(|mark| mark.first < at.0) as u64;
        let start = (page.saturating_sub(1) * SLOTS_PER_PAGE).max(row.slot);
        let stop = (page * SLOTS_PER_PAGE).clamp(start, end);
        let mut entries = Vec::new();
        if stop > start {
            self.read_slots(start, bounds(stop - start), &mut entries)?;
        }
        let before = entries.partition_point(|entry| entry.at < at) as u64;
        Ok(start - row.slot + before)
    }

    fn read_pages(
        &self,
        kind: SectionKind,
        pages: Range<u64>,
        out: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        let corrupt = |rule| StoreError::Corrupt {
            file: self.path.clone(),
            at: 0,
            rule,
        };
        let section = row(&self.sections, kind).ok_or_else(|| corrupt("a section is missing"))?;
        let index = |page: u64| usize::try_from(page).unwrap_or(usize::MAX);
        let marks = self.marks(kind).get(index(pages.start)..index(pages.end));
        let marks = marks.ok_or_else(|| corrupt("a page beyond its section is asked for"))?;
        let at = section.at + pages.start * PAGE_LEN as u64;
        out.clear();
        out.resize(marks.len() * PAGE_LEN, 0);
        let read = self
            .file
            .read_at(out, at)
            .map_err(StoreError::io("read", &self.path));
        read.inspect_err(|e| self.condemn(e))?;
        let (read, _) = out.as_chunks::<PAGE_LEN>();
        for (i, (page, mark)) in read.iter().zip(marks).enumerate() {
            if crc32c::crc32c(page) != mark.crc {
                let error = StoreError::Corrupt {
                    file: self.path.clone(),
                    at: at + (i * PAGE_LEN) as u64,
                    rule: "the checksum of the page must match",
                };
                self.condemn(&error);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Leaves word for the next opening: this run and those after it are built again.
    fn condemn(&self, why: &StoreError) {
        tracing::error!(run = %self.path.display(), %why, "index run is damaged: it is built again at the next start");
        if let Err(error) = self.disk.open(&bad_mark(&self.path), Open::Create) {
            tracing::warn!(run = %self.path.display(), %error, "damaged index run cannot be marked");
        }
    }
}

/// The file beside a run that says it was found damaged.
pub(crate) fn bad_mark(run: &Path) -> PathBuf {
    run.with_extension("bad")
}

fn row(sections: &[SectionRow], kind: SectionKind) -> Option<&SectionRow> {
    sections.iter().find(|row| row.kind == kind)
}

const fn pages(len: u64) -> u64 {
    len.div_ceil(PAGE_LEN as u64)
}

fn decode_marks(section: &[u8]) -> Vec<PageMark> {
    let (marks, _) = section.as_chunks::<MARK_LEN>();
    let mark = |m: &[u8; MARK_LEN]| {
        let [a, b, c, d, e, f, g, h, i, j, k, l, ..] = *m;
        PageMark {
            first: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            crc: u32::from_le_bytes([i, j, k, l]),
        }
    };
    marks.iter().map(mark).collect()
}

/// A file that claims to be a run.
struct RawRun<'a> {
    path: &'a Path,
    file: &'a dyn DiskFile,
    len: u64,
}

impl RawRun<'_> {
    fn corrupt(&self, at: u64, rule: &'static str) -> StoreError {
        StoreError::Corrupt {
            file: self.path.to_path_buf(),
            at,
            rule,
        }
    }

    fn rule(&self, holds: bool, at: u64, rule: &'static str) -> Result<(), StoreError> {
        if holds {
            Ok(())
        } else {
            Err(self.corrupt(at, rule))
        }
    }

    fn header(&self) -> Result<(RunHead, Vec<SectionRow>), StoreError> {
        self.rule(
            self.len >= PAGE_LEN as u64,
            0,
            "a run is at least one page long",
        )?;
        let mut page = [0; PAGE_LEN];
        self.file
            .read_at(&mut page, 0)
            .map_err(StoreError::io("read", self.path))?;
        let u32_at =
            |i: usize| u32::from_le_bytes([page[i], page[i + 1], page[i + 2], page[i + 3]]);
        let u64_at = |i: usize| u64::from(u32_at(i)) | u64::from(u32_at(i + 4)) << 32;
        self.rule(page[..8] == MAGIC, 0, "a run begins with its magic")?;
        let crc = crc32c::crc32c(&page[..HEADER_CRC_AT]);
        self.rule(
            u32_at(HEADER_CRC_AT) == crc,
            0,
            "the checksum of the header must match",
        )?;
        self.rule(u32_at(8) == VERSION, 8, "the version is unknown")?;
        self.rule(
            u32_at(12) as usize == SectionKind::ALL.len(),
            12,
            "the number of sections is another",
        )?;
        let head = RunHead {
            range: LogOffset(u64_at(16))..LogOffset(u64_at(24)),
            first_at: LogOffset(u64_at(32)),
            records: u64_at(40),
            fingerprint: u64_at(48),
        };
        let ordered = head.range.start <= head.first_at && head.first_at <= head.range.end;
        self.rule(ordered, 16, "the range of the log must be ordered")?;
        let mut sections = Vec::with_capacity(SectionKind::ALL.len());
        for i in 0..SectionKind::ALL.len() {
            let at = TABLE_AT + i * TABLE_ROW_LEN;
            let kind = SectionKind::ALL
                .into_iter()
                .find(|kind| *kind as u32 == u32_at(at) & 0xffff);
            let row = SectionRow {
                kind: kind.ok_or_else(|| self.corrupt(at as u64, "the section kind is unknown"))?,
                crc: u32_at(at + 4),
                at: u64_at(at + 8),
                len: u64_at(at + 16),
            };
            let version = u32_at(at) >> 16 == u32::from(SECTION_VERSION);
            self.rule(version, at as u64, "the section version is unknown")?;
            let end = pages(row.len)
                .checked_mul(PAGE_LEN as u64)
                .and_then(|len| len.checked_add(row.at));
            self.rule(
                end.is_some_and(|end| end <= self.len),
                at as u64,
                "a section ends within its file",
            )?;
            sections.push(row);
        }
        Ok((head, sections))
    }

    /// A whole section, checked. Its length is below that of the file.
    fn section(&self, sections: &[SectionRow], kind: SectionKind) -> Result<Vec<u8>, StoreError> {
        let section = row(sections, kind).ok_or_else(|| self.corrupt(0, "a section is missing"))?;
        let len = usize::try_from(section.len)
            .map_err(|_| self.corrupt(0, "a section fits into memory"))?;
        let mut bytes = vec![0; len];
        self.file
            .read_at(&mut bytes, section.at)
            .map_err(StoreError::io("read", self.path))?;
        self.rule(
            crc32c::crc32c(&bytes) == section.crc,
            section.at,
            "the checksum of the section must match",
        )?;
        Ok(bytes)
    }
}
