//! Frame: what the commit log is made of. A header of 24 bytes, little-endian, then what it carries, then zeros up to the
//! next multiple of 8.
//!
//! | at | field        | type | meaning                                                                            |
//! |  0 | length       | u32  | the whole frame: header, payload, zeros; a multiple of 8                           |
//! |  4 | crc32c       | u32  | over all of the frame but these four bytes                                         |
//! |  8 | kind         | u8   | 0 blank: nothing more in this segment; 1 record: one message                       |
//! |  9 | version      | u8   | 1                                                                                  |
//! | 10 | flags        | u16  | bit 0 *group continues*: counts only together with the frame behind it             |
//! | 12 | epoch        | u32  | which opening of the log wrote it; smaller than its predecessor's means stale      |
//! | 16 | durable_upto | u64  | the log was on the device up to here (a frame end, exclusive) when this was written |
//! | 24 | payload      |      | record: the RocketMQ message encoding, its own length first; blank: zeros          |
//!
//! A frame starts on 8 bytes and never crosses a segment. Fewer than 24 bytes at the end of a segment are zeros.

use remoting::types::LogOffset;

pub(crate) const HEADER_LEN: usize = 24;
pub(crate) const ALIGN: u64 = 8;
const VERSION: u8 = 1;
const GROUP_CONTINUES: u16 = 1;
const CRC_AT: usize = 4;
const BODY_AT: usize = 8;

const _: () = assert!(
    (HEADER_LEN as u64).is_multiple_of(ALIGN),
    "a record starts on 8 bytes too"
);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Blank,
    Record,
}

/// What all frames of one write have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stamp {
    pub(crate) epoch: u32,
    pub(crate) durable_upto: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Header {
    pub(crate) length: u32,
    pub(crate) crc: u32,
    pub(crate) kind: Kind,
    pub(crate) continues: bool,
    pub(crate) stamp: Stamp,
}

/// The length of a frame around `payload` bytes.
pub(crate) const fn frame_len(payload: u64) -> u64 {
    (HEADER_LEN as u64 + payload).next_multiple_of(ALIGN)
}

/// Where the record of the frame at `frame_at` lies.
pub(crate) const fn record_at(frame_at: u64) -> LogOffset {
    LogOffset(frame_at + HEADER_LEN as u64)
}

/// Where the frame of the record at `at` starts, if a record can be there at all.
pub(crate) fn frame_at(at: LogOffset) -> Option<u64> {
    at.0.checked_sub(HEADER_LEN as u64)
        .filter(|at| at.is_multiple_of(ALIGN))
}

/// Where the frame of a record ends.
pub(crate) fn frame_end(at: LogOffset, record_len: u32) -> u64 {
    at.0 - HEADER_LEN as u64 + frame_len(u64::from(record_len))
}

impl Header {
    /// Reads a header. Says only that it may be one: `check` says that it is.
    pub(crate) fn parse(bytes: &[u8; HEADER_LEN]) -> Result<Self, &'static str> {
        let header = Self {
            length: u32_at(bytes, 0),
            crc: u32_at(bytes, CRC_AT),
            kind: match bytes[8] {
                0 => Kind::Blank,
                1 => Kind::Record,
                _ => return Err("unknown frame kind"),
            },
            continues: u16::from_le_bytes([bytes[10], bytes[11]]) & GROUP_CONTINUES != 0,
            stamp: Stamp {
                epoch: u32_at(bytes, 12),
                durable_upto: u64_at(bytes, 16),
            },
        };
        if header.length == 0 {
            return Err("no frame starts here");
        }
        if bytes[9] != VERSION {
            return Err("unknown frame version");
        }
        if !u64::from(header.length).is_multiple_of(ALIGN) || (header.length as usize) < HEADER_LEN
        {
            return Err("impossible frame length");
        }
        Ok(header)
    }

    /// Whether `frame`, all of it, is what was written.
    pub(crate) fn check(&self, frame: &[u8]) -> Result<(), &'static str> {
        if frame.len() != self.length as usize {
            return Err("frame is cut off");
        }
        if crc_of(frame) != self.crc {
            return Err("checksum does not match");
        }
        if self.kind == Kind::Record {
            let record_len = frame.get(HEADER_LEN..HEADER_LEN + 4).map_or(0, u32_be);
            if frame_len(u64::from(record_len)) != u64::from(self.length) {
                return Err("record and frame disagree about their length");
            }
        }
        Ok(())
    }
}

/// Completes the frame whose payload is in place: writes its header and checksum.
pub(crate) fn seal(frame: &mut [u8], kind: Kind, continues: bool, stamp: Stamp) {
    write_header(frame, frame.len() as u64, kind, continues, stamp);
    let crc = crc_of(frame);
    frame[CRC_AT..BODY_AT].copy_from_slice(&crc.to_le_bytes());
}

/// The header of a Blank frame of `length` bytes; the rest of it is zeros that are in the file already.
pub(crate) fn blank(length: u64, stamp: Stamp) -> [u8; HEADER_LEN] {
    let mut header = [0; HEADER_LEN];
    write_header(&mut header, length, Kind::Blank, false, stamp);
    let crc = crc_zeros(crc_of(&header), length - HEADER_LEN as u64);
    header[CRC_AT..BODY_AT].copy_from_slice(&crc.to_le_bytes());
    header
}

/// Whether a Blank frame's checksum matches, given that all behind its header is zeros.
pub(crate) fn blank_matches(header: &[u8; HEADER_LEN]) -> bool {
    let rest = u64::from(u32_at(header, 0)).saturating_sub(HEADER_LEN as u64);
    crc_zeros(crc_of(header), rest) == u32_at(header, CRC_AT)
}

fn write_header(frame: &mut [u8], length: u64, kind: Kind, continues: bool, stamp: Stamp) {
    let length = u32::try_from(length).expect("a segment is shorter than 4 GiB");
    frame[..4].copy_from_slice(&length.to_le_bytes());
    frame[8] = match kind {
        Kind::Blank => 0,
        Kind::Record => 1,
    };
    frame[9] = VERSION;
    let flags = if continues { GROUP_CONTINUES } else { 0 };
    frame[10..12].copy_from_slice(&flags.to_le_bytes());
    frame[12..16].copy_from_slice(&stamp.epoch.to_le_bytes());
    frame[16..24].copy_from_slice(&stamp.durable_upto.to_le_bytes());
}

fn crc_of(frame: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&frame[..CRC_AT]), &frame[BODY_AT..])
}

fn crc_zeros(mut crc: u32, mut len: u64) -> u32 {
    const ZEROS: [u8; 16 * 1024] = [0; 16 * 1024];
    while len > 0 {
        let n = len.min(ZEROS.len() as u64);
        crc = crc32c::crc32c_append(crc, &ZEROS[..n as usize]);
        len -= n;
    }
    crc
}

fn u32_at(bytes: &[u8; HEADER_LEN], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8; HEADER_LEN], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

fn u32_be(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().expect("four bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp = Stamp {
        epoch: 7,
        durable_upto: 4096,
    };

    fn record_frame() -> Vec<u8> {
        let mut frame = vec![0; 24];
        frame.extend_from_slice(&13_u32.to_be_bytes());
        frame.extend_from_slice(b"payload!!");
        frame.resize(40, 0);
        seal(&mut frame, Kind::Record, true, STAMP);
        frame
    }

    fn header_of(frame: &[u8]) -> [u8; HEADER_LEN] {
        frame[..HEADER_LEN].try_into().unwrap()
    }

    #[test]
    fn the_layout_is_the_one_in_the_header_of_this_file() {
        let frame = record_frame();
        assert_eq!(frame[..4], [40, 0, 0, 0]);
        assert_eq!(frame[8..12], [1, 1, 1, 0]);
        assert_eq!(frame[12..24], [7, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0]);
        let mut covered = frame.clone();
        covered.drain(4..8);
        assert_eq!(frame[4..8], crc32c::crc32c(&covered).to_le_bytes());
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let good = record_frame();
        Header::parse(&header_of(&good))
            .unwrap()
            .check(&good)
            .unwrap();
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let found = Header::parse(&header_of(&bad)).and_then(|h| h.check(&bad));
            assert!(found.is_err(), "bit {bit}");
        }
    }

    #[test]
    fn a_blank_frame_equals_one_written_out() {
        let header = blank(40_000, STAMP);
        let mut whole = vec![0; 40_000];
        seal(&mut whole, Kind::Blank, false, STAMP);
        assert_eq!(whole[..HEADER_LEN], header);
        assert!(blank_matches(&header));
        let mut bad = header;
        bad[16] ^= 1;
        assert!(!blank_matches(&bad));
    }

    #[test]
    fn zeros_are_no_frame() {
        assert_eq!(Header::parse(&[0; HEADER_LEN]), Err("no frame starts here"));
    }

    #[test]
    fn frames_are_aligned_and_found_from_their_record() {
        assert_eq!(frame_len(1), 32);
        assert_eq!(frame_len(8), 32);
        assert_eq!(frame_at(record_at(48)), Some(48));
        assert_eq!(frame_at(LogOffset(23)), None);
        assert_eq!(frame_at(LogOffset(25)), None);
        assert_eq!(frame_end(record_at(48), 9), 48 + 40);
    }
}
