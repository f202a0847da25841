//! Frames: `length i32 | mark i32 | header | body`. The length does not count itself; the mark's high byte is the
//! serialize type, its low three the header length.
//!
//! Decoding has three outcomes: not all there yet, a command, or an error after which the connection is closed.

use bytes::{Buf, BufMut, BytesMut};

use crate::{
    command::{Command, Language, VERSION},
    error::WireError,
    fields::FieldsMut,
    header::{self, binary, json},
    limits,
};

const LENGTH_LEN: usize = 4;
const MARK_LEN: usize = 4;
const TYPE_JSON: u8 = 0;
const TYPE_BINARY: u8 = 1;

/// Takes the next frame off the front of `buf`. `None`: it is not complete, nothing was taken.
pub fn decode(buf: &mut BytesMut) -> Result<Option<Command>, WireError> {
    let Some(frame_len) = frame_len(buf)? else {
        return Ok(None);
    };
    if buf.len() < frame_len {
        return Ok(None);
    }
    let mut header = buf.split_to(frame_len);
    header.advance(LENGTH_LEN);
    let mark = header.get_u32();
    let header_len = (mark & 0x00FF_FFFF) as usize;
    let max = header.len().min(limits::HEADER_LEN_MAX);
    if header_len > max {
        return Err(WireError::HeaderLength {
            len: header_len,
            max,
        });
    }
    let mut command = Command::blank(0);
    command.body = header.split_off(header_len).freeze();
    command.language = Language::Other;
    command.version = 0;
    let remark = match (mark >> 24) as u8 {
        TYPE_JSON => json::read(&mut header, &mut command)?,
        TYPE_BINARY => {
            let (remark, text_len) = binary::read(&mut header, &mut command)?;
            header.truncate(text_len);
            remark
        }
        kind => return Err(WireError::SerializeType { kind }),
    };
    command.fields.set_text(header::freeze(header)?);
    let remark = command.fields.span(remark);
    command.remark = (!remark.is_empty()).then(|| remark.into());
    Ok(Some(command))
}

/// How many bytes the frame at the front of `buf` has in all, as soon as that can be told. Reserve room for it.
pub fn frame_len(buf: &[u8]) -> Result<Option<usize>, WireError> {
    let Some(length) = buf.first_chunk::<LENGTH_LEN>() else {
        return Ok(None);
    };
    let len = i32::from_be_bytes(*length);
    let (min, max) = (MARK_LEN, limits::FRAME_LEN_MAX - LENGTH_LEN);
    match usize::try_from(len) {
        Ok(len) if (min..=max).contains(&len) => Ok(Some(LENGTH_LEN + len)),
        _ => Err(WireError::FrameLength {
            len: len.into(),
            min,
            max,
        }),
    }
}

/// What a frame says besides its fields and body.
#[derive(Clone, Copy, Debug)]
pub struct FrameHead<'a> {
    pub code: i32,
    pub opaque: i32,
    pub flag: i32,
    pub remark: Option<&'a str>,
}

/// Appends a whole frame, without anything in between. On an error `out` is as it was.
pub fn encode(
    out: &mut BytesMut,
    head: &FrameHead<'_>,
    fields: impl FnOnce(&mut FieldsMut<'_>),
    body: &[u8],
) -> Result<(), WireError> {
    encode_head(out, head, fields, body.len())?;
    out.put_slice(body);
    Ok(())
}

/// Appends a frame up to its body, whose `body_len` bytes the caller sends next: bodies that are large or elsewhere
/// need no copy. On an error `out` is as it was.
pub fn encode_head(
    out: &mut BytesMut,
    head: &FrameHead<'_>,
    fields: impl FnOnce(&mut FieldsMut<'_>),
    body_len: usize,
) -> Result<(), WireError> {
    let start = out.len();
    out.put_u64(0);
    put_header(out, head, fields);
    let header_len = out.len() - start - LENGTH_LEN - MARK_LEN;
    let fits = header_len <= limits::HEADER_LEN_MAX;
    let max = limits::FRAME_LEN_MAX - LENGTH_LEN;
    let len = MARK_LEN.saturating_add(header_len).saturating_add(body_len);
    if !fits || len > max {
        out.truncate(start);
        return Err(if fits {
            WireError::TooLong {
                what: "frame",
                len,
                max,
            }
        } else {
            WireError::HeaderLength {
                len: header_len,
                max: limits::HEADER_LEN_MAX,
            }
        });
    }
    // The header length is below 2^24, so the serialize type above it is 0: JSON.
    out[start..start + LENGTH_LEN].copy_from_slice(&(len as u32).to_be_bytes());
    out[start + LENGTH_LEN..start + LENGTH_LEN + MARK_LEN]
        .copy_from_slice(&(header_len as u32).to_be_bytes());
    Ok(())
}

const _: () = assert!(
    limits::HEADER_LEN_MAX < 1 << 24,
    "a header length leaves the serialize type alone"
);

fn put_header(out: &mut BytesMut, head: &FrameHead<'_>, fields: impl FnOnce(&mut FieldsMut<'_>)) {
    let put_number = |out: &mut BytesMut, name: &[u8], value: i32| {
        out.put_slice(name);
        out.put_slice(itoa::Buffer::new().format(value).as_bytes());
    };
    put_number(out, b"{\"code\":", head.code);
    out.put_slice(b",\"extFields\":{");
    fields(&mut FieldsMut::json(out));
    put_number(out, b"},\"flag\":", head.flag);
    put_number(out, b",\"language\":\"JAVA\",\"opaque\":", head.opaque);
    if let Some(remark) = head.remark {
        out.put_slice(b",\"remark\":\"");
        json::escape(out, remark);
        out.put_u8(b'"');
    }
    put_number(out, b",\"version\":", VERSION);
    out.put_u8(b'}');
}

#[cfg(test)]
mod tests;
