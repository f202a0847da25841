//! Reads frames one after the other, and finds the next one behind damage.

use std::sync::Arc;

use remoting::record::Record;

use crate::commit_log::check_record;
use crate::error::StoreError;
use crate::frame::{self, ALIGN, HEADER_LEN, Header, Kind, Stamp};
use crate::limits::{RECORD_LEN_MAX, SCAN_CHUNK_LEN};
use crate::segment::Segment;

pub(super) const NOTHING_HERE: &str = "no frame starts here";

/// A frame all of whose rules hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Frame {
    pub(super) at: u64,
    /// Where the next one starts.
    pub(super) next: u64,
    /// `None`: the few zeros at the end of a segment, which are too short for a frame.
    pub(super) stamp: Option<Stamp>,
    pub(super) record: bool,
    pub(super) continues: bool,
}

/// `Err`: the rule that the bytes there break.
pub(super) type Checked<T> = Result<Result<T, &'static str>, StoreError>;

/// Epochs a frame may have: at least its predecessor's, at most the checkpoint's.
#[derive(Clone, Copy, Debug)]
pub(super) struct Epochs {
    pub(super) min: u32,
    pub(super) max: u32,
    /// Where the checkpoint's epoch began: nothing older was written at or behind it.
    pub(super) max_from: u64,
}

pub(super) struct Scanner {
    segments: Vec<Arc<Segment>>,
    window: Vec<u8>,
    window_at: u64,
    pub(super) bytes_read: u64,
}

impl Scanner {
    pub(super) fn new(segments: Vec<Arc<Segment>>) -> Self {
        Self {
            segments,
            window: Vec::new(),
            window_at: 0,
            bytes_read: 0,
        }
    }

    pub(super) fn segment(&self, at: u64) -> Option<&Arc<Segment>> {
        let behind = self.segments.partition_point(|s| s.base <= at);
        self.segments[..behind].last().filter(|s| s.holds(at))
    }

    /// The end of the last segment.
    pub(super) fn limit(&self) -> u64 {
        self.segments.last().map_or(0, |s| s.end())
    }

    /// The frame at `at`, if there is one.
    pub(super) fn frame(&mut self, at: u64, epochs: Epochs) -> Checked<Frame> {
        let Some(segment) = self.segment(at) else {
            return Ok(Err("segment is missing"));
        };
        let end = segment.end();
        if end - at < HEADER_LEN as u64 {
            return Ok(Ok(Frame {
                at,
                next: end,
                stamp: None,
                record: false,
                continues: false,
            }));
        }
        let header_bytes = *self
            .bytes(at, HEADER_LEN)?
            .first_chunk::<HEADER_LEN>()
            .expect("asked for");
        let header = match Header::parse(&header_bytes).and_then(|h| plausible(h, at, end, epochs))
        {
            Ok(header) => header,
            Err(rule) => return Ok(Err(rule)),
        };
        let length = u64::from(header.length);
        let holds = match header.kind {
            Kind::Blank if !frame::blank_matches(&header_bytes) => Err("checksum does not match"),
            Kind::Blank => self.zeros(at + HEADER_LEN as u64, end)?,
            Kind::Record => {
                check_record(self.bytes(at, length as usize)?, frame::record_at(at)).map(drop)
            }
        };
        Ok(holds.map(|()| Frame {
            at,
            next: at + length,
            stamp: Some(header.stamp),
            record: header.kind == Kind::Record,
            continues: header.continues,
        }))
    }

    /// The record of a frame that was just found.
    pub(super) fn record(&mut self, frame: &Frame) -> Result<Record<'_>, StoreError> {
        let len = (frame.next - frame.at) as usize;
        let at = frame.at;
        let corrupt = self
            .segment(at)
            .map(|s| s.corrupt(at, "record changed while it was read"));
        check_record(self.bytes(at, len)?, frame::record_at(at))
            .map_err(|_| corrupt.unwrap_or(StoreError::Closed))
    }

    /// The first whole frame that starts in `from..limit`.
    pub(super) fn next_frame(
        &mut self,
        from: u64,
        limit: u64,
        epochs: Epochs,
    ) -> Result<Option<Frame>, StoreError> {
        let mut at = from.next_multiple_of(ALIGN);
        while at < limit {
            let Some(end) = self.segment(at).map(|s| s.end()) else {
                match self.segments.iter().find(|s| s.base > at) {
                    Some(next) => at = next.base,
                    None => return Ok(None),
                }
                continue;
            };
            let stop = end.min(limit);
            at = self.next_header(at, stop)?;
            if at < stop {
                if let Ok(found) = self.frame(at, epochs)?
                    && found.stamp.is_some()
                {
                    return Ok(Some(found));
                }
                at += ALIGN;
            }
        }
        Ok(None)
    }

    /// The highest `durable_upto` of all whole frames from `from` on.
    pub(super) fn durable_upto(
        &mut self,
        from: u64,
        mut epochs: Epochs,
    ) -> Result<u64, StoreError> {
        let (mut durable, mut at) = (0, from);
        while let Some(found) = self.next_frame(at, self.limit(), epochs)? {
            if let Some(stamp) = found.stamp {
                durable = durable.max(stamp.durable_upto);
                epochs.min = stamp.epoch;
            }
            at = found.next;
        }
        Ok(durable)
    }

    /// The first place in `at..stop`, all of one segment, where the bytes could be a header; `stop` if there is none.
    fn next_header(&mut self, mut at: u64, stop: u64) -> Result<u64, StoreError> {
        while at + HEADER_LEN as u64 <= stop {
            let len = (stop - at).min(SCAN_CHUNK_LEN as u64) as usize;
            let chunk = self.bytes(at, len)?;
            let could_be =
                |w: &[u8]| w[..4] != [0; 4] && w[0].is_multiple_of(8) && w[8] <= 1 && w[9] == 1;
            let step = ALIGN as usize;
            let places = (len - HEADER_LEN) / step + 1;
            if let Some(found) =
                (0..places).find(|i| could_be(&chunk[i * step..i * step + HEADER_LEN]))
            {
                return Ok(at + (found * step) as u64);
            }
            at += (places * step) as u64;
        }
        Ok(stop)
    }

    fn zeros(&mut self, mut at: u64, end: u64) -> Checked<()> {
        while at < end {
            let len = (end - at).min(SCAN_CHUNK_LEN as u64) as usize;
            if self.bytes(at, len)?.iter().any(|byte| *byte != 0) {
                return Ok(Err("blank frame is not empty"));
            }
            at += len as u64;
        }
        Ok(Ok(()))
    }

    /// `len` bytes at `at`, all within one segment.
    fn bytes(&mut self, at: u64, len: usize) -> Result<&[u8], StoreError> {
        let held = self.window_at..self.window_at + self.window.len() as u64;
        if at < held.start || at + len as u64 > held.end {
            let segment = Arc::clone(self.segment(at).ok_or(StoreError::Gone {
                at: frame::record_at(at),
            })?);
            let room = usize::try_from(segment.end() - at).unwrap_or(usize::MAX);
            self.window.clear();
            self.window.resize(len.max(SCAN_CHUNK_LEN).min(room), 0);
            self.window_at = at;
            self.bytes_read += self.window.len() as u64;
            segment.read(&mut self.window, at)?;
        }
        let from = (at - self.window_at) as usize;
        Ok(&self.window[from..from + len])
    }
}

/// What can be said of a header before its frame is read.
fn plausible(
    header: Header,
    at: u64,
    segment_end: u64,
    epochs: Epochs,
) -> Result<Header, &'static str> {
    let (length, rest) = (u64::from(header.length), segment_end - at);
    if length > rest || (header.kind == Kind::Blank && length != rest) {
        return Err("frame does not end where it must");
    }
    if header.kind == Kind::Record && length > frame::frame_len(RECORD_LEN_MAX) {
        return Err("impossible frame length");
    }
    let oldest = if at >= epochs.max_from {
        epochs.max
    } else {
        epochs.min
    };
    if header.stamp.epoch < oldest {
        return Err("stale frame of an earlier opening");
    }
    if header.stamp.epoch > epochs.max || header.stamp.durable_upto > at {
        return Err("frame promises what cannot be");
    }
    Ok(header)
}
