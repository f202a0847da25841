//! Writing a run: sections one after the other through a small buffer, the header last, then made durable under its name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{
    HEADER_CRC_AT, MAGIC, PAGE_LEN, PageMark, Run, RunHead, SECTION_VERSION, SectionKind,
    SectionRow, TABLE_AT, TABLE_ROW_LEN, VERSION,
};
use crate::env::{Disk, DiskFile, Open};
use crate::error::StoreError;

const BUFFER_LEN: usize = 64 * PAGE_LEN;

pub(crate) struct RunWriter {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    temporary: PathBuf,
    file: Arc<dyn DiskFile>,
    buffer: Vec<u8>,
    /// Where the buffer goes; a multiple of the page.
    at: u64,
    sections: Vec<SectionRow>,
    open: Option<SectionRow>,
    marks: Vec<PageMark>,
}

impl RunWriter {
    pub(crate) fn create(disk: Arc<dyn Disk>, dir: &Path) -> Result<Self, StoreError> {
        let temporary = dir.join("next.tmp");
        let file = disk.open(&temporary, Open::Fresh);
        Ok(Self {
            file: file.map_err(StoreError::io("create", &temporary))?,
            disk,
            dir: dir.to_path_buf(),
            temporary,
            buffer: Vec::with_capacity(BUFFER_LEN),
            at: PAGE_LEN as u64,
            sections: Vec::new(),
            open: None,
            marks: Vec::new(),
        })
    }

    pub(crate) fn begin(&mut self, kind: SectionKind) {
        assert!(
            self.open.is_none(),
            "a section is ended before the next begins"
        );
        let at = self.at + self.buffer.len() as u64;
        self.open = Some(SectionRow {
            kind,
            crc: 0,
            at,
            len: 0,
        });
    }

    pub(crate) fn write(&mut self, mut bytes: &[u8]) -> Result<(), StoreError> {
        while !bytes.is_empty() {
            let room = (BUFFER_LEN - self.buffer.len()).min(bytes.len());
            self.buffer.extend_from_slice(&bytes[..room]);
            bytes = &bytes[room..];
            if self.buffer.len() == BUFFER_LEN {
                self.count();
                self.drain()?;
            }
        }
        Ok(())
    }

    /// Fills the last page up, and lists the pages of a section that is read by page.
    pub(crate) fn end(&mut self) -> Result<(), StoreError> {
        self.count();
        self.buffer
            .resize(self.buffer.len().next_multiple_of(PAGE_LEN), 0);
        self.drain()?;
        let Some(section) = self.open.take() else {
            return Ok(());
        };
        self.sections.push(section);
        let Some(pages) = section.kind.pages() else {
            return Ok(());
        };
        let marks = std::mem::take(&mut self.marks);
        self.begin(pages);
        for mark in marks {
            self.write(&mark.first.to_le_bytes())?;
            self.write(&mark.crc.to_le_bytes())?;
            self.write(&[0; 4])?;
        }
        self.end()
    }

    /// What is in the buffer belongs to the section; what fills its page up does not.
    fn count(&mut self) {
        if let Some(section) = &mut self.open {
            section.crc = crc32c::crc32c_append(section.crc, &self.buffer);
            section.len += self.buffer.len() as u64;
        }
    }

    fn drain(&mut self) -> Result<(), StoreError> {
        assert!(
            self.buffer.len().is_multiple_of(PAGE_LEN),
            "whole pages are written"
        );
        if self.buffer.is_empty() {
            return Ok(());
        }
        if self
            .open
            .is_some_and(|section| section.kind.pages().is_some())
        {
            self.marks
                .extend(self.buffer.as_chunks::<PAGE_LEN>().0.iter().map(|page| {
                    let [a, b, c, d, e, f, g, h, ..] = *page;
                    PageMark {
                        first: u64::from_le_bytes([a, b, c, d, e, f, g, h]),
                        crc: crc32c::crc32c(page),
                    }
                }));
        }
        let written = self.file.write_at(&self.buffer, self.at);
        written.map_err(StoreError::io("write", &self.temporary))?;
        self.at += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// Makes the run durable under its name, and opens it.
    pub(crate) fn finish(self, head: &RunHead) -> Result<Run, StoreError> {
        let header = header(head, &self.sections);
        let temporary = &self.temporary;
        self.file
            .write_at(&header, 0)
            .map_err(StoreError::io("write", temporary))?;
        self.file
            .sync()
            .map_err(StoreError::io("flush", temporary))?;
        let path = self.dir.join(Run::file_name(&head.range));
        self.disk
            .rename(temporary, &path)
            .map_err(StoreError::io("name", &path))?;
        self.disk
            .sync_dir(&self.dir)
            .map_err(StoreError::io("flush", &self.dir))?;
        Run::open(path, self.disk, head.fingerprint)
    }
}

fn header(head: &RunHead, sections: &[SectionRow]) -> [u8; PAGE_LEN] {
    let mut page = [0; PAGE_LEN];
    let mut put = |at: usize, bytes: &[u8]| page[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &MAGIC);
    put(8, &VERSION.to_le_bytes());
    put(
        12,
        &u32::try_from(sections.len())
            .unwrap_or(u32::MAX)
            .to_le_bytes(),
    );
    put(16, &head.range.start.0.to_le_bytes());
    put(24, &head.range.end.0.to_le_bytes());
    put(32, &head.first_at.0.to_le_bytes());
    put(40, &head.records.to_le_bytes());
    put(48, &head.fingerprint.to_le_bytes());
    for (i, section) in sections.iter().enumerate() {
        let at = TABLE_AT + i * TABLE_ROW_LEN;
        put(at, &(section.kind as u16).to_le_bytes());
        put(at + 2, &SECTION_VERSION.to_le_bytes());
        put(at + 4, &section.crc.to_le_bytes());
        put(at + 8, &section.at.to_le_bytes());
        put(at + 16, &section.len.to_le_bytes());
    }
    let crc = crc32c::crc32c(&page[..HEADER_CRC_AT]);
    page[HEADER_CRC_AT..].copy_from_slice(&crc.to_le_bytes());
    page
}
