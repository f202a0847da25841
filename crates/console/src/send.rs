//! A test message, sent by a person.

use bytes::Bytes;

/// Checked by [`Allowed::send_test_message`](crate::Allowed::send_test_message). Field names are those of the struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestMessage {
    pub topic: String,
    /// `None`: the broker chooses.
    pub queue: Option<u32>,
    pub tag: Option<String>,
    pub keys: Vec<String>,
    pub properties: Vec<(String, String)>,
    pub body: Bytes,
}

/// Where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The canonical id.
    pub id: String,
    pub unique_key: String,
    pub topic: String,
    pub queue: u32,
    pub offset: u64,
}
