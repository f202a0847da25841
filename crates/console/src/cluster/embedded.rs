//! The broker of this process.

use broker::{
    Boundary, Broker, BrokerError, BrokerStatus, FoundMessages, GroupInfo, KeyQuery,
    OutgoingMessage, QueueStats, SegmentInfo, SentMessage, StoredMessage, SubscriptionInfo, Tables,
    TagCount, TopicInfo, TopicSpec, TopicStats,
};
use remoting::types::{GroupName, LogOffset, QueueOffset, QueueRef, TopicName};
use tokio::runtime::Handle;

use super::Cluster;

/// What stands before each record in the commit log, in format 1 and for good.
const FRAME_HEAD_LEN: u64 = 24;

pub(crate) struct Embedded {
    broker: Broker,
}

impl Embedded {
    pub(crate) fn new(broker: Broker) -> Self {
        Self { broker }
    }
}

impl Cluster for Embedded {
    fn now_ms(&self) -> i64 {
        self.broker.now_ms()
    }

    fn status(&self) -> BrokerStatus {
        self.broker.status()
    }

    fn keep_ms(&self) -> Option<i64> {
        Some(self.broker.status().keep_ms)
    }

    fn oldest_ms(&self) -> Option<i64> {
        let start = self.broker.status().store.log.start;
        let oldest = self
            .broker
            .message(LogOffset(start.0 + FRAME_HEAD_LEN))
            .ok()??;
        Some(oldest.record().store_time())
    }

    fn clients(&self) -> usize {
        self.broker.clients().len()
    }

    fn topics(&self) -> Vec<TopicInfo> {
        self.broker.topics()
    }

    fn topic(&self, name: &TopicName) -> Option<TopicInfo> {
        self.broker.topic(name)
    }

    fn topic_stats(&self, name: &TopicName) -> Result<TopicStats, BrokerError> {
        self.broker.topic_stats(name)
    }

    fn topic_history(&self, name: &TopicName) -> Option<Vec<f64>> {
        self.broker.topic_rate_history(name)
    }

    fn queue_stats(&self, name: &TopicName) -> Result<Vec<QueueStats>, BrokerError> {
        self.broker.queue_stats(name)
    }

    fn tag_counts(&self, name: &TopicName) -> Result<Vec<TagCount>, BrokerError> {
        self.broker.tag_counts(name)
    }

    fn create_topic(&self, spec: TopicSpec) -> Result<(), BrokerError> {
        self.broker.create_topic(spec)
    }

    fn groups(&self) -> Vec<GroupInfo> {
        self.broker.groups()
    }

    fn groups_of_topic(&self, name: &TopicName) -> Vec<GroupName> {
        self.broker.groups_of_topic(name)
    }

    fn group_offsets(&self, name: &GroupName) -> Vec<(QueueRef, QueueOffset)> {
        self.broker.group_offsets(name)
    }

    fn subscription(&self, group: &GroupName, topic: &TopicName) -> Option<SubscriptionInfo> {
        self.broker.subscription(group, topic)
    }

    fn message(&self, at: LogOffset) -> Result<Option<StoredMessage>, BrokerError> {
        self.broker.message(at)
    }

    fn message_at(
        &self,
        queue: &QueueRef,
        offset: QueueOffset,
    ) -> Result<Option<StoredMessage>, BrokerError> {
        self.broker.message_at(queue, offset)
    }

    fn find_key(
        &self,
        topic: Option<&TopicName>,
        key: &str,
        query: KeyQuery,
    ) -> Result<FoundMessages, BrokerError> {
        self.broker.find_key(topic, key, query)
    }

    fn offset_at(
        &self,
        queue: &QueueRef,
        time_ms: i64,
        boundary: Boundary,
    ) -> Result<QueueOffset, BrokerError> {
        self.broker.offset_at(queue, time_ms, boundary)
    }

    fn locate(&self, at: LogOffset) -> Option<SegmentInfo> {
        self.broker.locate(at)
    }

    fn send(&self, message: OutgoingMessage) -> Result<SentMessage, BrokerError> {
        Handle::current().block_on(self.broker.send(message))
    }

    fn tables(&self) -> Tables {
        self.broker.tables()
    }
}
