//! Cursors of message lists: where the next page begins, in a form that fits into an address.
//!
//! ```text
//! 50 hex digits = kind u8 | place u64 BE | time i64 BE | check 8 bytes
//! place   Newest, Key: log offset; everything older than it is still to come
//!         Upwards: queue offset; it and everything after it is still to come
//! time    Newest: store time of the record at `place`, where the search in each queue begins; else 0
//! check   first 8 bytes of SHA-256(format | the 17 bytes before | every field of the query but cursor and limit)
//! ```
//! One place stands for a position in every queue, however many there are: records are ordered by their log offset, within
//! a queue as between queues, so "older than `place`" begins at exactly one offset in each. What arrives in between is
//! younger and does not move it; nothing is left out and nothing comes twice.

use sha2::{Digest, Sha256};

use crate::error::{ConsoleError, Rule};
use crate::messages::MessageQuery;

const FORMAT: &[u8] = b"gantry message cursor 1";
const PAYLOAD_LEN: usize = 1 + 8 + 8;
const CHECK_LEN: usize = 8;
const LEN: usize = PAYLOAD_LEN + CHECK_LEN;

/// How a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cursor {
    Newest { before: u64, time_ms: i64 },
    Upwards { from: u64 },
    Key { before: u64 },
}

impl Cursor {
    pub(crate) fn encode(self, query: &MessageQuery) -> String {
        let payload = self.payload();
        let bytes = payload.iter().copied().chain(check(&payload, query));
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }

    /// The cursor of the query, if it has one. Only what `encode` made for the same query is taken.
    pub(crate) fn of(query: &MessageQuery) -> Result<Option<Self>, ConsoleError> {
        let Some(text) = query.cursor.as_deref().filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match decode(text, query) {
            Some(cursor) => Ok(Some(cursor)),
            None => Err(foreign(query)),
        }
    }

    fn payload(self) -> [u8; PAYLOAD_LEN] {
        let (kind, place, time_ms) = match self {
            Self::Newest { before, time_ms } => (1, before, time_ms),
            Self::Upwards { from } => (2, from, 0),
            Self::Key { before } => (3, before, 0),
        };
        let mut payload = [0; PAYLOAD_LEN];
        payload[0] = kind;
        payload[1..9].copy_from_slice(&place.to_be_bytes());
        payload[9..].copy_from_slice(&time_ms.to_be_bytes());
        payload
    }
}

/// The answer to a cursor that belongs to another query, or to none.
pub(crate) fn foreign(query: &MessageQuery) -> ConsoleError {
    ConsoleError::invalid(
        "cursor",
        query.cursor.as_deref().unwrap_or_default(),
        Rule::ForeignCursor,
    )
}

fn decode(text: &str, query: &MessageQuery) -> Option<Cursor> {
    let digits = text.as_bytes();
    if digits.len() != 2 * LEN {
        return None;
    }
    let mut bytes = [0; LEN];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
    }
    let (payload, given) = bytes.split_first_chunk::<PAYLOAD_LEN>()?;
    if *given != check(payload, query) {
        return None;
    }
    let (place, time) = payload[1..].split_first_chunk::<8>()?;
    let (place, time_ms) = (
        u64::from_be_bytes(*place),
        i64::from_be_bytes(time.try_into().ok()?),
    );
    match payload[0] {
        1 => Some(Cursor::Newest {
            before: place,
            time_ms,
        }),
        2 => Some(Cursor::Upwards { from: place }),
        3 => Some(Cursor::Key { before: place }),
        _ => None,
    }
}

fn check(payload: &[u8; PAYLOAD_LEN], query: &MessageQuery) -> [u8; CHECK_LEN] {
    let mut hash = Sha256::new().chain_update(FORMAT).chain_update(payload);
    for text in [&query.topic, &query.tag, &query.key] {
        hash.update(
            text.as_ref()
                .map_or(0, |text| text.len() as u64 + 1)
                .to_be_bytes(),
        );
        hash.update(text.as_deref().unwrap_or_default());
    }
    let numbers = [
        query.from_ms,
        query.to_ms,
        query.queue.map(i64::from),
        query.offset.map(u64::cast_signed),
    ];
    for number in numbers {
        hash.update([u8::from(number.is_some())]);
        hash.update(number.unwrap_or(0).to_be_bytes());
    }
    let hash: [u8; 32] = hash.finalize().into();
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query() -> MessageQuery {
        MessageQuery {
            topic: Some("orders".to_owned()),
            from_ms: Some(5),
            limit: 20,
            ..MessageQuery::default()
        }
    }

    fn with(cursor: String, query: MessageQuery) -> MessageQuery {
        MessageQuery {
            cursor: Some(cursor),
            ..query
        }
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_read(kind in 0..3u8, place: u64, time_ms: i64) {
            let cursor = match kind {
                0 => Cursor::Newest { before: place, time_ms },
                1 => Cursor::Upwards { from: place },
                _ => Cursor::Key { before: place },
            };
            let next = with(cursor.encode(&query()), MessageQuery { limit: 7, ..query() });
            prop_assert_eq!(Cursor::of(&next).unwrap(), Some(cursor), "another limit is the same query");
        }

        #[test]
        fn no_other_text_is_taken(text in "\\PC{0,80}", at in 0..50usize, flip in 1..16u32) {
            prop_assume!(!text.is_empty());
            prop_assert!(Cursor::of(&with(text, query())).is_err());
            let mut digits: Vec<char> = Cursor::Newest { before: 7, time_ms: 9 }.encode(&query()).chars().collect();
            let digit = digits[at].to_digit(16).unwrap();
            digits[at] = char::from_digit(digit ^ flip, 16).unwrap();
            prop_assert!(Cursor::of(&with(digits.into_iter().collect(), query())).is_err());
        }
    }

    #[test]
    fn a_cursor_belongs_to_its_query() {
        let cursor = Cursor::Newest {
            before: 7,
            time_ms: 9,
        }
        .encode(&query());
        let others = [
            MessageQuery {
                topic: Some("other".to_owned()),
                ..query()
            },
            MessageQuery {
                from_ms: None,
                ..query()
            },
            MessageQuery {
                to_ms: Some(5),
                from_ms: None,
                ..query()
            },
            MessageQuery {
                queue: Some(0),
                ..query()
            },
            MessageQuery {
                tag: Some("orders".to_owned()),
                topic: None,
                ..query()
            },
        ];
        for other in others {
            let error = Cursor::of(&with(cursor.clone(), other)).unwrap_err();
            assert_eq!(
                (error.field(), error.rule()),
                (Some("cursor"), Some(&Rule::ForeignCursor))
            );
        }
        assert_eq!(Cursor::of(&query()).unwrap(), None);
    }
}
