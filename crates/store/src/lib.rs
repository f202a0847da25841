//! The disk: commit log, derived indexes, recovery, retention.

pub mod config;
pub mod env;
pub mod error;
pub mod keys;
pub mod limits;
