//! Hashes of the index: keyed for what clients choose (keys, topics), plain for the numbers that we hand out.

use std::hash::{BuildHasherDefault, Hasher};

use siphasher::sip::SipHasher13;

/// Low bits of a key word: the hash of the topic. The rest is the hash of the key.
pub(crate) const TOPIC_BITS: u32 = 16;

/// SipHash-1-3 under the key of this data directory, so that nobody outside can aim collisions.
#[derive(Clone, Copy)]
pub(crate) struct KeyHasher(SipHasher13);

impl KeyHasher {
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self(SipHasher13::new_with_key(&key))
    }

    fn hash(&self, text: &str) -> u64 {
        let mut hasher = self.0;
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    pub(crate) fn topic(&self, topic: &str) -> u16 {
        (self.hash(topic) >> 48) as u16
    }

    /// 48 bits.
    pub(crate) fn key(&self, key: &str) -> u64 {
        self.hash(key) >> TOPIC_BITS
    }

    /// Tells runs of this directory from runs of another.
    pub(crate) fn fingerprint(&self) -> u64 {
        self.hash("gantry index run")
    }
}

/// What a key entry is sorted by: all topics of a key lie side by side.
pub(crate) const fn key_word(key: u64, topic: u16) -> u64 {
    key << TOPIC_BITS | topic as u64
}

/// For maps keyed by ids that the store hands out itself: one multiplication a word.
#[derive(Default, Clone, Copy)]
pub(crate) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, id: u32) {
        self.write_u64(u64::from(id));
    }

    fn write_i32(&mut self, id: i32) {
        self.write_u64(u64::from(id.cast_unsigned()));
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0.rotate_left(29) ^ id).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }
}

pub(crate) type IdMap<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<IdHasher>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_key_lie_side_by_side() {
        let hasher = KeyHasher::new([7; 16]);
        let key = hasher.key("order-1");
        assert!(key < 1 << 48);
        assert_eq!(key_word(key, 0) >> TOPIC_BITS, key);
        assert_eq!(key_word(key, u16::MAX) >> TOPIC_BITS, key);
        assert_ne!(key, hasher.key("order-2"));
    }

    #[test]
    fn another_directory_hashes_otherwise() {
        let (a, b) = (KeyHasher::new([1; 16]), KeyHasher::new([2; 16]));
        assert_ne!(a.key("k"), b.key("k"));
        assert_ne!(a.fingerprint(), b.fingerprint());
    }

    /// Written down once: runs on disk depend on it.
    #[test]
    fn the_hash_is_the_published_siphash() {
        let mut key = [0; 16];
        for (i, byte) in (0..).zip(&mut key) {
            *byte = i;
        }
        // Reference vector of SipHash-1-3 for the empty input.
        assert_eq!(KeyHasher::new(key).hash(""), 0xabac_0158_050f_c4dc);
    }
}
