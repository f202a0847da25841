//! The disk: commit log, derived indexes, recovery, retention.
