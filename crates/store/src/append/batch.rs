//! Append batch: frames put together off the lock, in buffers that are used again.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use remoting::properties::Properties;
use remoting::record::{self, NewRecord};
use remoting::types::{LogOffset, QueueOffset};

use crate::entries::{Entries, Row};
use crate::error::StoreError;
use crate::frame::{self, HEADER_LEN, Kind, Stamp};
use crate::index::hash::KeyHasher;
use crate::keys::QueueKey;
use crate::limits;

/// Where a message of an appended batch lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placed {
    pub queue_offset: QueueOffset,
    pub at: LogOffset,
}

/// How far the log reached when the batch was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Appended {
    /// Once `flushed` is here, all of the batch is on the device.
    pub end: LogOffset,
    pub store_time: i64,
}

/// Messages on their way into the log in one write. Keep it and use it again: its buffers stay.
pub struct AppendBatch {
    pub(super) body: Body,
    pub(super) ticket: Arc<Ticket>,
    hasher: KeyHasher,
    len_max: u64,
}

impl fmt::Debug for AppendBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AppendBatch")
            .field("records", &self.len())
            .field("bytes", &self.byte_len())
            .finish_non_exhaustive()
    }
}

/// What changes hands when another sender's thread does the writing.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Frames back to back: space for the header, record, zeros.
    pub(super) frames: Vec<u8>,
    pub(super) entries: Entries,
    pub(super) placed: Vec<Placed>,
    pub(super) group: bool,
    pub(super) lazy: bool,
    appended: bool,
}

/// Where a sender finds its batch again.
#[derive(Debug, Default)]
pub(super) struct Ticket(Mutex<Option<(Body, Result<Appended, StoreError>)>>);

impl Ticket {
    pub(super) fn put(&self, body: Body, result: Result<Appended, StoreError>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((body, result));
    }

    pub(super) fn take(&self) -> Option<(Body, Result<Appended, StoreError>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl AppendBatch {
    pub(crate) fn new(hasher: KeyHasher, len_max: u64) -> Self {
        Self {
            body: Body::default(),
            ticket: Arc::default(),
            hasher,
            len_max,
        }
    }

    /// Adds a message. The first `push` after an `append` starts anew.
    pub fn push(&mut self, queue: QueueKey, record: &NewRecord<'_>) -> Result<(), StoreError> {
        if self.body.appended {
            self.clear();
        }
        let len = record.encoded_len()? as u64;
        let (more, held) = (frame::frame_len(len), self.body.frames.len() as u64);
        let max = limits::RECORD_LEN_MAX.min(self.len_max - HEADER_LEN as u64);
        if len > max || more > self.len_max {
            return Err(StoreError::RecordTooLong { len, max });
        }
        if held + more > self.len_max {
            return Err(StoreError::BatchFull {
                len: held,
                more,
                max: self.len_max,
            });
        }
        let frames = &mut self.body.frames;
        frames.resize(frames.len() + HEADER_LEN, 0);
        if let Err(e) = record.encode_into(frames) {
            frames.truncate(held as usize);
            return Err(e.into());
        }
        frames.resize((held + more) as usize, 0);
        self.body
            .entries
            .rows
            .push(Row::unplaced(queue, len as u32));
        self.body.entries.terms.push(
            &self.hasher,
            record.topic,
            Properties::new(record.properties),
        );
        Ok(())
    }

    /// From now on the messages count together: after a crash all of them are there, or none.
    pub fn as_group(&mut self) {
        self.body.group = true;
    }

    /// Nobody waits for the flush of this batch: it comes at most 200 ms later.
    pub fn lazy(&mut self) {
        self.body.lazy = true;
    }

    pub fn clear(&mut self) {
        self.body.clear();
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.body.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of log the batch takes.
    #[must_use]
    pub fn byte_len(&self) -> u64 {
        self.body.frames.len() as u64
    }

    /// Where the `i`th message went.
    ///
    /// # Panics
    /// When the batch was not appended, or has no such message.
    #[must_use]
    pub fn placed(&self, i: usize) -> Placed {
        self.body.placed[i]
    }
}

impl Body {
    fn clear(&mut self) {
        self.frames.clear();
        self.entries.clear();
        self.placed.clear();
        self.group = false;
        self.lazy = false;
        self.appended = false;
    }

    pub(super) fn len(&self) -> u64 {
        self.frames.len() as u64
    }

    /// Gives every message its place: `next` hands out queue offsets, the first frame starts at `at`.
    pub(super) fn place(
        &mut self,
        at: u64,
        store_time: i64,
        stamp: Stamp,
        mut next: impl FnMut(QueueKey) -> QueueOffset,
    ) {
        self.placed.clear();
        let (mut from, count) = (0, self.entries.len());
        for (i, entry) in self.entries.rows.iter_mut().enumerate() {
            let frame_len = frame::frame_len(u64::from(entry.len)) as usize;
            let frame = &mut self.frames[from..from + frame_len];
            entry.at = frame::record_at(at + from as u64);
            entry.queue_offset = next(entry.queue);
            entry.store_time = store_time;
            let bytes = &mut frame[HEADER_LEN..HEADER_LEN + entry.len as usize];
            record::place(bytes, entry.queue_offset, entry.at, store_time);
            frame::seal(frame, Kind::Record, self.group && i + 1 < count, stamp);
            self.placed.push(Placed {
                queue_offset: entry.queue_offset,
                at: entry.at,
            });
            from += frame_len;
        }
    }

    pub(super) fn mark_appended(&mut self) {
        self.appended = true;
    }
}
