//! The broker through its doors: bytes over TCP, as a stock client sends them.
#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it should be"
)]

mod support;

mod admin;
mod clock;
mod fault;
mod flow;
mod hostile;
mod lock;
mod long_poll;
mod offset;
mod overload;
mod query;
mod rebalance;
mod refusal;
mod send_pull;
mod slow_reader;
mod stop;
