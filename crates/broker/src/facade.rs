//! What the console and the server ask of the broker. Plain data in and out; everything but `send` is synchronous.

use std::collections::BTreeSet;

use remoting::types::{GroupName, LogOffset, QueueOffset, QueueRef, TopicName};
use store::{Boundary, Bounds, KeyQuery, QueueKey, SegmentInfo, Tables, TagCount};

use crate::Broker;
use crate::error::BrokerError;
use crate::info::{
    BrokerStatus, ClientInfo, FoundMessages, GroupInfo, QueueStats, StoredMessage,
    SubscriptionInfo, TopicInfo, TopicSpec, TopicStats,
};
use crate::names;
use crate::processor::offset;
use crate::state::State;
use crate::topic::{Topic, TopicConfig};

mod metrics;
mod send;

impl Broker {
    /// All topics, by name; system topics among them.
    #[must_use]
    pub fn topics(&self) -> Vec<TopicInfo> {
        self.state
            .topics
            .list()
            .iter()
            .map(|topic| topic.info())
            .collect()
    }

    #[must_use]
    pub fn topic(&self, name: &TopicName) -> Option<TopicInfo> {
        self.state
            .topics
            .get(name.as_str())
            .map(|topic| topic.info())
    }

    /// # Errors
    /// When the name is taken or reserved, or a value is out of range.
    pub fn create_topic(&self, spec: TopicSpec) -> Result<(), BrokerError> {
        let mut config = TopicConfig::with_queues(spec.queues, spec.perm.bits());
        config.set_kind(spec.kind);
        self.state
            .topics
            .create(&spec.name, config, self.now_ms())
            .map(|_| ())
    }

    /// Removes a topic, its messages and the offsets in it. Nothing happens when there is none.
    ///
    /// # Errors
    /// When the topic is the broker's own, or `meta` cannot be written.
    pub fn delete_topic(&self, name: &TopicName) -> Result<(), BrokerError> {
        self.state.delete_topic(name, self.now_ms())
    }

    /// # Errors
    /// When there is no such topic.
    pub fn topic_stats(&self, name: &TopicName) -> Result<TopicStats, BrokerError> {
        let topic = self.state.topics.require(name)?;
        let tally = topic
            .id()
            .map(|id| self.state.store.topic_tally(id))
            .unwrap_or_default();
        Ok(TopicStats {
            stored: tally.count,
            bytes: Some(tally.bytes),
            in_per_s: topic.traffic.received.per_second(),
            out_per_s: topic.traffic.delivered.per_second(),
            last_stored_ms: (tally.count > 0).then_some(tally.last_ms),
        })
    }

    /// Messages stored per second over the last hour, one value a minute, the running minute last.
    #[must_use]
    pub fn topic_rate_history(&self, name: &TopicName) -> Option<Vec<f64>> {
        let history = self
            .state
            .topics
            .get(name.as_str())?
            .traffic
            .received
            .history();
        (!history.is_empty()).then_some(history)
    }

    /// # Errors
    /// When there is no such topic, or the newest record of a queue cannot be read.
    pub fn queue_stats(&self, name: &TopicName) -> Result<Vec<QueueStats>, BrokerError> {
        let topic = self.state.topics.require(name)?;
        let queue = |id| {
            let (bounds, last_stored_ms) = self.state.queue_bounds(&topic, id)?;
            Ok(QueueStats {
                id,
                min: bounds.min,
                max: bounds.max,
                last_stored_ms,
            })
        };
        (0..topic.config.queues()).map(queue).collect()
    }

    /// Messages, bytes and newest message of each tag.
    ///
    /// # Errors
    /// When there is no such topic, or an index cannot be read.
    pub fn tag_counts(&self, name: &TopicName) -> Result<Vec<TagCount>, BrokerError> {
        match self.state.topics.require(name)?.id() {
            Some(id) => Ok(self.state.store.tag_counts(id)?),
            None => Ok(Vec::new()),
        }
    }

    /// All groups: configured, connected, or with offsets.
    #[must_use]
    pub fn groups(&self) -> Vec<GroupInfo> {
        let mut names: BTreeSet<GroupName> = self
            .state
            .groups
            .list()
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        names.extend(self.state.offsets.groups());
        names
            .into_iter()
            .map(|name| self.group_info(name))
            .collect()
    }

    fn group_info(&self, name: GroupName) -> GroupInfo {
        let online = self.state.clients.online(&name);
        let (members, mode, topics) = online
            .map_or((0, None, Vec::new()), |(members, mode, topics)| {
                (members, Some(mode), topics)
            });
        GroupInfo {
            online: members,
            mode,
            topics,
            system: names::is_system_group(name.as_str()),
            name,
        }
    }

    /// Where the group is in every queue it has an offset for.
    #[must_use]
    pub fn group_offsets(&self, group: &GroupName) -> Vec<(QueueRef, QueueOffset)> {
        self.state.offsets.of_group(group)
    }

    /// Groups that subscribe to the topic now, or have offsets in it.
    #[must_use]
    pub fn groups_of_topic(&self, topic: &TopicName) -> Vec<GroupName> {
        self.state.groups_of_topic(topic)
    }

    /// What the connected members of a group asked for of a topic.
    #[must_use]
    pub fn subscription(&self, group: &GroupName, topic: &TopicName) -> Option<SubscriptionInfo> {
        let (_, subscription) = self.state.clients.subscription(group, topic)?;
        Some(SubscriptionInfo {
            expression: subscription.expression.clone(),
            tag_hashes: subscription.filter.hashes().to_vec(),
        })
    }

    /// Connections that have said who they are.
    #[must_use]
    pub fn clients(&self) -> Vec<ClientInfo> {
        self.state.clients.list()
    }

    /// The message whose record begins at a commit log offset.
    ///
    /// # Errors
    /// When the record is damaged or cannot be read.
    pub fn message(&self, at: LogOffset) -> Result<Option<StoredMessage>, BrokerError> {
        self.state
            .store
            .record(at)?
            .map(StoredMessage::checked)
            .transpose()
    }

    /// The message at an offset of a queue.
    ///
    /// # Errors
    /// When there is no such queue, or the record cannot be read.
    pub fn message_at(
        &self,
        queue: &QueueRef,
        offset: QueueOffset,
    ) -> Result<Option<StoredMessage>, BrokerError> {
        let (_, Some(key)) = offset::queue(&self.state, queue)? else {
            return Ok(None);
        };
        match self.state.store.entry(key, offset)? {
            Some(entry) => self.message(entry.at),
            None => Ok(None),
        }
    }

    /// Messages with this key or unique key, newest first.
    ///
    /// # Errors
    /// When the topic does not exist, or index or records cannot be read.
    pub fn find_key(
        &self,
        topic: Option<&TopicName>,
        key: &str,
        query: KeyQuery,
    ) -> Result<FoundMessages, BrokerError> {
        let topic = match topic {
            None => None,
            Some(topic) => match self.state.topics.require(topic)?.id() {
                Some(id) => Some(id),
                None => {
                    return Ok(FoundMessages {
                        messages: Vec::new(),
                        more: false,
                        damaged: 0,
                    });
                }
            },
        };
        let found = self.state.store.find_key(topic, key, &query)?;
        let mut messages = Vec::with_capacity(found.hits.len());
        for at in found.hits {
            messages.extend(self.message(at)?);
        }
        Ok(FoundMessages {
            messages,
            more: found.more,
            damaged: found.damaged as u64,
        })
    }

    /// # Errors
    /// When there is no such queue, or the index cannot be read.
    pub fn offset_at(
        &self,
        queue: &QueueRef,
        time_ms: i64,
        boundary: Boundary,
    ) -> Result<QueueOffset, BrokerError> {
        match offset::queue(&self.state, queue)? {
            (_, Some(key)) => Ok(self.state.store.offset_at(key, time_ms, boundary)?),
            (_, None) => Ok(QueueOffset(0)),
        }
    }

    #[must_use]
    pub fn status(&self) -> BrokerStatus {
        let state = &self.state;
        BrokerStatus {
            addresses: state.addresses.clone(),
            start_id: state.start_id.clone(),
            started_ms: state.started_ms,
            store: state.store.status(),
            keep_ms: state.config.store.retention.keep_ms,
            messages_in_total: state.received.total(),
            messages_out_total: state.delivered.total(),
            in_per_s: state.received.per_second(),
            out_per_s: state.delivered.per_second(),
            in_history: state.received.history(),
            out_history: state.delivered.history(),
            connections: state.connections(),
            held_pulls: state.held.len(),
            cluster_name: state.config.cluster_name.clone(),
            broker_name: state.config.broker_name.clone(),
        }
    }

    /// The segment a commit log offset lies in.
    #[must_use]
    pub fn locate(&self, at: LogOffset) -> Option<SegmentInfo> {
        self.state.store.locate(at)
    }

    /// Rows of the caller's own in `meta`. Table names beginning with `broker.` are taken.
    #[must_use]
    pub fn tables(&self) -> Tables {
        self.state.store.tables()
    }

    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.state.now_ms()
    }
}

impl State {
    /// First and next offset of a queue, and when its newest message was stored.
    pub(crate) fn queue_bounds(
        &self,
        topic: &Topic,
        id: u32,
    ) -> Result<(Bounds, Option<i64>), BrokerError> {
        let Some(key) = topic.id().map(|topic| QueueKey { topic, queue: id }) else {
            return Ok((Bounds::default(), None));
        };
        let bounds = self.store.bounds(key);
        let last_ms = match bounds.max.0.checked_sub(1) {
            Some(last) if last >= bounds.min.0 => self.store.store_time(key, QueueOffset(last))?,
            _ => None,
        };
        Ok((bounds, last_ms))
    }

    pub(crate) fn groups_of_topic(&self, topic: &TopicName) -> Vec<GroupName> {
        let online = self.clients.online_groups_of_topic(topic).into_iter();
        let groups: BTreeSet<GroupName> =
            online.chain(self.offsets.groups_of_topic(topic)).collect();
        groups.into_iter().collect()
    }

    pub(crate) fn delete_topic(&self, name: &TopicName, now_ms: i64) -> Result<(), BrokerError> {
        let id = self.topics.get(name.as_str()).and_then(|topic| topic.id());
        self.topics.delete(name, now_ms)?;
        if let Some(id) = id {
            self.held.topic_gone(id);
        }
        // At once, not with the next round: a namesake must not find offsets of this one.
        self.offsets.remove_topic(name);
        self.offsets.persist()
    }

    pub(crate) fn tick_rates(&self) {
        self.received.tick();
        self.delivered.tick();
        self.topics.each(|topic| {
            topic.traffic.received.tick();
            topic.traffic.delivered.tick();
        });
    }
}
