//! The binary header (serialize type 1): `code i16, language u8, version i16, opaque i32, flag i32`, then the remark
//! and the ext block, each behind an i32 length. Only Java, Go and Rust clients send it; nobody is answered with it.
//!
//! Names and values are moved to the front of the header's bytes, so that what remains is text alone.

use crate::{
    command::{Command, Language},
    error::WireError,
    fields::{Entry, Span},
    limits,
};

const FIXED_LEN: usize = 21;

/// Fills `command`, whose fields still lack their text, and says where in the header its remark is and how many of
/// the header's first bytes are text now.
pub(crate) fn read(header: &mut [u8], command: &mut Command) -> Result<(Span, usize), WireError> {
    let mut reader = Reader {
        bytes: header,
        at: 0,
        text_len: 0,
    };
    if reader.bytes.len() < FIXED_LEN {
        return Err(reader.broken("a binary header has at least 21 bytes"));
    }
    command.code = reader.integer(2)?;
    command.language = Language::from_number(reader.integer(1)? as u8);
    command.version = reader.integer(2)?;
    command.opaque = reader.integer(4)?;
    command.flag = reader.integer(4)?;
    let remark = reader.text(4)?;
    let block_len = reader.length(4)?;
    let block_end = reader.at + block_len;
    if block_end != reader.bytes.len() {
        return Err(reader.broken("the ext fields do not end where the header does"));
    }
    let entries = command.fields.entries_mut();
    while reader.at < block_end {
        if entries.len() == limits::FIELDS_MAX {
            return Err(reader.broken("there are too many ext fields"));
        }
        let name = reader.text(2)?;
        let value = reader.text(4)?;
        entries.push(Entry { name, value });
    }
    Ok((remark, reader.text_len))
}

struct Reader<'a> {
    bytes: &'a mut [u8],
    at: usize,
    text_len: usize,
}

impl Reader<'_> {
    /// A signed number of 1, 2 or 4 bytes.
    fn integer(&mut self, len: usize) -> Result<i32, WireError> {
        let Some(bytes) = self.bytes.get(self.at..self.at + len) else {
            return Err(self.broken("the header ends inside a number"));
        };
        let value = bytes
            .iter()
            .fold(0u32, |value, byte| value << 8 | u32::from(*byte));
        self.at += len;
        let unused = 32 - 8 * len as u32;
        Ok((value << unused) as i32 >> unused)
    }

    /// A length that the header has room for.
    fn length(&mut self, size: usize) -> Result<usize, WireError> {
        let len = usize::try_from(self.integer(size)?).ok();
        match len {
            Some(len) if len <= self.bytes.len() - self.at => Ok(len),
            _ => Err(self.broken("a length is negative or beyond the header")),
        }
    }

    fn text(&mut self, size: usize) -> Result<Span, WireError> {
        let len = self.length(size)?;
        let source = self.at..self.at + len;
        if core::str::from_utf8(&self.bytes[source.clone()]).is_err() {
            return Err(self.broken("a name or value is not UTF-8"));
        }
        self.bytes.copy_within(source, self.text_len);
        self.at += len;
        self.text_len += len;
        Ok(Span::new(self.text_len - len, self.text_len))
    }

    fn broken(&self, rule: &'static str) -> WireError {
        WireError::Header { at: self.at, rule }
    }
}

#[cfg(test)]
mod tests;
