//! JSON bodies, one file per kind. Names in them are as sent: check them before use.
//!
//! Written as standard JSON, except for maps whose keys are message queues: Java's tools read nothing but fastjson's
//! form of those, a JSON object in key position. Read liberally: that form, unquoted keys, numbers and booleans as
//! text, null for whatever has a default, unknown keys.

mod lenient;
mod liberal;

pub mod cluster_info;
pub mod connections;
pub mod consume_stats;
pub mod consumer_list;
pub mod data_version;
pub mod group_config;
pub mod group_list;
pub mod heartbeat;
pub mod lock_batch;
pub mod message_queue;
pub mod topic_config;
pub mod topic_list;
pub mod topic_route;
pub mod topic_stats;

use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::{WireError, cut_reason};

/// A body of a request or an answer.
pub trait Body: Sized {
    /// What errors call it.
    const NAME: &'static str;

    fn read(bytes: &[u8]) -> Result<Self, WireError>;
    fn write(&self) -> Bytes;
}

/// Bodies that are plain JSON.
macro_rules! json_body {
    ($type:ty, $name:literal) => {
        impl crate::body::Body for $type {
            const NAME: &'static str = $name;

            fn read(bytes: &[u8]) -> Result<Self, crate::error::WireError> {
                crate::body::read_json($name, bytes)
            }

            fn write(&self) -> bytes::Bytes {
                crate::body::write_json(self)
            }
        }
    };
}
pub(crate) use json_body;

/// Standard JSON first, because nearly every body is; else what it becomes when it is put into that form.
fn read_json<T: DeserializeOwned>(body: &'static str, bytes: &[u8]) -> Result<T, WireError> {
    let refused = |reason: &str| WireError::Body {
        body,
        reason: cut_reason(reason),
    };
    if bytes.trim_ascii_start().starts_with(b"[") {
        // serde would take a list for the fields of an object, in the order of their declaration.
        return Err(refused("an object was expected, not a list"));
    }
    let error = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    match liberal::standard(bytes) {
        Ok(standard) => {
            serde_json::from_slice(&standard).map_err(|error| refused(&error.to_string()))
        }
        Err(rule) => Err(refused(&format!("{rule} ({error})"))),
    }
}

fn write_json<T: Serialize>(value: &T) -> Bytes {
    // Bodies have string keys and no serializer of their own that fails; an empty body would be the harmless answer.
    Bytes::from(serde_json::to_vec(value).unwrap_or_default())
}

#[cfg(test)]
pub(crate) mod check;
#[cfg(test)]
mod tests;
