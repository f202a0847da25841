//! Recovery: finds where the log ends, and feeds the index what no run covers yet.
//!
//! | the bytes at a frame's place | below the watermark                     | at or above it                            |
//! |------------------------------|-----------------------------------------|-------------------------------------------|
//! | all rules hold               | kept                                    | kept                                      |
//! | a rule is broken             | damage: reported, skipped to the next   | the end: cut there, hole punched over the |
//! |                              | whole frame                             | rest, next epoch                          |
//! | a smaller epoch than before  | damage                                  | the end (stale)                           |
//! | a group without its end      | its members are kept                    | the end is before the group               |
//! Watermark: the highest of the checkpoint's, the index's and any `durable_upto` in a whole frame, also behind a gap.
//! After a clean close the checkpoint is the end and nothing is searched. Only the log behind the last index run is read.

use std::path::PathBuf;

use remoting::types::{LogOffset, QueueOffset};

use crate::checkpoint::Checkpoint;
use crate::commit_log::CommitLog;
use crate::entries::{Entries, Row};
use crate::error::StoreError;
use crate::frame;
use crate::index::Index;
use crate::index::hash::KeyHasher;
use crate::keys::QueueKey;
use crate::limits::DAMAGE_LISTED_MAX;
use crate::meta::Meta;
use crate::segment;

mod scan;

use scan::{Epochs, Frame, NOTHING_HERE, Scanner};

/// Records that go to the index at a time.
const DISPATCH_COUNT: usize = 4096;

/// What an opening found. Shown to the operator when it is not the usual.
#[derive(Clone, Debug, Default)]
pub struct RecoveryReport {
    /// The last close was an orderly one.
    pub clean: bool,
    pub epoch: u32,
    pub log_start: LogOffset,
    pub log_end: LogOffset,
    /// Bytes of log that were read, and records that the index was given again.
    pub scanned: u64,
    pub indexed: u64,
    /// Records of topics that exist no more.
    pub orphaned: u64,
    /// Bytes that break their rules although they were on the device once. The first 64; `damaged` counts all.
    pub damage: Vec<Damage>,
    pub damaged: u64,
    /// What lay at the end and was cut, if it was not just unwritten space.
    pub cut: Option<Damage>,
    /// Index runs that could not be used and are rebuilt from the log, with the reason.
    pub runs_dropped: Vec<StoreError>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    pub file: PathBuf,
    /// Within the file.
    pub at: u64,
    pub len: u64,
    pub rule: &'static str,
}

/// Where the log goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct End {
    pub(crate) at: u64,
    pub(crate) epoch: u32,
    pub(crate) store_time: i64,
}

pub(crate) struct Recovery<'a> {
    pub(crate) log: &'a CommitLog,
    pub(crate) index: &'a Index,
    pub(crate) meta: &'a Meta,
    pub(crate) hasher: KeyHasher,
    pub(crate) checkpoint: Option<Checkpoint>,
}

impl Recovery<'_> {
    /// Reads the log from the last index run on. Changes nothing on disk but index runs.
    pub(crate) fn run(&self, report: &mut RecoveryReport) -> Result<End, StoreError> {
        let known = self.checkpoint.unwrap_or_default();
        let start = self.log.start().unwrap_or(known.flushed);
        let from = self.index.indexed_to().0.max(start);
        report.clean = known.clean;
        report.log_start = LogOffset(start);
        self.note_missing_segments(from, report)?;
        if !known.clean {
            self.settle(from.min(known.flushed), known.suspect)?;
        }
        let mut walk = Walk {
            scan: Scanner::new(self.log.all()),
            watermark: known.flushed.max(from),
            searched: known.clean,
            epochs: Epochs {
                min: 0,
                max: self.checkpoint.map_or(u32::MAX, |c| c.epoch),
                max_from: self.checkpoint.map_or(u64::MAX, |c| c.epoch_from),
            },
            redo: Redispatch::new(self),
            end: End {
                at: from,
                epoch: known.epoch,
                store_time: known.store_time,
            },
            report,
            log: self.log,
        };
        walk.run()?;
        let Walk { redo, end, .. } = &mut walk;
        let end = *end;
        redo.finish(end.at)?;
        let (indexed, orphaned, scanned) = (redo.indexed, redo.orphaned, walk.scan.bytes_read);
        (report.indexed, report.orphaned, report.scanned) = (indexed, orphaned, scanned);
        report.log_end = LogOffset(end.at);
        Ok(end)
    }

    /// What was written and never flushed may be in memory only. After a failed flush memory even calls it flushed: then
    /// only the device is believed.
    fn settle(&self, from: u64, suspect: bool) -> Result<(), StoreError> {
        for segment in self.log.all().iter().filter(|s| s.end() > from) {
            segment
                .file
                .sync()
                .map_err(StoreError::io("sync", &segment.path))?;
            if suspect {
                let forgotten = segment.file.drop_cache();
                forgotten.map_err(StoreError::io("reread", &segment.path))?;
            }
        }
        Ok(())
    }

    /// Gaps between files, and a last file that must have been there.
    fn note_missing_segments(
        &self,
        scanned_from: u64,
        report: &mut RecoveryReport,
    ) -> Result<(), StoreError> {
        let segments = self.log.all();
        let end = segments.last().map_or(report.log_start.0, |s| s.end());
        if end < scanned_from {
            let file = self.log.dir().join(segment::file_name(end));
            report.note(Damage {
                file,
                at: 0,
                len: scanned_from - end,
                rule: "segment is missing",
            });
        }
        for pair in segments.windows(2) {
            let (end, next) = (pair[0].end(), pair[1].base);
            if end > next {
                return Err(pair[1].corrupt(next, "segment overlaps the one before"));
            }
            if end < next {
                let file = self.log.dir().join(segment::file_name(end));
                report.note(Damage {
                    file,
                    at: 0,
                    len: next - end,
                    rule: "segment is missing",
                });
            }
        }
        Ok(())
    }
}

impl RecoveryReport {
    pub(crate) fn note(&mut self, damage: Damage) {
        tracing::error!(file = %damage.file.display(), at = damage.at, len = damage.len, rule = damage.rule, "the log is damaged");
        self.damaged += 1;
        if self.damage.len() < DAMAGE_LISTED_MAX {
            self.damage.push(damage);
        }
    }
}

struct Walk<'a> {
    scan: Scanner,
    watermark: u64,
    /// Whether the rest of the log was searched for frames that raise the watermark.
    searched: bool,
    epochs: Epochs,
    redo: Redispatch<'a>,
    end: End,
    report: &'a mut RecoveryReport,
    log: &'a CommitLog,
}

impl Walk<'_> {
    fn run(&mut self) -> Result<(), StoreError> {
        let mut at = self.end.at;
        loop {
            if self.report.clean && at >= self.watermark {
                break;
            }
            match self.scan.frame(at, self.epochs)? {
                Ok(frame) => at = self.keep(&frame)?,
                Err(rule) => match self.skip(at, rule)? {
                    Some(next) => at = next,
                    None => break,
                },
            }
        }
        // A group without its end is not there.
        self.end.at = self.redo.open_group().unwrap_or(at);
        Ok(())
    }

    fn keep(&mut self, frame: &Frame) -> Result<u64, StoreError> {
        if let Some(stamp) = frame.stamp {
            self.watermark = self.watermark.max(stamp.durable_upto);
            self.epochs.min = stamp.epoch;
            self.end.epoch = self.end.epoch.max(stamp.epoch);
        }
        if frame.record {
            let store_time = self.redo.add(&mut self.scan, frame)?;
            self.end.store_time = self.end.store_time.max(store_time);
        }
        Ok(frame.next)
    }

    /// Decides about bytes that break a rule. `None`: the log ends there.
    fn skip(&mut self, at: u64, rule: &'static str) -> Result<Option<u64>, StoreError> {
        if !std::mem::replace(&mut self.searched, true) {
            let durable = self.scan.durable_upto(at, self.epochs)?;
            self.watermark = self.watermark.max(durable);
        }
        if at >= self.watermark {
            if rule != NOTHING_HERE && self.scan.segment(at).is_some() {
                self.report.cut = Some(self.damage(at, self.scan.limit(), rule));
            }
            return Ok(None);
        }
        let next = self
            .scan
            .next_frame(at + frame::ALIGN, self.watermark, self.epochs)?;
        let next = next.map_or(self.watermark, |frame| frame.at);
        if self.scan.segment(at).is_some() || at >= self.scan.limit() {
            let damage = self.damage(at, next, rule);
            self.report.note(damage);
        }
        self.redo.close_group();
        Ok(Some(next))
    }

    fn damage(&self, at: u64, end: u64, rule: &'static str) -> Damage {
        let (file, base) = match self.scan.segment(at) {
            Some(segment) => (segment.path.clone(), segment.base),
            None => (self.log.dir().join(segment::file_name(at)), at),
        };
        Damage {
            file,
            at: at - base,
            len: end - at,
            rule,
        }
    }
}

/// Feeds records to the index again, whole groups only.
struct Redispatch<'a> {
    recovery: &'a Recovery<'a>,
    ready: Entries,
    open: Entries,
    open_at: Option<u64>,
    indexed: u64,
    orphaned: u64,
}

impl<'a> Redispatch<'a> {
    fn new(recovery: &'a Recovery<'a>) -> Self {
        Self {
            recovery,
            ready: Entries::default(),
            open: Entries::default(),
            open_at: None,
            indexed: 0,
            orphaned: 0,
        }
    }

    /// Answers the record's store time.
    fn add(&mut self, scan: &mut Scanner, frame: &Frame) -> Result<i64, StoreError> {
        let record = scan.record(frame)?;
        let store_time = record.store_time();
        if frame.continues && self.open_at.is_none() {
            self.open_at = Some(frame.at);
        }
        let entries = if self.open_at.is_some() {
            &mut self.open
        } else {
            &mut self.ready
        };
        match self
            .recovery
            .meta
            .topic_at(record.topic(), record.log_offset())
        {
            Some(topic) => {
                entries.rows.push(Row {
                    queue: QueueKey {
                        topic,
                        queue: record.queue_id(),
                    },
                    queue_offset: QueueOffset(record.queue_offset().0),
                    at: record.log_offset(),
                    len: record.bytes().len() as u32,
                    store_time,
                });
                entries
                    .terms
                    .push(&self.recovery.hasher, record.topic(), record.properties());
            }
            None => self.orphaned += 1,
        }
        if !frame.continues {
            self.close_group();
            if self.ready.len() >= DISPATCH_COUNT {
                self.dispatch(frame.next)?;
            }
        }
        Ok(store_time)
    }

    fn close_group(&mut self) {
        if self.open_at.take().is_some() {
            self.ready.extend_from(&self.open);
            self.open.clear();
        }
    }

    /// Where the group starts whose end has not come.
    fn open_group(&self) -> Option<u64> {
        self.open_at
    }

    fn dispatch(&mut self, end: u64) -> Result<(), StoreError> {
        let index = self.recovery.index;
        index.dispatch(self.ready.records(0..self.ready.len()), LogOffset(end));
        self.indexed += self.ready.len() as u64;
        self.ready.clear();
        // All that is read here is on the device: it was synced before.
        while index.should_seal() && index.seal(LogOffset(end))? {}
        Ok(())
    }

    fn finish(&mut self, end: u64) -> Result<(), StoreError> {
        self.dispatch(end)
    }
}
