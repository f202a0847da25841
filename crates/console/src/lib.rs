//! What an operator can do, for any cluster. No HTML, no HTTP.
