//! SEARCH_OFFSET_BY_TIMESTAMP (29): the offset of a queue at a store time.

use crate::{
    error::WireError,
    fields::{FieldValue, FieldsMut},
    types::{QueueOffset, QueueRef, Text},
};

/// Which of several messages with the searched time is meant, and which neighbour when there is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Boundary {
    /// The first message at or after the time.
    #[default]
    Lower,
    /// The last message at or before the time.
    Upper,
}

impl FieldValue for Boundary {
    /// As Java reads it: `UPPER` in any case, everything else is lower.
    fn read(_: &'static str, value: &str, _: &Text) -> Result<Self, WireError> {
        Ok(if value.eq_ignore_ascii_case("upper") {
            Self::Upper
        } else {
            Self::Lower
        })
    }

    fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        out.text(
            name,
            match self {
                Self::Lower => "LOWER",
                Self::Upper => "UPPER",
            },
        );
    }
}

header! {
    SearchOffsetByTimestamp asks SearchOffsetByTimestamp {
        queue: QueueRef = "topic",
        timestamp: i64 = "timestamp",
        boundary: Option<Boundary> = "boundaryType",
    }
}

header! {
    SearchOffsetByTimestampReply answers {
        offset: QueueOffset = "offset",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = SearchOffsetByTimestamp {
            queue: check::queue(),
            timestamp: 1_700_000_000_000,
            boundary: Some(Boundary::Upper),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/search_offset_by_timestamp.bin"),
        );
    }
}
