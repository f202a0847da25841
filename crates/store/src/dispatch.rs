//! The list of derived indexes: every record that became visible is fed to all of them, in log order.
//!
//! A new index is a file in `index/` that implements [`DerivedIndex`], a row in [`Derived`], and a reader in `index.rs`.

use remoting::properties::{Properties, tag_hash};
use remoting::types::{LogOffset, QueueOffset};

use crate::error::StoreError;
use crate::index::hash::{KeyHasher, key_word};
use crate::index::key::KeyTail;
use crate::index::queue::QueueTail;
use crate::index::run::RunWriter;
use crate::index::tag::TagTail;
use crate::index::time::TimeTail;
use crate::keys::QueueKey;
use crate::limits;

/// A record as the indexes see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DispatchedRecord<'a> {
    pub(crate) queue: QueueKey,
    pub(crate) queue_offset: QueueOffset,
    pub(crate) at: LogOffset,
    /// Of the record, without its frame header.
    pub(crate) len: u32,
    pub(crate) store_time: i64,
    pub(crate) terms: Terms<'a>,
}

/// What a record is filtered and looked up by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Terms<'a> {
    pub(crate) tag: Option<&'a str>,
    pub(crate) tag_hash: i32,
    /// Key words: 48 bits of the key's hash, 16 bits of the topic's. Each once.
    pub(crate) keys: &'a [u64],
}

/// Terms of many records in three vectors, so that a record costs no allocation of its own.
#[derive(Debug, Default)]
pub(crate) struct TermsBuf {
    rows: Vec<Row>,
    tags: String,
    keys: Vec<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    tag_end: usize,
    keys_end: usize,
    tag_hash: i32,
}

impl TermsBuf {
    pub(crate) fn push(&mut self, hasher: &KeyHasher, topic: &str, properties: Properties<'_>) {
        let terms = properties.terms();
        let topic = hasher.topic(topic);
        let keys_start = self.keys.len();
        let keys = terms.uniq_key.into_iter().chain(terms.keys());
        for key in keys.take(limits::KEYS_PER_RECORD_MAX) {
            let word = key_word(hasher.key(key), topic);
            if !self.keys[keys_start..].contains(&word) {
                self.keys.push(word);
            }
        }
        let tag = terms.tag.unwrap_or_default();
        self.tags.push_str(tag);
        self.rows.push(Row {
            tag_end: self.tags.len(),
            keys_end: self.keys.len(),
            tag_hash: tag_hash(tag),
        });
    }

    pub(crate) fn extend_from(&mut self, other: &Self) {
        let (tags, keys) = (self.tags.len(), self.keys.len());
        self.tags.push_str(&other.tags);
        self.keys.extend_from_slice(&other.keys);
        self.rows.extend(other.rows.iter().map(|row| Row {
            tag_end: row.tag_end + tags,
            keys_end: row.keys_end + keys,
            ..*row
        }));
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.tags.clear();
        self.keys.clear();
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Terms of the `i`th record pushed.
    pub(crate) fn get(&self, i: usize) -> Terms<'_> {
        let (tag_start, keys_start) = match i.checked_sub(1) {
            Some(before) => (self.rows[before].tag_end, self.rows[before].keys_end),
            None => (0, 0),
        };
        let row = self.rows[i];
        let tag = &self.tags[tag_start..row.tag_end];
        Terms {
            tag: (!tag.is_empty()).then_some(tag),
            tag_hash: row.tag_hash,
            keys: &self.keys[keys_start..row.keys_end],
        }
    }
}

/// One index over the log. What it holds since the last run lives in memory; `seal` turns that into sections of a run.
pub(crate) trait DerivedIndex: Send + Sync {
    /// Records come in log order, from one thread; readers look on meanwhile.
    fn append(&self, record: &DispatchedRecord<'_>);
    fn seal(&self, out: &mut RunWriter) -> Result<(), StoreError>;
}

/// All derived indexes over one stretch of the log.
#[derive(Default)]
pub(crate) struct Derived {
    pub(crate) queues: QueueTail,
    pub(crate) keys: KeyTail,
    pub(crate) times: TimeTail,
    pub(crate) tags: TagTail,
}

impl Derived {
    pub(crate) fn each(&self) -> [&dyn DerivedIndex; 4] {
        [&self.queues, &self.keys, &self.times, &self.tags]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut block = Vec::new();
        for (name, value) in entries {
            remoting::properties::append(&mut block, name, value);
        }
        block
    }

    #[test]
    fn terms_survive_being_collected() {
        let hasher = KeyHasher::new([1; 16]);
        let (mut one, mut all) = (TermsBuf::default(), TermsBuf::default());
        let first = block(&[("TAGS", "a"), ("KEYS", "k1 k2 k1"), ("UNIQ_KEY", "u")]);
        one.push(&hasher, "t", Properties::new(&first));
        one.push(&hasher, "t", Properties::new(b""));
        all.extend_from(&one);
        all.extend_from(&one);
        assert_eq!(all.len(), 4);
        for i in [0, 2] {
            let terms = all.get(i);
            assert_eq!((terms.tag, terms.tag_hash), (Some("a"), tag_hash("a")));
            let words = ["u", "k1", "k2"].map(|k| key_word(hasher.key(k), hasher.topic("t")));
            assert_eq!(terms.keys, words, "each key once");
            let none = all.get(i + 1);
            assert_eq!((none.tag, none.tag_hash, none.keys), (None, 0, &[][..]));
        }
    }

    #[test]
    fn keys_beyond_the_limit_are_not_indexed() {
        let hasher = KeyHasher::new([1; 16]);
        let many: Vec<_> = (0..limits::KEYS_PER_RECORD_MAX + 5)
            .map(|i| format!("k{i}"))
            .collect();
        let block = block(&[("KEYS", &many.join(" "))]);
        let mut terms = TermsBuf::default();
        terms.push(&hasher, "t", Properties::new(&block));
        assert_eq!(terms.get(0).keys.len(), limits::KEYS_PER_RECORD_MAX);
    }
}
