//! The ext fields of a header: names to text, read without copying and written without a detour.
//!
//! Reading: names and values are slices of the header's own bytes. Writing: `FieldsMut` puts JSON straight into the
//! output buffer, every value as a string, because older clients drop a frame with a number in its ext fields.

use core::fmt::{self, Write as _};

use bytes::{BufMut, BytesMut};
use smallvec::SmallVec;

use crate::{
    error::WireError,
    header::json,
    types::{GroupName, LogOffset, QueueOffset, QueueRef, Text, TopicName},
};

/// Where a name and its value lie in the header's bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) name: Span,
    pub(crate) value: Span,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    /// Headers are shorter than 4 GiB by `limits::HEADER_LEN_MAX`.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
        }
    }

    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    pub(crate) fn of_bytes(self, bytes: &[u8]) -> &[u8] {
        bytes
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }
}

/// A send header has 14 fields, with access key and signature 18.
pub(crate) type Entries = SmallVec<[Entry; 18]>;

/// The ext fields of a frame.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    text: Text,
    entries: Entries,
}

impl Fields {
    /// For the readers of headers: entries first, then the text they point into.
    pub(crate) fn entries_mut(&mut self) -> &mut Entries {
        &mut self.entries
    }

    pub(crate) fn set_text(&mut self, text: Text) {
        self.text = text;
    }

    pub(crate) fn span(&self, span: Span) -> &str {
        span.of(&self.text)
    }

    /// Fields that are not from the wire.
    pub fn build(write: impl FnOnce(&mut FieldsMut<'_>)) -> Self {
        let mut text = BytesMut::new();
        let mut entries = Entries::new();
        write(&mut FieldsMut {
            out: &mut text,
            sink: Sink::Memory(&mut entries),
        });
        // Only text was written, so the conversion cannot fail; empty fields would be the harmless answer.
        Self {
            text: Text::try_from(text.freeze()).unwrap_or_default(),
            entries,
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The text of a field. Of two with one name the later counts, as in Java's map.
    pub fn get(&self, name: &str) -> Option<&str> {
        let entry = self
            .entries
            .iter()
            .rev()
            .find(|entry| entry.name.of_bytes(self.text.as_bytes()) == name.as_bytes())?;
        Some(entry.value.of(&self.text))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries
            .iter()
            .map(|entry| (entry.name.of(&self.text), entry.value.of(&self.text)))
    }

    pub fn required<T: FieldValue>(&self, name: &'static str) -> Result<T, WireError> {
        self.optional(name)?
            .ok_or(WireError::MissingField { field: name })
    }

    pub fn optional<T: FieldValue>(&self, name: &'static str) -> Result<Option<T>, WireError> {
        match self.get(name) {
            Some(value) => self.convert(name, value),
            None => Ok(None),
        }
    }

    /// A value of these fields as what it says. `None`: an empty value that counts as absent.
    pub(crate) fn convert<T: FieldValue>(
        &self,
        name: &'static str,
        value: &str,
    ) -> Result<Option<T>, WireError> {
        if value.is_empty() && !T::MAY_BE_EMPTY {
            return Ok(None);
        }
        T::read(name, value, &self.text).map(Some)
    }
}

impl PartialEq for Fields {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

/// A value as ext fields carry it.
pub trait FieldValue: Sized {
    /// Whether an empty text is a value; if not, the field counts as absent (C++ sends empty numbers).
    const MAY_BE_EMPTY: bool = false;

    /// `whole` is the text that `value` is a slice of.
    fn read(name: &'static str, value: &str, whole: &Text) -> Result<Self, WireError>;
    fn write(&self, name: &'static str, out: &mut FieldsMut<'_>);
}

macro_rules! integer_values {
    ($($type:ty),*) => {$(
        impl FieldValue for $type {
            fn read(name: &'static str, value: &str, _: &Text) -> Result<Self, WireError> {
                value.trim().parse().map_err(|_| WireError::bad_field(name, value, concat!("a number (", stringify!($type), ")")))
            }

            fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
                out.integer(name, *self);
            }
        }
    )*};
}

integer_values!(i32, u32, i64, u64);

macro_rules! offset_values {
    ($($type:ty),*) => {$(
        impl FieldValue for $type {
            fn read(name: &'static str, value: &str, whole: &Text) -> Result<Self, WireError> {
                u64::read(name, value, whole).map(Self)
            }

            fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
                out.integer(name, self.0);
            }
        }
    )*};
}

offset_values!(QueueOffset, LogOffset);

impl FieldValue for bool {
    /// As Java reads it: `true` in any case is true, everything else false.
    fn read(_: &'static str, value: &str, _: &Text) -> Result<Self, WireError> {
        Ok(value.trim().eq_ignore_ascii_case("true"))
    }

    fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        out.text(name, if *self { "true" } else { "false" });
    }
}

impl FieldValue for Text {
    const MAY_BE_EMPTY: bool = true;

    fn read(_: &'static str, value: &str, whole: &Text) -> Result<Self, WireError> {
        Ok(whole.slice_ref(value))
    }

    fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        out.text(name, self);
    }
}

impl FieldValue for TopicName {
    fn read(name: &'static str, value: &str, _: &Text) -> Result<Self, WireError> {
        Self::new(value).map_err(|source| WireError::BadName {
            field: name,
            source,
        })
    }

    fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        out.text(name, self.as_str());
    }
}

impl FieldValue for GroupName {
    fn read(name: &'static str, value: &str, _: &Text) -> Result<Self, WireError> {
        Self::new(value).map_err(|source| WireError::BadName {
            field: name,
            source,
        })
    }

    fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        out.text(name, self.as_str());
    }
}

/// A part of a typed header: required, optional, or made of two fields.
pub(crate) trait HeaderPart: Sized {
    fn take(name: &'static str, fields: &Fields) -> Result<Self, WireError>;
    fn put(&self, name: &'static str, out: &mut FieldsMut<'_>);
}

impl<T: FieldValue> HeaderPart for T {
    fn take(name: &'static str, fields: &Fields) -> Result<Self, WireError> {
        fields.required(name)
    }

    fn put(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        self.write(name, out);
    }
}

impl<T: FieldValue> HeaderPart for Option<T> {
    fn take(name: &'static str, fields: &Fields) -> Result<Self, WireError> {
        fields.optional(name)
    }

    fn put(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        if let Some(value) = self {
            value.write(name, out);
        }
    }
}

/// A topic, in the field that is named, and `queueId`.
impl HeaderPart for QueueRef {
    fn take(name: &'static str, fields: &Fields) -> Result<Self, WireError> {
        Ok(Self {
            topic: fields.required(name)?,
            id: queue_id(fields)?,
        })
    }

    fn put(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        self.topic.write(name, out);
        self.id.write("queueId", out);
    }
}

/// Queues are numbered from 0; what is no such number is said in these words, not in those of a number's type.
fn queue_id(fields: &Fields) -> Result<u32, WireError> {
    const NAME: &str = "queueId";
    fields.required(NAME).map_err(|error| match error {
        WireError::BadField { value, .. } => {
            WireError::bad_field(NAME, &value, "the number of a queue")
        }
        other => other,
    })
}

/// Where ext fields are written to.
pub struct FieldsMut<'a> {
    out: &'a mut BytesMut,
    sink: Sink<'a>,
}

enum Sink<'a> {
    /// The members of a JSON object.
    Json { first: bool },
    /// Names and values back to back, and where they are.
    Memory(&'a mut Entries),
}

impl<'a> FieldsMut<'a> {
    /// Writes members of a JSON object that the caller opens and closes.
    pub(crate) fn json(out: &'a mut BytesMut) -> Self {
        Self {
            out,
            sink: Sink::Json { first: true },
        }
    }

    pub fn text(&mut self, name: &str, value: &str) {
        self.entry(name, |out, escaped| {
            if escaped {
                json::escape(out, value)
            } else {
                out.put_slice(value.as_bytes())
            }
        });
    }

    pub fn integer(&mut self, name: &str, value: impl itoa::Integer) {
        self.entry(name, |out, _| {
            out.put_slice(itoa::Buffer::new().format(value).as_bytes())
        });
    }

    /// Anything that formats itself, without a `String` in between.
    pub fn display(&mut self, name: &str, value: impl fmt::Display) {
        self.entry(name, |out, escaped| {
            // Neither writer fails; a `Display` that does leaves a shorter value.
            if escaped {
                write!(json::Escaped(out), "{value}").ok();
            } else {
                write!(out, "{value}").ok();
            }
        });
    }

    fn entry(&mut self, name: &str, write: impl FnOnce(&mut BytesMut, bool)) {
        match &mut self.sink {
            Sink::Json { first } => {
                self.out.put_slice(if *first { b"\"" } else { b",\"" });
                *first = false;
                json::escape(self.out, name);
                self.out.put_slice(b"\":\"");
                write(self.out, true);
                self.out.put_u8(b'"');
            }
            Sink::Memory(entries) => {
                let start = self.out.len();
                self.out.put_slice(name.as_bytes());
                let middle = self.out.len();
                write(self.out, false);
                entries.push(Entry {
                    name: Span::new(start, middle),
                    value: Span::new(middle, self.out.len()),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests;
