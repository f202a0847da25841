//! What can go wrong in the broker, and the one place where that becomes a response code.

use std::net::SocketAddr;
use std::sync::Arc;

use remoting::code::ResponseCode;
use remoting::error::WireError;
use remoting::types::{GroupName, NameError, TopicName};
use store::StoreError;

/// Named by what the caller should do about it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum BrokerError {
    /// The request cannot be understood.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// A name breaks the naming rules.
    #[error(transparent)]
    Name(#[from] NameError),
    /// A value is understood and refused.
    #[error("{field} {value:?} {why}")]
    Invalid {
        field: &'static str,
        value: String,
        why: &'static str,
    },
    /// Too much of something; `field` says of what.
    #[error("{field} is {len}, at most {max} are allowed")]
    TooMany {
        field: &'static str,
        len: usize,
        max: usize,
    },
    #[error("the batch has no message in it")]
    EmptyBatch,
    /// A rule of RocketMQ that this broker does not have yet. Never stored as something else.
    #[error("{feature} is not supported by this version of Gantry")]
    NotBuilt { feature: &'static str },
    /// A request code nobody here answers.
    #[error("request type {code} not supported")]
    UnknownCode { code: i32 },
    #[error("topic {topic} does not exist")]
    UnknownTopic { topic: TopicName },
    /// In Java's words: tools look for them.
    #[error("No topic route info in name server for the topic: {topic}")]
    NoRoute { topic: TopicName },
    #[error("topic {topic} already exists")]
    TopicExists { topic: TopicName },
    #[error("topic {topic} is written by the broker only")]
    TopicForbidden { topic: TopicName },
    #[error("topic {topic} is not readable")]
    NotReadable { topic: TopicName },
    #[error("group {group} is switched off for consuming")]
    ConsumeDisabled { group: GroupName },
    #[error("group {group} does not exist")]
    UnknownGroup { group: GroupName },
    /// Nobody of the group is connected, or nobody subscribes to the topic. The next heartbeat heals it.
    #[error("group {group} has no subscription to topic {topic}")]
    NotSubscribed { group: GroupName, topic: TopicName },
    /// The client knows a newer subscription than its last heartbeat told. The next heartbeat heals it.
    #[error("subscription of group {group} to topic {topic} is older than the request's")]
    SubscriptionNotLatest { group: GroupName, topic: TopicName },
    #[error("subscription {expression:?} is no tag expression")]
    SubscriptionParse { expression: String },
    #[error("the broker does not support consumers to filter messages by SQL92")]
    Sql92,
    #[error("group {group} has no member connected")]
    ConsumerOffline { group: GroupName },
    #[error("producer group {group} has no member connected")]
    ProducerOffline { group: GroupName },
    /// Nothing is stored under what was asked for; a normal answer.
    #[error("no {what} found")]
    NotFound { what: &'static str },
    /// There is no message where the client says there is one.
    #[error("no message at commit log offset {at}")]
    NoMessage { at: u64 },
    /// Bounded queues are full: the client should slow down.
    #[error("[OVERLOAD]{queue} is full, try again later")]
    Overload { queue: &'static str },
    /// The broker is on its way down.
    #[error("the broker is stopping")]
    Stopping,
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A row of our own in `meta` cannot be read.
    #[error("{table} row {key:?}: {why}")]
    Row {
        table: &'static str,
        key: String,
        why: String,
    },
    /// A door cannot be opened.
    #[error("{door} door at {address}: {source}")]
    Listen {
        door: &'static str,
        address: SocketAddr,
        source: Arc<std::io::Error>,
    },
    #[error("the threads that serve connections cannot be started: {source}")]
    Threads { source: Arc<std::io::Error> },
    /// The message was written, and the disk refused to promise it.
    #[error("the disk refused a flush, the message may be lost")]
    FlushFailed,
    /// Work on the blocking pool died.
    #[error("the request's worker ended without an answer")]
    WorkerLost,
}

/// Longest refused value that an error repeats.
const VALUE_EXCERPT: usize = 64;

impl BrokerError {
    pub(crate) fn invalid(field: &'static str, value: impl ToString, why: &'static str) -> Self {
        let value: String = value.to_string().chars().take(VALUE_EXCERPT).collect();
        Self::Invalid { field, value, why }
    }

    pub(crate) fn unknown_topic(topic: &TopicName) -> Self {
        Self::UnknownTopic {
            topic: topic.clone(),
        }
    }

    pub(crate) fn unknown_group(group: &GroupName) -> Self {
        Self::UnknownGroup {
            group: group.clone(),
        }
    }

    /// The remoting door's mapping. Codes 1, 2, 14, 16 and 17 make producers try again elsewhere.
    #[must_use]
    pub fn response_code(&self) -> ResponseCode {
        use ResponseCode as C;
        match self {
            Self::Wire(wire) => wire_code(wire),
            Self::Name(_) | Self::Invalid { .. } => C::InvalidParameter,
            Self::TooMany { .. } | Self::EmptyBatch | Self::NotBuilt { .. } => C::MessageIllegal,
            Self::UnknownCode { .. } => C::RequestCodeNotSupported,
            Self::UnknownTopic { .. } | Self::NoRoute { .. } => C::TopicNotExist,
            Self::TopicExists { .. } => C::TopicExistAlready,
            Self::TopicForbidden { .. }
            | Self::NotReadable { .. }
            | Self::ConsumeDisabled { .. } => C::NoPermission,
            Self::UnknownGroup { .. } => C::GroupNotExist,
            Self::NotSubscribed { .. } => C::SubscriptionNotExist,
            Self::SubscriptionNotLatest { .. } => C::SubscriptionNotLatest,
            Self::SubscriptionParse { .. } => C::SubscriptionParseFailed,
            Self::ConsumerOffline { .. } => C::ConsumerNotOnline,
            Self::NotFound { .. } => C::QueryNotFound,
            Self::Overload { .. } => C::SystemBusy,
            Self::Stopping | Self::FlushFailed => C::ServiceNotAvailable,
            Self::Store(store) => store_code(store),
            Self::Sql92
            | Self::ProducerOffline { .. }
            | Self::NoMessage { .. }
            | Self::Row { .. }
            | Self::Listen { .. }
            | Self::Threads { .. }
            | Self::WorkerLost => C::SystemError,
        }
    }

    /// Whether the fault is ours and belongs into the log, not only into the answer.
    pub(crate) const fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::Row { .. }
                | Self::WorkerLost
                | Self::Store(
                    StoreError::Corrupt { .. } | StoreError::Io { .. } | StoreError::Meta { .. }
                )
        )
    }
}

fn wire_code(error: &WireError) -> ResponseCode {
    match error {
        WireError::BadName { .. }
        | WireError::BadField {
            field: "queueId", ..
        } => ResponseCode::InvalidParameter,
        WireError::TooLong { .. } | WireError::Record { .. } => ResponseCode::MessageIllegal,
        _ => ResponseCode::SystemError,
    }
}

fn store_code(error: &StoreError) -> ResponseCode {
    match error {
        StoreError::RecordTooLong { .. }
        | StoreError::BadRecord(_)
        | StoreError::BatchFull { .. } => ResponseCode::MessageIllegal,
        StoreError::DiskFull { .. } | StoreError::Poisoned(_) | StoreError::Closed => {
            ResponseCode::ServiceNotAvailable
        }
        StoreError::UnknownTopic { .. } => ResponseCode::TopicNotExist,
        error if error.is_out_of_space() => ResponseCode::ServiceNotAvailable,
        _ => ResponseCode::SystemError,
    }
}

#[cfg(test)]
mod tests {
    use super::BrokerError;
    use remoting::code::ResponseCode;
    use store::StoreError;

    #[test]
    fn refusals_do_not_make_clients_retry() {
        let refused = BrokerError::NotBuilt {
            feature: "delayed delivery",
        };
        assert_eq!(refused.response_code(), ResponseCode::MessageIllegal);
        assert!(refused.to_string().contains("delayed delivery"));
        let full = BrokerError::from(StoreError::DiskFull {
            used_pct: 95,
            limit_pct: 90,
        });
        assert_eq!(full.response_code(), ResponseCode::ServiceNotAvailable);
    }

    #[test]
    fn a_refused_value_is_repeated_in_part_only() {
        let error = BrokerError::invalid("queueId", "9".repeat(10_000), "is out of range");
        assert!(error.to_string().len() < 200);
    }
}
