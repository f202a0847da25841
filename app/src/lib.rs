//! The console: pages, islands, components, server functions. Compiled twice:
//! with `ssr` into the server (documents, forms), with `hydrate` into the browser (islands only).
//!
//! | module | with | knows |
//! | --- | --- | --- |
//! | `components` | both | the pieces; only `#[island]`s and what they use reach the browser |
//! | `text` | both | every word; islands may use `text::live` alone |
//! | `app`, `pages`, `format`, `error`, `ssr` | `ssr` | documents, the list of pages, requests and forms |

// A page is one type that nests as deep as its elements.
#![recursion_limit = "512"]

pub mod components;
pub mod text;

#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod error;
#[cfg(feature = "ssr")]
pub mod format;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod ssr;
