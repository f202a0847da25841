//! Audit log: every change, the intent before it and the outcome after it.
