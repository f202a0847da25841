//! What can be wrong with bytes from the wire, named by what the caller should do about it.

use crate::{limits, types::NameError};

/// A frame, header, body, record or id that breaks the protocol's rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// The frame cannot be read and what follows it neither: close the connection.
    #[error("frame length {len} is outside {min}..={max}")]
    FrameLength { len: i64, min: usize, max: usize },
    /// Close the connection.
    #[error("header length {len} is outside 0..={max}")]
    HeaderLength { len: usize, max: usize },
    /// Close the connection.
    #[error("serialize type {kind} is neither JSON (0) nor binary (1)")]
    SerializeType { kind: u8 },
    /// Close the connection.
    #[error("header at byte {at}: {rule}")]
    Header { at: usize, rule: &'static str },
    /// The request lacks a field it cannot do without: answer with an error code.
    #[error("field {field} is missing")]
    MissingField { field: &'static str },
    /// A field is there but says nothing usable: answer with an error code.
    #[error("field {field}: {value:?} is not {expected}")]
    BadField {
        field: &'static str,
        value: String,
        expected: &'static str,
    },
    /// A topic or group name breaks the naming rules: answer code 29.
    #[error("field {field}: {source}")]
    BadName {
        field: &'static str,
        source: NameError,
    },
    /// A JSON body that does not say what its request needs: answer with an error code.
    #[error("{body} body: {reason}")]
    Body { body: &'static str, reason: String },
    /// A message record, or a batch entry, whose lengths do not add up.
    #[error("record at byte {at}: {rule}")]
    Record { at: usize, rule: &'static str },
    /// More bytes than the format or the limits allow: answer code 13.
    #[error("{what} is {len} bytes long, at most {max} are allowed")]
    TooLong {
        what: &'static str,
        len: usize,
        max: usize,
    },
    /// Text that is no message id of either kind.
    #[error("{value:?} is not a message id: {rule}")]
    MessageId { value: String, rule: &'static str },
    /// A compressed body that does not decompress.
    #[error("compressed body ({kind}): {reason}")]
    Compression { kind: &'static str, reason: String },
}

impl WireError {
    pub(crate) fn bad_field(field: &'static str, value: &str, expected: &'static str) -> Self {
        Self::BadField {
            field,
            value: excerpt(value),
            expected,
        }
    }
}

/// The beginning of a refused value, short enough to repeat in a remark or a log line.
pub(crate) fn excerpt(value: &str) -> String {
    cut(value, limits::ERROR_VALUE_LEN_MAX)
}

/// What a parser says, which may repeat the value it stumbled over.
pub(crate) fn cut_reason(reason: &str) -> String {
    cut(reason, limits::ERROR_REASON_LEN_MAX)
}

fn cut(text: &str, max: usize) -> String {
    let end = text.floor_char_boundary(max);
    if end == text.len() {
        text.to_owned()
    } else {
        format!("{}…", &text[..end])
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    #[test]
    fn an_excerpt_is_short_and_ends_on_a_character() {
        assert_eq!(excerpt("short"), "short");
        let long = "é".repeat(100);
        assert_eq!(excerpt(&long), format!("{}…", "é".repeat(32)));
    }
}
