//! The words of the wire as types: names, queues, offsets.
//!
//! Names are checked where they are made, so a `TopicName` that exists is legal. Up to 23 bytes a name lives inside the
//! value itself: reading the header of a send allocates nothing for usual names.

use core::{borrow::Borrow, fmt};

use smol_str::SmolStr;

use crate::{error::excerpt, limits};

/// Text that is a slice of the header or body it came from. It keeps those bytes alive: copy what lives long.
pub use bytestring::ByteString as Text;

const RETRY_PREFIX: &str = "%RETRY%";
const DLQ_PREFIX: &str = "%DLQ%";

/// Why a topic or group name is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    #[error("the name is empty")]
    Empty,
    #[error("the name {name:?} has {len} characters, at most {max} are allowed")]
    TooLong {
        name: String,
        len: usize,
        max: usize,
    },
    #[error("the name {name:?} contains {character:?}, allowed are letters, digits, and % | _ -")]
    Character { name: String, character: char },
}

fn check_name(name: &str, max: usize) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    if name.len() > max {
        return Err(NameError::TooLong {
            name: excerpt(name),
            len: name.chars().count(),
            max,
        });
    }
    match name
        .chars()
        .find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '%' | '|' | '_' | '-')))
    {
        Some(character) => Err(NameError::Character {
            name: excerpt(name),
            character,
        }),
        None => Ok(()),
    }
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(SmolStr);

        impl $name {
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self.as_str(), f)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl core::str::FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                Self::new(text)
            }
        }
    };
}

name_type! {
    /// A topic: letters, digits and `% | _ -`; 127 bytes, 255 when derived from a group.
    TopicName
}

name_type! {
    /// A producer or consumer group: the characters of a topic, 120 bytes.
    GroupName
}

impl TopicName {
    pub fn new(name: &str) -> Result<Self, NameError> {
        let derived = name.starts_with(RETRY_PREFIX) || name.starts_with(DLQ_PREFIX);
        let max = if derived {
            limits::DERIVED_TOPIC_LEN_MAX
        } else {
            limits::TOPIC_LEN_MAX
        };
        check_name(name, max)?;
        Ok(Self(SmolStr::new(name)))
    }

    /// `%RETRY%group`: where a group's failed messages wait for their next delivery.
    pub fn retry_of(group: &GroupName) -> Self {
        Self(smol_str::format_smolstr!("{RETRY_PREFIX}{group}"))
    }

    /// `%DLQ%group`: where messages go after the last retry.
    pub fn dlq_of(group: &GroupName) -> Self {
        Self(smol_str::format_smolstr!("{DLQ_PREFIX}{group}"))
    }

    pub fn is_retry(&self) -> bool {
        self.as_str().starts_with(RETRY_PREFIX)
    }

    pub fn is_dlq(&self) -> bool {
        self.as_str().starts_with(DLQ_PREFIX)
    }

    /// The group a retry or dead-letter topic belongs to.
    pub fn group(&self) -> Option<GroupName> {
        let name = self.as_str();
        let group = name
            .strip_prefix(RETRY_PREFIX)
            .or_else(|| name.strip_prefix(DLQ_PREFIX))?;
        GroupName::new(group).ok()
    }
}

impl GroupName {
    pub fn new(name: &str) -> Result<Self, NameError> {
        check_name(name, limits::GROUP_LEN_MAX)?;
        Ok(Self(SmolStr::new(name)))
    }
}

/// One message queue: a topic and the number of the queue in it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct QueueRef {
    pub topic: TopicName,
    pub id: u32,
}

impl fmt::Display for QueueRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.topic, self.id)
    }
}

macro_rules! offset_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

offset_type! {
    /// A position within one message queue; counts messages.
    QueueOffset
}

offset_type! {
    /// The first byte of a record in the commit log ("physical offset" on the wire).
    LogOffset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_allow_exactly_the_characters_of_the_protocol() {
        assert_eq!(
            TopicName::new("Orders_2024-%|").unwrap().as_str(),
            "Orders_2024-%|"
        );
        for bad in ["a b", "a/b", "../x", "a\0", "é", "a.b", "a\n"] {
            assert!(
                matches!(TopicName::new(bad), Err(NameError::Character { .. })),
                "{bad:?}"
            );
            assert!(
                matches!(GroupName::new(bad), Err(NameError::Character { .. })),
                "{bad:?}"
            );
        }
        assert_eq!(TopicName::new(""), Err(NameError::Empty));
    }

    #[test]
    fn lengths_stop_at_the_limit() {
        assert!(TopicName::new(&"t".repeat(127)).is_ok());
        assert!(matches!(
            TopicName::new(&"t".repeat(128)),
            Err(NameError::TooLong {
                len: 128,
                max: 127,
                ..
            })
        ));
        assert!(TopicName::new(&format!("%RETRY%{}", "g".repeat(248))).is_ok());
        assert!(TopicName::new(&format!("%RETRY%{}", "g".repeat(249))).is_err());
        assert!(GroupName::new(&"g".repeat(120)).is_ok());
        let error = GroupName::new(&"g".repeat(10_000)).unwrap_err().to_string();
        assert!(error.len() < 300, "a 10 kB name is not repeated: {error}");
    }

    #[test]
    fn derived_topics_lead_back_to_their_group() {
        let group = GroupName::new("orders-service").unwrap();
        let retry = TopicName::retry_of(&group);
        assert_eq!(retry.as_str(), "%RETRY%orders-service");
        assert!(retry.is_retry() && !retry.is_dlq());
        assert_eq!(retry.group(), Some(group.clone()));
        assert!(TopicName::dlq_of(&group).is_dlq());
        assert_eq!(TopicName::new("orders").unwrap().group(), None);
    }
}
