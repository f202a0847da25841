//! The pieces pages are made of, one file each. Documents use them on the server; islands are compiled for the browser too.

#[cfg(feature = "ssr")]
pub mod icon;
#[cfg(feature = "ssr")]
pub mod search_box;
