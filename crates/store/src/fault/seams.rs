//! Chance, time and randomness as a test wants them.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::env::{Clock, Random};

/// SplitMix64: small, seeded, and good enough to choose what is lost.
#[derive(Clone, Debug)]
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }
}

/// A clock that stands until it is set.
#[derive(Debug, Default)]
pub struct FaultClock(pub AtomicI64);

impl Clock for FaultClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// The same bytes every time.
#[derive(Debug)]
pub struct FixedRandom(pub u8);

impl Random for FixedRandom {
    fn fill(&self, out: &mut [u8]) {
        out.fill(self.0);
    }
}
