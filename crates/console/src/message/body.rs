//! A body for display: decompressed up to a limit, and looked at to say what it is.

use bytes::Bytes;
use remoting::compression::{self, Compression as Wire};
use remoting::record::{Record, sys_flag};
use serde::de::IgnoredAny;

use super::{Body, Compression, Shape};
use crate::limits;

/// At most `limit` bytes of the body; `whole` are the record's bytes, so that nothing is copied that is stored as it is shown.
pub(crate) fn read(whole: &Bytes, record: &Record<'_>, limit: usize) -> Body {
    let stored = record.body();
    let stored_len = stored.len() as u64;
    let marked = record.sys_flag() & sys_flag::COMPRESSED != 0;
    let (bytes, cut, compression) = match inflate(record, limit) {
        Some((bytes, cut, compression)) => (Bytes::from(bytes), cut, compression),
        None => {
            let compression = if marked {
                Compression::Unreadable
            } else {
                Compression::None
            };
            let shown = whole.slice_ref(&stored[..stored.len().min(limit)]);
            (shown, stored.len() > limit, compression)
        }
    };
    let len = match compression {
        Compression::None => Some(stored_len),
        Compression::Unreadable => None,
        _ => (!cut).then_some(bytes.len() as u64),
    };
    Body {
        shape: shape(&bytes, cut),
        bytes,
        stored_len,
        len,
        compression,
        cut,
    }
}

/// `None`: not compressed, or not as it says.
fn inflate(record: &Record<'_>, limit: usize) -> Option<(Vec<u8>, bool, Compression)> {
    let wire = Wire::of(record.sys_flag())?;
    let body = compression::decompress(wire, record.body(), limit).ok()?;
    let compression = match wire {
        Wire::Lz4 => Compression::Lz4,
        Wire::Zstd => Compression::Zstd,
        Wire::Zlib => Compression::Zlib,
    };
    Some((body.bytes, body.is_cut, compression))
}

/// JSON only when all of it is there: half a document is text.
fn shape(bytes: &[u8], cut: bool) -> Shape {
    if bytes.is_empty() {
        return Shape::Empty;
    }
    let Some(text) = text(bytes, cut) else {
        return Shape::Binary;
    };
    let is_json = !cut
        && text.trim_start().starts_with(['{', '['])
        && serde_json::from_str::<IgnoredAny>(text).is_ok();
    if is_json { Shape::Json } else { Shape::Text }
}

/// The bytes as text, if they are; a character that the cut went through is left out.
fn text(bytes: &[u8], cut: bool) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if cut && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    let is_binary =
        |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    (!text.contains(is_binary)).then_some(text)
}

/// The beginning of a body on one line; `None`: it is no text.
pub(crate) fn preview(record: &Record<'_>) -> Option<String> {
    let stored = record.body();
    let inflated = inflate(record, limits::PREVIEW_BYTES);
    let (bytes, cut) = match &inflated {
        Some((bytes, cut, _)) => (bytes.as_slice(), *cut),
        None => (
            &stored[..stored.len().min(limits::PREVIEW_BYTES)],
            stored.len() > limits::PREVIEW_BYTES,
        ),
    };
    let text = text(bytes, cut)?;
    let mut line = String::new();
    for (at, c) in text
        .split_whitespace()
        .flat_map(|word| [" ", word])
        .flat_map(str::chars)
        .skip(1)
        .enumerate()
    {
        if at == limits::PREVIEW_CHARS {
            line.push('…');
            break;
        }
        line.push(c);
    }
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shown_as_what_they_are() {
        for (bytes, expected) in [
            (&b""[..], Shape::Empty),
            (b"{\"a\": [1, null]}", Shape::Json),
            (b" [1]\n", Shape::Json),
            (b"{\"a\": ", Shape::Text),
            (b"12", Shape::Text),
            ("订单 ä".as_bytes(), Shape::Text),
            (b"\x00\x01", Shape::Binary),
            (b"\xff\xfe", Shape::Binary),
        ] {
            assert_eq!(shape(bytes, false), expected, "{bytes:?}");
        }
    }

    #[test]
    fn a_cut_through_a_character_is_still_text_but_no_json() {
        let text = "[\"订单\"]".as_bytes();
        assert_eq!(shape(&text[..4], true), Shape::Text);
        assert_eq!(
            shape(&text[..4], false),
            Shape::Binary,
            "nothing was cut, so it is damaged text"
        );
        assert_eq!(shape(text, true), Shape::Text);
    }
}
