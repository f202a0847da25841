//! RocketMQ's wire: bytes in, values out. No I/O, no async, no clock, no logging.
//!
//! ```text
//! frame  = length i32 | mark i32 (serialize type u8, header length u24) | header | body      big-endian
//! record = the message as it is stored, pulled and sent: see `record`
//! ```
//! `limits` holds every maximum, `error` everything that can be wrong.

pub mod batch;
pub mod body;
pub mod code;
pub mod command;
pub mod compression;
pub mod error;
pub mod fields;
pub mod frame;
mod header;
pub mod limits;
pub mod message_id;
pub mod properties;
pub mod record;
pub mod request;
pub mod types;

/// Property tests try the same cases on every machine.
#[cfg(test)]
pub(crate) fn fixed_seed() -> proptest::test_runner::Config {
    let mut config = proptest::test_runner::Config::with_cases(256);
    config.rng_seed = proptest::test_runner::RngSeed::Fixed(0x9876_1091);
    config.failure_persistence = None;
    config
}
