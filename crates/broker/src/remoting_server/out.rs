//! Bytes on their way to a client: small frames back to back in one buffer, message bodies as buffers of their own, so
//! that a pulled body is written from where the store put it.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, BytesMut};

enum Piece {
    Frames(BytesMut),
    Body { bytes: Vec<u8>, sent: usize },
}

impl Piece {
    fn rest(&self) -> &[u8] {
        match self {
            Self::Frames(frames) => frames,
            Self::Body { bytes, sent } => &bytes[*sent..],
        }
    }
}

/// A body buffer larger than this is not kept for the next pull.
const SPARE_MAX: usize = 512 * 1024;
/// The same while the connection waits for messages.
const IDLE_SPARE_MAX: usize = 16 * 1024;
/// A frame buffer larger than this is not kept once it is empty.
const FRAMES_KEPT_MAX: usize = 128 * 1024;

/// A queue of bytes that is written with one vectored write where the system allows.
#[derive(Default)]
pub(crate) struct Out {
    pieces: VecDeque<Piece>,
    len: usize,
    /// An empty body buffer for the next pull.
    spare: Vec<u8>,
    /// An empty frame buffer.
    frames: BytesMut,
}

impl Out {
    /// Appends what `write` writes.
    pub(crate) fn frames(&mut self, write: impl FnOnce(&mut BytesMut)) {
        if !matches!(self.pieces.back(), Some(Piece::Frames(_))) {
            self.pieces
                .push_back(Piece::Frames(std::mem::take(&mut self.frames)));
        }
        if let Some(Piece::Frames(frames)) = self.pieces.back_mut() {
            let before = frames.len();
            write(frames);
            self.len += frames.len() - before;
            if frames.is_empty() {
                self.pop_back_frames();
            }
        }
    }

    /// An empty buffer to pull into; give it back through [`Out::body`] or [`Out::recycle`].
    pub(crate) fn body_buffer(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.spare)
    }

    pub(crate) fn body(&mut self, bytes: Vec<u8>) {
        self.len += bytes.len();
        self.pieces.push_back(Piece::Body { bytes, sent: 0 });
    }

    pub(crate) fn recycle(&mut self, mut bytes: Vec<u8>) {
        if bytes.capacity() <= SPARE_MAX && bytes.capacity() > self.spare.capacity() {
            bytes.clear();
            self.spare = bytes;
        }
    }

    /// The connection is about to wait: what it holds meanwhile is little.
    pub(crate) fn trim(&mut self) {
        if self.spare.capacity() > IDLE_SPARE_MAX {
            self.spare = Vec::new();
        }
    }

    /// An empty piece is no piece.
    fn pop_back_frames(&mut self) {
        if let Some(Piece::Frames(frames)) = self.pieces.pop_back() {
            self.frames = frames;
        }
    }

    fn pop(&mut self) {
        match self.pieces.pop_front() {
            Some(Piece::Body { bytes, .. }) => self.recycle(bytes),
            Some(Piece::Frames(mut frames)) => {
                // `reserve` takes the buffer back from its start: nothing else points into it.
                frames.clear();
                if frames.capacity() <= FRAMES_KEPT_MAX {
                    self.frames = frames;
                }
            }
            None => {}
        }
    }
}

impl Buf for Out {
    fn remaining(&self) -> usize {
        self.len
    }

    fn chunk(&self) -> &[u8] {
        self.pieces.front().map_or(&[], Piece::rest)
    }

    fn chunks_vectored<'a>(&'a self, out: &mut [IoSlice<'a>]) -> usize {
        let mut filled = 0;
        for (slot, piece) in out.iter_mut().zip(&self.pieces) {
            *slot = IoSlice::new(piece.rest());
            filled += 1;
        }
        filled
    }

    fn advance(&mut self, mut n: usize) {
        self.len -= n;
        while let Some(piece) = self.pieces.front_mut() {
            let rest = piece.rest().len();
            if n < rest {
                match piece {
                    Piece::Frames(frames) => frames.advance(n),
                    Piece::Body { sent, .. } => *sent += n,
                }
                return;
            }
            n -= rest;
            self.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Out;
    use bytes::{Buf, BufMut};
    use std::io::IoSlice;

    #[test]
    fn pieces_come_out_in_order_whatever_is_taken_at_once() {
        for step in 1..10 {
            let mut out = Out::default();
            out.frames(|buf| buf.put_slice(b"ab"));
            out.body(b"cdef".to_vec());
            out.frames(|buf| buf.put_slice(b"g"));
            out.frames(|buf| buf.put_slice(b"hi"));
            assert_eq!(out.remaining(), 9);
            let mut seen = Vec::new();
            while out.has_remaining() {
                let mut slices = [IoSlice::new(&[]); 2];
                let filled = out.chunks_vectored(&mut slices);
                let all: Vec<u8> = slices[..filled]
                    .iter()
                    .flat_map(|slice| slice.iter().copied())
                    .collect();
                let n = step.min(all.len());
                seen.extend_from_slice(&all[..n]);
                out.advance(n);
            }
            assert_eq!(seen, b"abcdefghi", "{step} at a time");
        }
    }

    #[test]
    fn a_body_buffer_is_used_again() {
        let mut out = Out::default();
        out.body(vec![7; 1000]);
        out.advance(1000);
        assert_eq!(out.body_buffer().capacity(), 1000);
    }
}
