//! The header of a frame, in either of its two forms.

pub(crate) mod binary;
pub(crate) mod json;

use bytes::BytesMut;

use crate::{command::Language, error::WireError, fields::Entries, fields::Span, types::Text};

/// What a header says, before its text is frozen. Spans point into the (edited) header bytes.
#[derive(Debug, Default)]
pub(crate) struct RawHeader {
    pub(crate) code: i32,
    pub(crate) language: Language,
    pub(crate) version: i32,
    pub(crate) opaque: i32,
    pub(crate) flag: i32,
    pub(crate) remark: Span,
    pub(crate) entries: Entries,
}

/// The edited header bytes as text: validated once, sliced for ever.
pub(crate) fn freeze(header: BytesMut) -> Result<Text, WireError> {
    Text::try_from(header.freeze()).map_err(|error| WireError::Header {
        at: error.valid_up_to(),
        rule: "the header is not UTF-8",
    })
}
