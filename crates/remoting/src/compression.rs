//! Message bodies decompressed for display. A broker never does this to a message on its way.
//!
//! The type is in the sys flag: 1 LZ4 (frame format), 2 Zstandard, 3 zlib, and 0 with the compressed bit is zlib too
//! (4.x clients). The caller says how many bytes it wants at most, so a small body cannot become a large one.

use core::fmt;
use std::io::Read;

use crate::{error::WireError, record::sys_flag};

/// How a body was compressed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Compression {
    Lz4,
    Zstd,
    Zlib,
}

impl Compression {
    /// What the sys flag says; `None`: the body is not compressed, or in a way nobody knows.
    pub fn of(flag: i32) -> Option<Self> {
        if flag & sys_flag::COMPRESSED == 0 {
            return None;
        }
        match (flag & sys_flag::COMPRESSION) >> sys_flag::COMPRESSION_SHIFT {
            0 | 3 => Some(Self::Zlib),
            1 => Some(Self::Lz4),
            2 => Some(Self::Zstd),
            _ => None,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Lz4 => "LZ4",
            Self::Zstd => "ZSTD",
            Self::Zlib => "ZLIB",
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A body, or the beginning of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decompressed {
    pub bytes: Vec<u8>,
    /// The body is longer than the limit: there is more than `bytes`.
    pub is_cut: bool,
}

/// At most `limit` bytes of the body. Damaged data is an error, also when it begins well.
pub fn decompress(
    compression: Compression,
    body: &[u8],
    limit: usize,
) -> Result<Decompressed, WireError> {
    let refused = |reason: String| WireError::Compression {
        kind: compression.name(),
        reason,
    };
    let read = match compression {
        Compression::Lz4 => read_bounded(lz4_flex::frame::FrameDecoder::new(body), limit),
        Compression::Zlib => read_bounded(flate2::read::ZlibDecoder::new(body), limit),
        Compression::Zstd => {
            check_zstd_window(body).map_err(|reason| refused(reason.into()))?;
            let decoder = ruzstd::decoding::StreamingDecoder::new(body);
            read_bounded(decoder.map_err(|error| refused(error.to_string()))?, limit)
        }
    };
    read.map_err(|error| refused(error.to_string()))
}

fn read_bounded(decoder: impl Read, limit: usize) -> std::io::Result<Decompressed> {
    let mut bytes = Vec::new();
    let wanted = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    decoder.take(wanted).read_to_end(&mut bytes)?;
    let is_cut = bytes.len() > limit;
    bytes.truncate(limit);
    Ok(Decompressed { bytes, is_cut })
}

/// Largest Zstandard window that is accepted: every standard level's fits, and a decoder keeps one in memory.
const ZSTD_WINDOW_MAX: u64 = 8 * 1024 * 1024;

/// Refuses a frame that makes its decoder keep more than `ZSTD_WINDOW_MAX` bytes (RFC 8878, 3.1.1.1).
fn check_zstd_window(body: &[u8]) -> Result<(), &'static str> {
    const MAGIC: [u8; 4] = 0xFD2F_B528u32.to_le_bytes();
    let frame = body
        .strip_prefix(&MAGIC)
        .ok_or("it does not begin like a frame")?;
    let descriptor = *frame.first().ok_or("it ends inside its header")?;
    let is_single_segment = descriptor & 0x20 != 0;
    let window = if is_single_segment {
        let dictionary_len = [0, 1, 2, 4][usize::from(descriptor & 3)];
        let size_len = [1, 2, 4, 8][usize::from(descriptor >> 6)];
        let size = frame
            .get(1 + dictionary_len..1 + dictionary_len + size_len)
            .ok_or("it ends inside its header")?;
        let size = size
            .iter()
            .rev()
            .fold(0u64, |value, byte| value << 8 | u64::from(*byte));
        if size_len == 2 { size + 256 } else { size }
    } else {
        let window = *frame.get(1).ok_or("it ends inside its header")?;
        let base = 1u64 << (10 + u32::from(window >> 3));
        base + base / 8 * u64::from(window & 7)
    };
    if window > ZSTD_WINDOW_MAX {
        Err("its window is larger than 8 MiB")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    const ALL: [Compression; 3] = [Compression::Lz4, Compression::Zstd, Compression::Zlib];

    /// What the Java client made of 5,000 times `gantry `.
    fn golden(compression: Compression) -> &'static [u8] {
        match compression {
            Compression::Lz4 => include_bytes!("testdata/compression/lz4.bin"),
            Compression::Zstd => include_bytes!("testdata/compression/zstd.bin"),
            Compression::Zlib => include_bytes!("testdata/compression/zlib.bin"),
        }
    }

    #[test]
    fn the_sys_flag_says_how() {
        assert_eq!(Compression::of(0x300), None);
        assert_eq!(Compression::of(0x1), Some(Compression::Zlib));
        assert_eq!(Compression::of(0x301), Some(Compression::Zlib));
        assert_eq!(
            Compression::of(0x101 | sys_flag::TRANSACTION_COMMIT),
            Some(Compression::Lz4)
        );
        assert_eq!(Compression::of(0x201), Some(Compression::Zstd));
        assert_eq!(Compression::of(0x701), None);
    }

    #[test]
    fn bodies_of_the_java_client_are_read() {
        let expected = "gantry ".repeat(5_000).into_bytes();
        for compression in ALL {
            let read = decompress(compression, golden(compression), 1 << 20).unwrap();
            assert_eq!(
                read,
                Decompressed {
                    bytes: expected.clone(),
                    is_cut: false
                },
                "{compression}"
            );
        }
    }

    #[test]
    fn the_limit_cuts_and_says_so() {
        for compression in ALL {
            let cut = decompress(compression, golden(compression), 100).unwrap();
            assert_eq!((cut.bytes.len(), cut.is_cut), (100, true), "{compression}");
            let whole = decompress(compression, golden(compression), 35_000).unwrap();
            assert_eq!(
                (whole.bytes.len(), whole.is_cut),
                (35_000, false),
                "{compression}"
            );
        }
    }

    #[test]
    fn a_bomb_stays_small() {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 64 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        let read = decompress(Compression::Zlib, &bomb, 1_000).unwrap();
        assert!(read.is_cut && read.bytes.capacity() < 1 << 20);
    }

    #[test]
    fn a_huge_zstd_window_is_refused_before_it_is_allocated() {
        let error = decompress(
            Compression::Zstd,
            b"\x28\xb5\x2f\xfd\x00\xff\0\0\0\0\0",
            100,
        )
        .unwrap_err();
        assert_eq!(
            error.to_string(),
            "compressed body (ZSTD): its window is larger than 8 MiB"
        );
    }

    #[test]
    fn a_cut_body_is_an_error_or_a_beginning() {
        let expected = "gantry ".repeat(5_000).into_bytes();
        for compression in ALL {
            let whole = golden(compression);
            for end in 0..whole.len() {
                let Ok(read) = decompress(compression, &whole[..end], 1 << 20) else {
                    continue;
                };
                assert!(
                    expected.starts_with(&read.bytes),
                    "{compression}, {end} bytes"
                );
            }
            let half = decompress(compression, &whole[..whole.len() / 2], 1 << 20);
            assert!(half.is_err(), "{compression}: half a body is an error");
        }
    }

    proptest! {
        #![proptest_config(crate::fixed_seed())]

        #[test]
        fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), like in 0..3usize) {
            let golden = golden(ALL[like]);
            let shared = bytes.len().min(8).min(golden.len());
            bytes[..shared].copy_from_slice(&golden[..shared]);
            if let Ok(read) = decompress(ALL[like], &bytes, 4_096) {
                prop_assert!(read.bytes.len() <= 4_096);
            }
        }
    }
}
