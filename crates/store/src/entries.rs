//! Records on their way from the batch to the index: places and terms side by side, in buffers that are used again.

use std::ops::Range;

use remoting::types::{LogOffset, QueueOffset};

use crate::dispatch::{DispatchedRecord, TermsBuf};
use crate::frame;
use crate::keys::QueueKey;

#[derive(Debug, Default)]
pub(crate) struct Entries {
    pub(crate) rows: Vec<Row>,
    pub(crate) terms: TermsBuf,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) queue: QueueKey,
    pub(crate) queue_offset: QueueOffset,
    pub(crate) at: LogOffset,
    /// Of the record, without its frame header.
    pub(crate) len: u32,
    pub(crate) store_time: i64,
}

impl Row {
    /// Before it has its place.
    pub(crate) fn unplaced(queue: QueueKey, len: u32) -> Self {
        Self {
            queue,
            queue_offset: QueueOffset::default(),
            at: LogOffset::default(),
            len,
            store_time: 0,
        }
    }

    pub(crate) fn frame_end(&self) -> u64 {
        frame::frame_end(self.at, self.len)
    }
}

impl Entries {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.terms.clear();
    }

    pub(crate) fn extend_from(&mut self, other: &Self) {
        self.rows.extend_from_slice(&other.rows);
        self.terms.extend_from(&other.terms);
    }

    pub(crate) fn records(
        &self,
        range: Range<usize>,
    ) -> impl Iterator<Item = DispatchedRecord<'_>> {
        range.map(|i| {
            let Row {
                queue,
                queue_offset,
                at,
                len,
                store_time,
            } = self.rows[i];
            DispatchedRecord {
                queue,
                queue_offset,
                at,
                len,
                store_time,
                terms: self.terms.get(i),
            }
        })
    }
}
