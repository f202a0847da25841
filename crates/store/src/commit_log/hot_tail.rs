//! Hot tail: the newest bytes of the log, in memory. A ring of pieces, each under its own lock, so that who reads an older
//! piece never waits for who writes the newest. Only a copy: what is not here is read from the segment.

use std::sync::{PoisonError, RwLock};

use crate::limits::{HOT_PIECE_LEN, HOT_TAIL_LEN};

const PIECE: u64 = HOT_PIECE_LEN as u64;

#[derive(Debug)]
pub(crate) struct HotTail {
    pieces: Box<[RwLock<Piece>]>,
}

#[derive(Debug, Default)]
struct Piece {
    /// Log offset of `bytes[0]`, a multiple of the piece length.
    base: u64,
    /// The part of `bytes` that is filled.
    filled: std::ops::Range<usize>,
    /// Empty until the ring first comes here.
    bytes: Vec<u8>,
}

impl HotTail {
    pub(crate) fn new() -> Self {
        Self {
            pieces: (0..HOT_TAIL_LEN / HOT_PIECE_LEN)
                .map(|_| RwLock::default())
                .collect(),
        }
    }

    /// Takes what was written at `at`. Called in log order; a gap forgets what is before it in the same piece.
    pub(crate) fn write(&self, mut at: u64, mut data: &[u8]) {
        while !data.is_empty() {
            let (base, from) = (at - at % PIECE, (at % PIECE) as usize);
            let now = data.len().min(HOT_PIECE_LEN - from);
            let mut piece = self
                .piece(base)
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            if piece.bytes.is_empty() {
                piece.bytes.resize(HOT_PIECE_LEN, 0);
            }
            if piece.base != base || piece.filled.end != from {
                piece.base = base;
                piece.filled = from..from;
            }
            piece.bytes[from..from + now].copy_from_slice(&data[..now]);
            piece.filled.end = from + now;
            data = &data[now..];
            at += now as u64;
        }
    }

    /// Appends `len` bytes from `at` to `out`; `false`, and nothing appended, when they are not all here.
    pub(crate) fn read(&self, mut at: u64, len: usize, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        while out.len() < start + len {
            let (base, from) = (at - at % PIECE, (at % PIECE) as usize);
            let now = (start + len - out.len()).min(HOT_PIECE_LEN - from);
            let piece = self
                .piece(base)
                .read()
                .unwrap_or_else(PoisonError::into_inner);
            if piece.base != base || from < piece.filled.start || from + now > piece.filled.end {
                out.truncate(start);
                return false;
            }
            out.extend_from_slice(&piece.bytes[from..from + now]);
            at += now as u64;
        }
        true
    }

    fn piece(&self, base: u64) -> &RwLock<Piece> {
        &self.pieces[(base / PIECE) as usize % self.pieces.len()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(at: u64, len: usize) -> Vec<u8> {
        (at..at + len as u64).map(|i| (i % 251) as u8).collect()
    }

    #[test]
    fn what_was_written_last_is_read_back_across_pieces() {
        let hot = HotTail::new();
        let (start, len) = (3 * PIECE - 100, 300);
        hot.write(start, &pattern(start, len));
        let mut out = b"kept".to_vec();
        assert!(hot.read(start + 10, 200, &mut out));
        assert_eq!(out[4..], pattern(start + 10, 200));
        assert!(!hot.read(start - 1, 10, &mut out), "before the first byte");
        assert!(!hot.read(start + 290, 20, &mut out), "behind the last byte");
        assert_eq!(out.len(), 204, "a miss appends nothing");
    }

    #[test]
    fn the_ring_forgets_its_oldest_bytes() {
        let hot = HotTail::new();
        let total = HOT_TAIL_LEN as u64 + PIECE;
        for at in (0..total).step_by(HOT_PIECE_LEN) {
            hot.write(at, &pattern(at, HOT_PIECE_LEN));
        }
        let mut out = Vec::new();
        assert!(!hot.read(0, 8, &mut out));
        assert!(hot.read(PIECE, 8, &mut out));
        assert_eq!(out, pattern(PIECE, 8));
    }

    #[test]
    fn a_gap_forgets_what_is_before_it() {
        let hot = HotTail::new();
        hot.write(0, &pattern(0, 64));
        hot.write(128, &pattern(128, 64));
        let mut out = Vec::new();
        assert!(!hot.read(0, 8, &mut out));
        assert!(hot.read(128, 64, &mut out));
    }
}
