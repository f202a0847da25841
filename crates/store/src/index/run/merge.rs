//! Merging neighbours into one run, section by section, in memory that does not grow with them.

use std::path::Path;
use std::sync::Arc;

use super::{PAGE_LEN, Run, RunHead, RunWriter, SectionKind};
use crate::env::Disk;
use crate::error::StoreError;
use crate::index::key::{KEY_LEN, KeyEntry};
use crate::index::queue::{QueueRow, write_rows};
use crate::index::tag::{TagMap, add, write_tags};
use crate::index::time::write_samples;

/// Slots copied at a time.
const COPY_SLOTS: u32 = 16 * 1024;

/// One run in place of `runs`, which follow each other. They stay as they are.
pub(crate) fn merge(runs: &[Arc<Run>], disk: Arc<dyn Disk>, dir: &Path) -> Result<Run, StoreError> {
    let (first, last) = match runs {
        [first, .., last] => (first.head(), last.head()),
        _ => unreachable!("merging takes two runs or more"),
    };
    let with_records = runs.iter().find(|run| run.head().records > 0);
    let head = RunHead {
        range: first.range.start..last.range.end,
        first_at: with_records.map_or(last.range.end, |run| run.head().first_at),
        records: runs.iter().map(|run| run.head().records).sum(),
        fingerprint: first.fingerprint,
    };
    let mut out = RunWriter::create(disk, dir)?;
    queues(runs, &mut out)?;
    keys(runs, &mut out)?;
    let samples: Vec<_> = runs.iter().flat_map(|run| run.samples()).copied().collect();
    write_samples(&samples, &mut out)?;
    let mut tags = TagMap::new();
    for run in runs {
        for ((topic, label), tally) in run.tags()? {
            add(&mut tags, topic, label, tally);
        }
    }
    write_tags(&tags, &mut out)?;
    out.finish(&head)
}

fn queues(runs: &[Arc<Run>], out: &mut RunWriter) -> Result<(), StoreError> {
    let mut sources: Vec<(QueueRow, &Run)> = runs
        .iter()
        .flat_map(|run| run.rows().iter().map(|row| (*row, &**run)))
        .collect();
    sources.sort_unstable_by_key(|(row, _)| (row.queue, row.first));
    out.begin(SectionKind::Slots);
    let mut rows: Vec<QueueRow> = Vec::new();
    let mut slot = 0;
    for (row, run) in sources {
        copy_slots(&row, run, out)?;
        match rows.last_mut() {
            Some(last)
                if last.queue == row.queue
                    && last.end() == row.first
                    && last.count.checked_add(row.count).is_some() =>
            {
                last.count += row.count;
            }
            _ => rows.push(QueueRow { slot, ..row }),
        }
        slot += u64::from(row.count);
    }
    out.end()?;
    write_rows(&rows, out)
}

fn copy_slots(row: &QueueRow, run: &Run, out: &mut RunWriter) -> Result<(), StoreError> {
    let mut entries = Vec::new();
    let mut done = 0;
    while done < row.count {
        let count = COPY_SLOTS.min(row.count - done);
        entries.clear();
        run.read_slots(row.slot + u64::from(done), count as usize, &mut entries)?;
        for entry in &entries {
            out.write(&entry.encode())?;
        }
        done += count;
    }
    Ok(())
}

/// The keys of one run from front to back, a page at a time.
struct KeyCursor<'a> {
    run: &'a Run,
    page: Vec<u8>,
    next_page: u64,
    next: usize,
}

impl KeyCursor<'_> {
    fn next(&mut self) -> Result<Option<KeyEntry>, StoreError> {
        if self.next * KEY_LEN == self.page.len() {
            if self.next_page * PAGE_LEN as u64 >= self.run.section_len(SectionKind::Keys) {
                return Ok(None);
            }
            self.run
                .read_page(SectionKind::Keys, self.next_page, &mut self.page)?;
            (self.next_page, self.next) = (self.next_page + 1, 0);
        }
        let entry = self.page.as_chunks().0.get(self.next).map(KeyEntry::decode);
        self.next += 1;
        Ok(entry)
    }
}

fn keys(runs: &[Arc<Run>], out: &mut RunWriter) -> Result<(), StoreError> {
    let cursor = |run| KeyCursor {
        run,
        page: Vec::new(),
        next_page: 0,
        next: 0,
    };
    let mut cursors: Vec<_> = runs.iter().map(|run| cursor(&**run)).collect();
    let mut heads = Vec::with_capacity(cursors.len());
    for cursor in &mut cursors {
        heads.push(cursor.next()?);
    }
    out.begin(SectionKind::Keys);
    // A handful of runs: looking at all heads is quicker than keeping them in a heap.
    let rank = |head: &Option<KeyEntry>| head.map_or(u128::MAX, KeyEntry::rank);
    while let Some(i) = (0..heads.len()).min_by_key(|i| rank(&heads[*i])) {
        let Some(entry) = heads[i] else { break };
        out.write(&entry.encode())?;
        heads[i] = cursors[i].next()?;
    }
    out.end()
}
