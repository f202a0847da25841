//! What is set about a topic, and what may be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::error::BrokerError;
use crate::info::{MessageKind, TopicPerm};
use crate::limits;

/// The attribute that says what a topic is meant for.
const KIND_ATTRIBUTE: &str = "message.type";

/// What an operator or a client has set. Also the row in `meta`: unknown keys are kept out, missing ones take these defaults.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TopicConfig {
    pub(crate) read_queues: u32,
    pub(crate) write_queues: u32,
    pub(crate) perm: u32,
    pub(crate) multi_tag: bool,
    pub(crate) sys_flag: i32,
    pub(crate) order: bool,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Default for TopicConfig {
    fn default() -> Self {
        Self::with_queues(1, TopicPerm::READ_WRITE.bits())
    }
}

impl TopicConfig {
    pub(crate) const fn with_queues(queues: u32, perm: u32) -> Self {
        Self {
            read_queues: queues,
            write_queues: queues,
            perm,
            multi_tag: false,
            sys_flag: 0,
            order: false,
            attributes: BTreeMap::new(),
        }
    }

    /// Queues that exist in either direction.
    pub(crate) fn queues(&self) -> u32 {
        self.read_queues.max(self.write_queues)
    }

    pub(crate) fn perm(&self) -> TopicPerm {
        TopicPerm::from_bits(self.perm).unwrap_or(TopicPerm::READ_WRITE)
    }

    pub(crate) fn kind(&self) -> MessageKind {
        self.attributes
            .get(KIND_ATTRIBUTE)
            .and_then(|value| MessageKind::from_attribute(value))
            .unwrap_or_default()
    }

    pub(crate) fn set_kind(&mut self, kind: MessageKind) {
        self.attributes
            .insert(KIND_ATTRIBUTE.to_owned(), kind.as_str().to_owned());
    }

    pub(super) fn check(&self) -> Result<(), BrokerError> {
        for (field, queues) in [
            ("readQueueNums", self.read_queues),
            ("writeQueueNums", self.write_queues),
        ] {
            if !(1..=limits::QUEUES_MAX).contains(&queues) {
                return Err(BrokerError::invalid(field, queues, "is outside 1 to 4096"));
            }
        }
        if TopicPerm::from_bits(self.perm).is_none() {
            return Err(BrokerError::invalid(
                "perm",
                self.perm,
                "is no combination of 1 (inherit), 2 (write), 4 (read) and 8 (priority)",
            ));
        }
        match self.attributes.get(KIND_ATTRIBUTE) {
            Some(kind) if MessageKind::from_attribute(kind).is_none() => {
                Err(BrokerError::invalid("message.type", kind, "is unknown"))
            }
            _ => Ok(()),
        }
    }
}
