//! The facade that all answers stand on: what a cluster can be asked. Calls may wait for a disk or a network, so only
//! `Allowed` makes them, away from the threads that serve requests.

pub(crate) mod embedded;

use broker::{
    Boundary, BrokerError, BrokerStatus, FoundMessages, GroupInfo, KeyQuery, OutgoingMessage,
    QueueStats, SegmentInfo, SentMessage, StoredMessage, SubscriptionInfo, Tables, TagCount,
    TopicInfo, TopicSpec, TopicStats,
};
use remoting::types::{GroupName, LogOffset, QueueOffset, QueueRef, TopicName};

use crate::audit::AuditLog;
use crate::error::ConsoleError;
use crate::snapshot::Snapshots;

/// What every cluster answers. `Ok(None)` is "not there"; an error is "could not be read".
pub(crate) trait Cluster: Send + Sync {
    fn now_ms(&self) -> i64;
    fn status(&self) -> BrokerStatus;
    /// How long messages are kept; `None`: not known.
    fn keep_ms(&self) -> Option<i64>;
    /// When the oldest message that is kept was stored; `None`: not known.
    fn oldest_ms(&self) -> Option<i64>;
    /// Clients connected now.
    fn clients(&self) -> usize;

    fn topics(&self) -> Vec<TopicInfo>;
    fn topic(&self, name: &TopicName) -> Option<TopicInfo>;
    fn topic_stats(&self, name: &TopicName) -> Result<TopicStats, BrokerError>;
    fn topic_history(&self, name: &TopicName) -> Option<Vec<f64>>;
    fn queue_stats(&self, name: &TopicName) -> Result<Vec<QueueStats>, BrokerError>;
    fn tag_counts(&self, name: &TopicName) -> Result<Vec<TagCount>, BrokerError>;
    fn create_topic(&self, spec: TopicSpec) -> Result<(), BrokerError>;

    fn groups(&self) -> Vec<GroupInfo>;
    fn groups_of_topic(&self, name: &TopicName) -> Vec<GroupName>;
    fn group_offsets(&self, name: &GroupName) -> Vec<(QueueRef, QueueOffset)>;
    fn subscription(&self, group: &GroupName, topic: &TopicName) -> Option<SubscriptionInfo>;

    fn message(&self, at: LogOffset) -> Result<Option<StoredMessage>, BrokerError>;
    fn message_at(
        &self,
        queue: &QueueRef,
        offset: QueueOffset,
    ) -> Result<Option<StoredMessage>, BrokerError>;
    fn find_key(
        &self,
        topic: Option<&TopicName>,
        key: &str,
        query: KeyQuery,
    ) -> Result<FoundMessages, BrokerError>;
    fn offset_at(
        &self,
        queue: &QueueRef,
        time_ms: i64,
        boundary: Boundary,
    ) -> Result<QueueOffset, BrokerError>;
    fn locate(&self, at: LogOffset) -> Option<SegmentInfo>;
    fn send(&self, message: OutgoingMessage) -> Result<SentMessage, BrokerError>;

    /// Where the console keeps what is its own.
    fn tables(&self) -> Tables;
}

/// A cluster the console knows, with what the console keeps of it.
pub(crate) struct Attached {
    /// As paths call it.
    pub(crate) name: &'static str,
    pub(crate) facade: Box<dyn Cluster>,
    pub(crate) snapshots: Snapshots,
    pub(crate) audit: AuditLog,
}

impl Attached {
    pub(crate) fn new(name: &'static str, facade: Box<dyn Cluster>) -> Self {
        let audit = AuditLog::new(facade.tables());
        Self {
            name,
            facade,
            snapshots: Snapshots::default(),
            audit,
        }
    }
}

/// "There is none" is an answer; everything else went wrong.
pub(crate) fn present<T>(
    answer: Result<Option<T>, BrokerError>,
) -> Result<Option<T>, ConsoleError> {
    match answer {
        Ok(found) => Ok(found),
        Err(BrokerError::NoMessage { .. } | BrokerError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
