//! A message from the console: stored as a producer's would be.

use std::sync::Arc;

use remoting::message_id::OffsetMessageId;
use remoting::properties;
use remoting::record::NewRecord;
use remoting::types::{LogOffset, QueueRef};
use store::QueueKey;
use tokio::sync::Notify;

use crate::Broker;
use crate::error::BrokerError;
use crate::info::{OutgoingMessage, SentMessage};
use crate::names;
use crate::processor::send_message;
use crate::state::State;

impl Broker {
    /// Stores a message as a producer would, and waits for what the flush mode promises.
    ///
    /// # Errors
    /// When the topic or queue does not exist, a property is refused, or the store takes no messages.
    pub async fn send(&self, message: OutgoingMessage) -> Result<SentMessage, BrokerError> {
        let state = Arc::clone(&self.state);
        let stored = tokio::task::spawn_blocking(move || state.store_message(&message)).await;
        let (sent, end) = stored.map_err(|_| BrokerError::WorkerLost)??;
        if self.state.is_sync() {
            self.flushed(end).await?;
        }
        Ok(sent)
    }

    async fn flushed(&self, end: LogOffset) -> Result<(), BrokerError> {
        let notify = Arc::new(Notify::new());
        self.state.flush.wait(end, &notify);
        while self.state.flush.flushed() < end {
            if self.state.flush.failed() {
                return Err(BrokerError::FlushFailed);
            }
            notify.notified().await;
        }
        Ok(())
    }
}

impl State {
    /// Blocks for the write.
    fn store_message(
        &self,
        message: &OutgoingMessage,
    ) -> Result<(SentMessage, LogOffset), BrokerError> {
        self.check_room()?;
        let topic = self.topics.require(&message.topic)?;
        if names::is_send_forbidden(topic.name.as_str()) || topic.name.is_retry() {
            return Err(BrokerError::TopicForbidden {
                topic: topic.name.clone(),
            });
        }
        let queue = match message.queue {
            Some(queue) => {
                send_message::queue(self, &topic, i32::try_from(queue).unwrap_or(i32::MAX))?
            }
            None => send_message::queue(self, &topic, -1)?,
        };
        let id = self.topics.with_id(&topic)?;
        let now_ms = self.now_ms();
        let host = self.own_address();
        let unique_key = self.unique_key(host.ip(), now_ms);
        let properties = self.outgoing_properties(message, &unique_key)?;
        let record = NewRecord {
            topic: topic.name.as_str(),
            queue_id: queue,
            flag: 0,
            sys_flag: 0,
            born_time: now_ms,
            born_host: host,
            store_host: host,
            reconsume_times: 0,
            prepared_at: 0,
            body: &message.body,
            properties: &properties,
        };
        let mut batch = self.store.batch();
        batch.push(QueueKey { topic: id, queue }, &record)?;
        let appended = self.store.append(&mut batch)?;
        let placed = batch.placed(0);
        self.received.add(1);
        topic.traffic.received.add(1);
        let id = OffsetMessageId {
            host,
            at: placed.at,
        }
        .to_string();
        let queue = QueueRef {
            topic: topic.name.clone(),
            id: queue,
        };
        Ok((
            SentMessage {
                id,
                unique_key,
                queue,
                offset: placed.queue_offset,
            },
            appended.end,
        ))
    }

    fn outgoing_properties(
        &self,
        message: &OutgoingMessage,
        unique_key: &str,
    ) -> Result<Vec<u8>, BrokerError> {
        let mut block = Vec::new();
        let keys = message.keys.join(" ");
        let tag = message.tag.as_deref().map(|tag| (properties::TAGS, tag));
        let keys = (!keys.is_empty()).then_some((properties::KEYS, keys.as_str()));
        let own = message
            .properties
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(tag).chain(keys) {
            if !properties::is_encodable(name) || !properties::is_encodable(value) {
                return Err(BrokerError::invalid(
                    "property",
                    name,
                    "is empty or contains a separator (0x01, 0x02)",
                ));
            }
            properties::append(&mut block, name, value);
        }
        if let Some((name, _)) = message
            .properties
            .iter()
            .find(|(name, _)| properties::is_reserved(name))
        {
            return Err(BrokerError::invalid(
                "property",
                name,
                "is a name that RocketMQ itself gives a meaning",
            ));
        }
        properties::append(&mut block, properties::UNIQ_KEY, unique_key);
        send_message::add_broker_properties(self, &mut block);
        Ok(block)
    }
}
