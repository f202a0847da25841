//! Answers that wait for the disk: per burst of sends one entry, sent when the flushed watermark has passed its end.

use std::collections::VecDeque;

use bytes::BytesMut;
use remoting::code::ResponseCode;
use remoting::frame;
use remoting::types::LogOffset;

use super::out::Out;
use crate::flush_wait::FlushWait;
use crate::limits;

/// One burst: its encoded answers, all of them successes if the flush succeeds.
struct Unflushed {
    end: LogOffset,
    since_ms: i64,
    frames: BytesMut,
}

/// A buffer larger than this is not kept for the next burst.
const SPARE_MAX: usize = 128 * 1024;

/// A connection's unflushed bursts, oldest first.
#[derive(Default)]
pub(crate) struct Acks {
    waiting: VecDeque<Unflushed>,
    len: usize,
    /// The end the connection is already registered for.
    registered: Option<LogOffset>,
    /// An empty buffer for the next burst.
    spare: BytesMut,
}

impl Acks {
    /// An empty buffer to encode answers into; give it back through [`Acks::push`] or [`Acks::recycle`].
    pub(crate) fn buffer(&mut self) -> BytesMut {
        std::mem::take(&mut self.spare)
    }

    pub(crate) fn recycle(&mut self, mut buffer: BytesMut) {
        buffer.clear();
        if buffer.capacity() <= SPARE_MAX {
            self.spare = buffer;
        }
    }

    pub(crate) fn push(&mut self, end: LogOffset, since_ms: i64, frames: BytesMut) {
        self.len += frames.len();
        self.waiting.push_back(Unflushed {
            end,
            since_ms,
            frames,
        });
    }

    /// Bytes that wait.
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// When the oldest of them was appended.
    pub(crate) fn oldest_ms(&self) -> Option<i64> {
        self.waiting.front().map(|oldest| oldest.since_ms)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Moves what has been flushed, has failed or has waited too long to `out`; answers the end to wait for next, once.
    pub(crate) fn release(
        &mut self,
        flush: &FlushWait,
        now_ms: i64,
        out: &mut Out,
    ) -> Option<LogOffset> {
        let flushed = flush.flushed();
        while let Some(oldest) = self.waiting.front() {
            let answer = if oldest.end <= flushed {
                None
            } else if flush.failed() {
                Some((
                    ResponseCode::ServiceNotAvailable,
                    "the disk refused a flush, the message may be lost",
                ))
            } else if now_ms - oldest.since_ms > limits::FLUSH_TIMEOUT.as_millis() as i64 {
                Some((
                    ResponseCode::FlushDiskTimeout,
                    "the flush takes longer than 5 s",
                ))
            } else {
                break;
            };
            let Some(burst) = self.waiting.pop_front() else {
                break;
            };
            self.len -= burst.frames.len();
            match answer {
                None => {
                    out.frames(|buf| buf.extend_from_slice(&burst.frames));
                    self.recycle(burst.frames);
                }
                Some((code, remark)) => out.frames(|buf| recode(burst.frames, code, remark, buf)),
            }
        }
        let next = self.waiting.front().map(|oldest| oldest.end);
        let fresh = next.filter(|next| self.registered != Some(*next));
        self.registered = next;
        fresh
    }
}

/// The same answers with another code: the rare way, so that the usual one encodes once.
fn recode(mut frames: BytesMut, code: ResponseCode, remark: &str, out: &mut BytesMut) {
    while let Ok(Some(mut answer)) = frame::decode(&mut frames) {
        answer.code = code as i32;
        answer.remark = Some(remark.into());
        if let Err(error) = answer.encode(out) {
            tracing::error!(%error, "an answer could not be encoded");
        }
    }
}
