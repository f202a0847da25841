//! Read-ahead of one pull: neighbours in a queue are mostly neighbours in the log, so one read of the disk brings many of its
//! records. Every record is checked when it is taken, as one that was read by itself.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use super::{CommitLog, check_record};
use crate::error::StoreError;
use crate::frame::{self, HEADER_LEN};
use crate::index::Entry;
use crate::limits::{READ_AHEAD_GAP_MAX, READ_AHEAD_LEN_MAX};
use crate::segment::Segment;

thread_local! {
    /// The buffer of the last pull on this thread: a fresh one for each would be mapped, zeroed and unmapped.
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A stretch of one segment, read at once.
#[derive(Default)]
pub(crate) struct Ahead {
    segment: Option<Arc<Segment>>,
    /// Log offsets of what `bytes` holds.
    range: Range<u64>,
    bytes: Vec<u8>,
}

impl Ahead {
    /// Appends the record of `entry` to `out`. `following` are those that the pull wants next: they tell how far a read of
    /// the disk had better reach.
    pub(crate) fn read_into<'a>(
        &mut self,
        log: &CommitLog,
        entry: &Entry,
        following: impl Iterator<Item = &'a Entry>,
        out: &mut Vec<u8>,
    ) -> Result<(), StoreError> {
        let (Some(from), to) = (
            frame::frame_at(entry.at),
            frame::frame_end(entry.at, entry.len),
        ) else {
            return log.read_into(entry.at, entry.len, out);
        };
        if from < self.range.start || to > self.range.end {
            if log.hot.read(entry.at.0, entry.len as usize, out) {
                return Ok(());
            }
            if !self.fill(log, from..to, reach(from, to, following)) {
                return log.read_into(entry.at, entry.len, out);
            }
        }
        let at = (from - self.range.start) as usize;
        let bytes = &self.bytes[at..at + (to - from) as usize];
        if let (Err(rule), Some(segment)) = (check_record(bytes, entry.at), &self.segment) {
            return Err(segment.corrupt(from, rule));
        }
        out.extend_from_slice(&bytes[HEADER_LEN..HEADER_LEN + entry.len as usize]);
        Ok(())
    }

    /// `false`: it could not be read in one piece; whoever reads record by record finds out which of them is why.
    fn fill(&mut self, log: &CommitLog, needed: Range<u64>, reach: u64) -> bool {
        self.range = 0..0;
        let from = needed.start;
        let Some(segment) = log.segment_at(from).filter(|s| needed.end <= s.end()) else {
            return false;
        };
        let to = reach.min(segment.end());
        if self.bytes.is_empty() {
            self.bytes = SPARE.take();
        }
        let len = (to - from) as usize;
        if self.bytes.len() < len {
            self.bytes.resize(len, 0);
        }
        if segment.read(&mut self.bytes[..len], from).is_err() {
            return false;
        }
        self.range = from..to;
        self.segment = Some(segment);
        true
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        if !self.bytes.is_empty() && self.bytes.len() <= READ_AHEAD_LEN_MAX as usize {
            SPARE.set(std::mem::take(&mut self.bytes));
        }
    }
}

/// How far to read: over the records that follow closely, also when others lie between, but not far for few.
fn reach<'a>(from: u64, mut to: u64, following: impl Iterator<Item = &'a Entry>) -> u64 {
    for entry in following {
        let Some(start) = frame::frame_at(entry.at) else {
            break;
        };
        let end = frame::frame_end(entry.at, entry.len);
        let near = (to..=to + READ_AHEAD_GAP_MAX).contains(&start);
        if !near || end - from > READ_AHEAD_LEN_MAX {
            break;
        }
        to = end;
    }
    to
}

#[cfg(test)]
mod tests {
    use remoting::types::LogOffset;

    use super::*;

    fn entry(frame_at: u64, len: u32) -> Entry {
        Entry {
            at: LogOffset(frame_at + HEADER_LEN as u64),
            len,
            tag_hash: 0,
        }
    }

    #[test]
    fn a_read_reaches_over_near_neighbours_and_no_further() {
        let first = 100_000..100_128;
        let reach_over = |entries: &[Entry]| reach(first.start, first.end, entries.iter());
        let next = entry(100_128, 104);
        assert_eq!(reach_over(&[]), 100_128);
        assert_eq!(reach_over(&[next]), 100_256);
        let near = entry(100_256 + READ_AHEAD_GAP_MAX, 104);
        assert_eq!(reach_over(&[next, near]), 100_384 + READ_AHEAD_GAP_MAX);
        let far = entry(100_264 + READ_AHEAD_GAP_MAX, 104);
        assert_eq!(reach_over(&[next, far]), 100_256, "too far for one record");
        let large = entry(100_256, READ_AHEAD_LEN_MAX as u32);
        assert_eq!(reach_over(&[next, large]), 100_256, "too much at once");
        let before = entry(64, 104);
        assert_eq!(reach_over(&[before]), 100_128, "never backwards");
    }
}
