//! The broker through its doors: bytes over TCP, as a stock client sends them.

mod support;

mod admin;
mod hostile;
mod lock;
mod long_poll;
mod offset;
mod overload;
mod query;
mod rebalance;
mod refusal;
mod send_pull;
mod stop;
