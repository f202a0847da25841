//! Behaviour of the index as a whole.
