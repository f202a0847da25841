//! The console over a real broker in a temporary directory, through `Context` as the pages use it.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

mod access;
mod audit;
mod find;
mod message;
mod messages;
mod support;
mod topics;
