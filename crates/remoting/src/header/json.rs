//! The JSON header (serialize type 0), read in place.
//!
//! Strings are unescaped where they stand: an unescaped string is never longer than its source, so every name and
//! value ends up as a slice of the header's own bytes and reading a header allocates nothing. Liberal on input: any
//! key order, unknown keys, numbers and booleans as ext values, raw control characters inside strings.

use core::fmt;

use bytes::{BufMut, BytesMut};

use crate::{
    command::{Command, Language},
    error::WireError,
    fields::{Entries, Entry, Span},
    limits,
};

/// Fills `command`, whose fields still lack their text, and says where in the header its remark is.
pub(crate) fn read(header: &mut [u8], command: &mut Command) -> Result<Span, WireError> {
    Reader {
        bytes: header,
        at: 0,
    }
    .header(command)
}

struct Reader<'a> {
    bytes: &'a mut [u8],
    at: usize,
}

impl Reader<'_> {
    fn header(mut self, command: &mut Command) -> Result<Span, WireError> {
        let mut has_code = false;
        let mut remark = Span::default();
        self.object(|reader, key| match reader.span(key) {
            b"code" => {
                has_code = true;
                reader.integer().map(|value| command.code = value)
            }
            b"version" => reader.integer().map(|value| command.version = value),
            b"opaque" => reader.integer().map(|value| command.opaque = value),
            b"flag" => reader.integer().map(|value| command.flag = value),
            b"language" => reader.language().map(|value| command.language = value),
            b"remark" => reader
                .scalar()
                .map(|value| remark = value.unwrap_or_default()),
            b"extFields" => reader.ext_fields(command.fields.entries_mut()),
            _ => reader.skip_value(),
        })?;
        self.skip_space();
        if self.at < self.bytes.len() {
            return Err(self.broken("other bytes follow the JSON object"));
        }
        if has_code {
            Ok(remark)
        } else {
            Err(self.broken("the key code is missing"))
        }
    }

    fn ext_fields(&mut self, entries: &mut Entries) -> Result<(), WireError> {
        self.skip_space();
        if self.peek() != Some(b'{') {
            return match self.scalar()? {
                None => Ok(()),
                Some(_) => Err(self.broken("extFields is neither an object nor null")),
            };
        }
        self.object(|reader, name| {
            let Some(value) = reader.scalar()? else {
                return Ok(());
            };
            if entries.len() == limits::FIELDS_MAX {
                return Err(reader.broken("there are too many ext fields"));
            }
            entries.push(Entry { name, value });
            Ok(())
        })
    }

    fn object(
        &mut self,
        mut member: impl FnMut(&mut Self, Span) -> Result<(), WireError>,
    ) -> Result<(), WireError> {
        self.skip_space();
        self.expect(b'{', "an object was expected")?;
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_space();
            self.expect(b'"', "a quoted key was expected")?;
            let key = self.string()?;
            self.skip_space();
            self.expect(b':', "a colon was expected")?;
            member(self, key)?;
            self.skip_space();
            match self.next() {
                Some(b',') => {}
                Some(b'}') => return Ok(()),
                _ => return Err(self.broken("a comma or the end of the object was expected")),
            }
        }
    }

    fn integer(&mut self) -> Result<i32, WireError> {
        let Some(span) = self.scalar()? else {
            return Ok(0);
        };
        let text = core::str::from_utf8(self.span(span))
            .unwrap_or_default()
            .trim();
        if text.is_empty() {
            return Ok(0);
        }
        text.parse()
            .map_err(|_| self.broken("a 32-bit number was expected"))
    }

    fn language(&mut self) -> Result<Language, WireError> {
        let Some(span) = self.scalar()? else {
            return Ok(Language::Other);
        };
        Ok(Language::from_name(self.span(span)))
    }

    /// Text of a string, number or boolean; `None` for null and for what is no scalar.
    fn scalar(&mut self) -> Result<Option<Span>, WireError> {
        self.skip_space();
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string().map(Some)
            }
            Some(b'{' | b'[') => self.skip_value().map(|()| None),
            _ => {
                let word = self.word()?;
                Ok((self.span(word) != b"null").then_some(word))
            }
        }
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Span, WireError> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.'))
        {
            self.at += 1;
        }
        let word = &self.bytes[start..self.at];
        let number = word
            .first()
            .is_some_and(|b| b.is_ascii_digit() || *b == b'-');
        if number || matches!(word, b"true" | b"false" | b"null") {
            Ok(Span::new(start, self.at))
        } else {
            self.at = start;
            Err(self.broken("a value was expected"))
        }
    }

    /// The string whose opening quote was just read, unescaped where it stands.
    fn string(&mut self) -> Result<Span, WireError> {
        let start = self.at;
        let rest = &self.bytes[start..];
        let Some(len) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) else {
            return Err(self.broken("a string does not end"));
        };
        let is_plain = rest[len] == b'"';
        self.at = start + len + 1;
        if is_plain {
            Ok(Span::new(start, start + len))
        } else {
            self.escaped_string(start)
        }
    }

    /// The rest of a string after its first backslash. Bytes move left; the gap becomes spaces, so that it is text.
    fn escaped_string(&mut self, start: usize) -> Result<Span, WireError> {
        let mut end = self.at - 1;
        loop {
            end += self.escape_into(end)?;
            let rest = &self.bytes[self.at..];
            let Some(len) = rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) else {
                return Err(self.broken("a string does not end"));
            };
            let is_end = rest[len] == b'"';
            self.bytes.copy_within(self.at..self.at + len, end);
            self.at += len + 1;
            end += len;
            if is_end {
                self.bytes[end..self.at - 1].fill(b' ');
                return Ok(Span::new(start, end));
            }
        }
    }

    /// Reads one escape after its backslash and writes what it means at `end`, which is before it.
    fn escape_into(&mut self, end: usize) -> Result<usize, WireError> {
        let plain = match self.next() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 0x08,
            Some(b'f') => 0x0C,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => {
                let character = self.unicode()?;
                return Ok(character.encode_utf8(&mut self.bytes[end..]).len());
            }
            _ => return Err(self.broken("an escape is not one of JSON's")),
        };
        self.bytes[end] = plain;
        Ok(1)
    }

    /// The character after `\u`, with its second half if it is a surrogate pair. A lone half is U+FFFD.
    fn unicode(&mut self) -> Result<char, WireError> {
        let first = self.four_digits()?;
        if !(0xD800..0xDC00).contains(&first) {
            return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let after_first = self.at;
        if self.bytes[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let second = self.four_digits()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = after_first;
        }
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn four_digits(&mut self) -> Result<u32, WireError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.next().and_then(|byte| char::from(byte).to_digit(16));
            value = value << 4 | digit.ok_or_else(|| self.broken("a \\u needs four hex digits"))?;
        }
        Ok(value)
    }

    /// Any value, ignored. Counts brackets instead of recursing.
    fn skip_value(&mut self) -> Result<(), WireError> {
        let mut depth = 0usize;
        loop {
            self.skip_space();
            match self.peek() {
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(b',' | b':') if depth > 0 => self.at += 1,
                Some(b'"') => {
                    self.at += 1;
                    self.string()?;
                }
                _ => {
                    self.word()?;
                }
            }
            if depth > limits::JSON_DEPTH_MAX {
                return Err(self.broken("values are nested too deeply"));
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn span(&self, span: Span) -> &[u8] {
        span.of_bytes(self.bytes)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn skip_space(&mut self) {
        while self
            .peek()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r'))
        {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8, rule: &'static str) -> Result<(), WireError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.broken(rule))
        }
    }

    fn broken(&self, rule: &'static str) -> WireError {
        WireError::Header { at: self.at, rule }
    }
}

/// Appends text as the inside of a JSON string.
pub(crate) fn escape(out: &mut BytesMut, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(plain) = rest
        .iter()
        .position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'))
    {
        out.put_slice(&rest[..plain]);
        escape_byte(out, rest[plain]);
        rest = &rest[plain + 1..];
    }
    out.put_slice(rest);
}

fn escape_byte(out: &mut BytesMut, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.put_slice(b"\\\""),
        b'\\' => out.put_slice(b"\\\\"),
        b'\n' => out.put_slice(b"\\n"),
        b'\r' => out.put_slice(b"\\r"),
        b'\t' => out.put_slice(b"\\t"),
        _ => {
            out.put_slice(b"\\u00");
            out.put_u8(DIGITS[usize::from(byte >> 4)]);
            out.put_u8(DIGITS[usize::from(byte & 15)]);
        }
    }
}

/// Formats into the inside of a JSON string.
pub(crate) struct Escaped<'a>(pub(crate) &'a mut BytesMut);

impl fmt::Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        escape(self.0, text);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
