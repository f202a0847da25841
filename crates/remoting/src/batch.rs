//! The body of a batch send: entries back to back, each `size i32 | magic i32 | CRC i32 | flag i32 | body i32 + n |
//! properties i16 + n`. The size counts itself; magic and CRC are 0 and not looked at.

use bytes::{BufMut, Bytes, BytesMut};

use crate::{error::WireError, limits, properties::Properties};

const HEAD_LEN: usize = 16;
const ENTRY_LEN_MIN: usize = HEAD_LEN + 4 + 2;

/// One message of a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchEntry<'a> {
    pub flag: i32,
    pub body: &'a [u8],
    pub properties: Properties<'a>,
}

/// The messages of a batch body, in order. Ends after the first entry that cannot be read.
#[derive(Clone, Debug)]
pub struct BatchEntries<'a> {
    body: &'a [u8],
    at: usize,
    count: usize,
}

impl<'a> BatchEntries<'a> {
    pub fn new(body: &'a [u8]) -> Self {
        Self {
            body,
            at: 0,
            count: 0,
        }
    }

    fn read(&mut self) -> Result<BatchEntry<'a>, WireError> {
        let start = self.at;
        let broken = |at, rule| WireError::Record {
            at: start + at,
            rule,
        };
        let rest = &self.body[start..];
        let size = be(rest, 0, 4).ok_or(broken(0, "a batch entry has at least 22 bytes"))?;
        if size < ENTRY_LEN_MIN || size > rest.len() {
            return Err(broken(0, "the entry's size is outside the batch"));
        }
        if self.count == limits::BATCH_ENTRIES_MAX {
            return Err(broken(0, "the batch has too many entries"));
        }
        let entry = &rest[..size];
        let body_len = be(entry, HEAD_LEN, 4).unwrap_or_default();
        let body_at = HEAD_LEN + 4;
        let properties_at = body_at.saturating_add(body_len).saturating_add(2);
        let properties_len = be(entry, properties_at - 2, 2)
            .ok_or(broken(HEAD_LEN, "the body is longer than its entry"))?;
        if properties_at + properties_len != size {
            return Err(broken(
                properties_at - 2,
                "the properties do not end where the entry does",
            ));
        }
        self.at += size;
        self.count += 1;
        Ok(BatchEntry {
            flag: be(entry, 12, 4).unwrap_or_default() as u32 as i32,
            body: &entry[body_at..body_at + body_len],
            properties: Properties::new(&entry[properties_at..]),
        })
    }
}

impl<'a> Iterator for BatchEntries<'a> {
    type Item = Result<BatchEntry<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.body.len() {
            return None;
        }
        let entry = self.read();
        if entry.is_err() {
            self.at = self.body.len();
        }
        Some(entry)
    }
}

fn be(bytes: &[u8], at: usize, len: usize) -> Option<usize> {
    let field = bytes.get(at..at.checked_add(len)?)?;
    Some(
        field
            .iter()
            .fold(0, |value, byte| value << 8 | usize::from(*byte)),
    )
}

/// A batch body of these messages.
pub fn encode<'a>(entries: impl IntoIterator<Item = BatchEntry<'a>>) -> Result<Bytes, WireError> {
    let mut out = BytesMut::new();
    for entry in entries {
        let properties = entry.properties.as_bytes();
        if properties.len() > limits::PROPERTIES_LEN_MAX {
            let (len, max) = (properties.len(), limits::PROPERTIES_LEN_MAX);
            return Err(WireError::TooLong {
                what: "properties",
                len,
                max,
            });
        }
        let len = ENTRY_LEN_MIN + entry.body.len() + properties.len();
        if out.len() + len > limits::BODY_LEN_MAX {
            let (len, max) = (out.len() + len, limits::BODY_LEN_MAX);
            return Err(WireError::TooLong {
                what: "batch",
                len,
                max,
            });
        }
        out.put_u32(len as u32);
        out.put_u64(0);
        out.put_i32(entry.flag);
        out.put_u32(entry.body.len() as u32);
        out.put_slice(entry.body);
        out.put_u16(properties.len() as u16);
        out.put_slice(properties);
    }
    Ok(out.freeze())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOLDEN: &[u8] =
        b"\0\0\0\x1e\0\0\0\0\0\0\0\0\0\0\0\x07\0\0\0\x02hi\0\x06K\x01abc\x02\0\0\0\x16\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

    fn sample() -> Vec<BatchEntry<'static>> {
        vec![
            BatchEntry {
                flag: 7,
                body: b"hi",
                properties: Properties::new(b"K\x01abc\x02"),
            },
            BatchEntry {
                flag: 0,
                body: b"",
                properties: Properties::default(),
            },
        ]
    }

    #[test]
    fn the_bytes_are_those_of_the_reference() {
        assert_eq!(encode(sample()).unwrap(), GOLDEN);
        let entries: Result<Vec<_>, _> = BatchEntries::new(GOLDEN).collect();
        assert_eq!(entries.unwrap(), sample());
    }

    #[test]
    fn the_body_of_the_java_client_is_read() {
        let body = include_bytes!("testdata/record/batch.bin");
        let entries: Vec<_> = BatchEntries::new(body).map(Result::unwrap).collect();
        assert_eq!(
            (entries.len(), entries[0].flag, entries[0].body),
            (2, 7, &b"hi"[..])
        );
        assert_eq!(entries[0].properties.get("K"), Some("abc"));
        assert_eq!(&encode(entries).unwrap()[..], body);
    }

    #[test]
    fn a_cut_batch_is_refused() {
        for end in 1..GOLDEN.len() {
            let entries: Vec<_> = BatchEntries::new(&GOLDEN[..end]).collect();
            let whole = end == 30;
            assert_eq!(
                entries.last().is_some_and(Result::is_ok),
                whole,
                "{end} bytes"
            );
        }
        assert_eq!(BatchEntries::new(b"").count(), 0);
    }

    #[test]
    fn hostile_lengths_are_refused() {
        for (at, value) in [
            (0, 0xFF),
            (0, 0x7F),
            (16, 0xFF),
            (16, 0x7F),
            (22, 0xFF),
            (3, 0),
        ] {
            let mut bytes = GOLDEN.to_vec();
            bytes[at] = value;
            assert!(
                BatchEntries::new(&bytes).any(|entry| entry.is_err()),
                "byte {at} = {value}"
            );
        }
    }

    proptest! {
        #![proptest_config(crate::fixed_seed())]

        #[test]
        fn any_batch_comes_back(entries in proptest::collection::vec(
            (any::<i32>(), proptest::collection::vec(any::<u8>(), 0..50), proptest::collection::vec(any::<u8>(), 0..50)), 0..9)
        ) {
            let entries: Vec<_> = entries
                .iter()
                .map(|(flag, body, block)| BatchEntry { flag: *flag, body, properties: Properties::new(block) })
                .collect();
            let body = encode(entries.clone()).unwrap();
            let read: Result<Vec<_>, _> = BatchEntries::new(&body).collect();
            prop_assert_eq!(read.unwrap(), entries);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let read = BatchEntries::new(&bytes).map(|e| e.map_or(0, |e| e.body.len())).sum::<usize>();
            prop_assert!(read <= bytes.len());
        }
    }
}
