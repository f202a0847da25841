//! SEND_MESSAGE (10, 310) and SEND_BATCH_MESSAGE (320): the rules a message has to pass, and how it becomes a record.
//!
//! Nothing is stored here. What one read from a connection brings is collected in a [`Burst`](crate::burst::Burst) and
//! appended at once.

use std::net::SocketAddr;
use std::sync::Arc;

use remoting::batch::{BatchEntries, BatchEntry};
use remoting::properties::{self, Properties};
use remoting::record::NewRecord;
use remoting::request::send_message::SendMessage;
use remoting::types::{Text, TopicName};

use crate::error::BrokerError;
use crate::limits;
use crate::names;
use crate::processor::{Call, Missing, Obstacle};
use crate::state::State;
use crate::topic::Topic;

pub(crate) const REGION: &str = "DefaultRegion";
const TRACE_ON: &str = "true";
/// What the broker sets or removes on single sends.
const REPLACED: [&str; 4] = [
    properties::POP_CK,
    properties::MSG_REGION,
    properties::TRACE_ON,
    properties::CLUSTER,
];

/// Rules that come with later versions: a message that asks for one is refused, not stored as an ordinary one.
const DELAYED: BrokerError = BrokerError::NotBuilt {
    feature: "delayed delivery (property DELAY)",
};
const TIMED: BrokerError = BrokerError::NotBuilt {
    feature: "timed delivery (properties TIMER_*)",
};
const TRANSACTIONAL: BrokerError = BrokerError::NotBuilt {
    feature: "transactional messages (property TRAN_MSG)",
};
const REDELIVERY: BrokerError = BrokerError::NotBuilt {
    feature: "redelivery of failed messages (topics %RETRY%)",
};
const DEAD_LETTER: BrokerError = BrokerError::NotBuilt {
    feature: "dead-lettering of failed messages (topics %DLQ%)",
};

/// Where a message goes.
pub(crate) struct Target {
    pub(crate) topic: Arc<Topic>,
    pub(crate) id: store::TopicId,
    pub(crate) queue: u32,
}

/// What the record keeps of the sender.
#[derive(Clone, Copy)]
pub(crate) struct Hosts {
    pub(crate) born: SocketAddr,
    pub(crate) store: SocketAddr,
}

/// What the properties of one message say to the broker.
#[derive(Default)]
pub(crate) struct Wishes<'a> {
    pub(crate) unique_key: Option<&'a str>,
    /// Shall the acknowledgement wait for the disk?
    pub(crate) no_wait: bool,
}

/// Finds the topic and queue, or says what is missing.
pub(crate) fn target(state: &State, header: &SendMessage) -> Result<Target, Obstacle> {
    if names::is_send_forbidden(header.topic.as_str()) {
        return Err(BrokerError::TopicForbidden {
            topic: header.topic.clone(),
        }
        .into());
    }
    refuse_redelivery(header)?;
    let Some(topic) = state.topics.get(header.topic.as_str()) else {
        return Err(Obstacle::Missing(Missing::Topic {
            name: header.topic.clone(),
            template: header.default_topic.to_string(),
            queues: u32::try_from(header.default_topic_queues).unwrap_or(0),
            unit: header.unit_mode,
        }));
    };
    let Some(id) = topic.id() else {
        return Err(Obstacle::Missing(Missing::TopicId(topic)));
    };
    let queue = queue(state, &topic, header.queue_id)?;
    Ok(Target { topic, id, queue })
}

fn refuse_redelivery(header: &SendMessage) -> Result<(), BrokerError> {
    match &header.topic {
        topic if topic.is_retry() => Err(REDELIVERY),
        topic if topic.is_dlq() && header.reconsume_times > 0 => Err(DEAD_LETTER),
        _ => Ok(()),
    }
}

/// A negative queue id leaves the choice to us; the topic's permission is the client's business (reference §3.1).
pub(crate) fn queue(state: &State, topic: &Topic, asked: i32) -> Result<u32, BrokerError> {
    match u32::try_from(asked) {
        Ok(queue) if queue < topic.config.queues() => Ok(queue),
        Ok(queue) => Err(BrokerError::invalid(
            "queueId",
            queue,
            "is no queue of the topic",
        )),
        Err(_) => Ok(state.any_number() % topic.config.write_queues),
    }
}

/// Reads a property block once: what it wishes, and whether a wish is one we cannot fulfil.
pub(crate) fn wishes(block: Properties<'_>) -> Result<Wishes<'_>, BrokerError> {
    let mut wishes = Wishes::default();
    for (name, value) in block.iter() {
        match name {
            properties::UNIQ_KEY => wishes.unique_key = Some(value),
            properties::WAIT => wishes.no_wait = value.eq_ignore_ascii_case("false"),
            properties::DELAY if value.trim().parse::<i64>().is_ok_and(|level| level > 0) => {
                return Err(DELAYED);
            }
            properties::TIMER_DELAY_SEC
            | properties::TIMER_DELAY_MS
            | properties::TIMER_DELIVER_MS
            | properties::TIMER_DEL_UNIQ_KEY => {
                return Err(TIMED);
            }
            properties::TRANSACTION_PREPARED if value.eq_ignore_ascii_case("true") => {
                return Err(TRANSACTIONAL);
            }
            _ => {}
        }
    }
    Ok(wishes)
}

/// The property block of a single send as it is stored; answers the unique key that is in it.
pub(crate) fn stored_properties(
    call: &Call<'_>,
    sent: &Text,
    block: Properties<'_>,
    wishes: &Wishes<'_>,
    out: &mut Vec<u8>,
) -> Text {
    out.clear();
    properties::append_without(out, block, &REPLACED);
    let key = match wishes.unique_key {
        Some(key) => sent.slice_ref(key),
        None => {
            let key = call.state.unique_key(call.link.local().ip(), call.now_ms);
            properties::append(out, properties::UNIQ_KEY, &key);
            Text::from(key)
        }
    };
    add_broker_properties(call.state, out);
    key
}

/// What the broker tells consumers on every single message.
pub(crate) fn add_broker_properties(state: &State, out: &mut Vec<u8>) {
    properties::append(out, properties::MSG_REGION, REGION);
    properties::append(out, properties::TRACE_ON, TRACE_ON);
    properties::append(out, properties::CLUSTER, &state.config.cluster_name);
}

/// The record of a message with these properties.
pub(crate) fn record<'a>(
    header: &'a SendMessage,
    target: &Target,
    hosts: Hosts,
    body: &'a [u8],
    properties: &'a [u8],
) -> NewRecord<'a> {
    NewRecord {
        topic: header.topic.as_str(),
        queue_id: target.queue,
        flag: header.flag,
        sys_flag: header.sys_flag,
        born_time: header.born_time,
        born_host: hosts.born,
        store_host: hosts.store,
        reconsume_times: header.reconsume_times,
        prepared_at: 0,
        body,
        properties,
    }
}

/// The messages of a batch, each checked as a single one would be. Answers the lot, so that none is stored when one is refused.
pub(crate) fn batch_entries<'a>(
    topic: &TopicName,
    body: &'a [u8],
) -> Result<Vec<BatchEntry<'a>>, BrokerError> {
    if topic.is_retry() || topic.is_dlq() {
        return Err(BrokerError::NotBuilt {
            feature: "batches to retry and dead-letter topics",
        });
    }
    if body.len() > remoting::limits::BODY_LEN_MAX {
        return Err(BrokerError::TooMany {
            field: "batch bytes",
            len: body.len(),
            max: remoting::limits::BODY_LEN_MAX,
        });
    }
    let mut entries = Vec::new();
    for entry in BatchEntries::new(body) {
        if entries.len() == limits::BATCH_ENTRIES_MAX {
            return Err(BrokerError::TooMany {
                field: "messages in the batch",
                len: entries.len() + 1,
                max: limits::BATCH_ENTRIES_MAX,
            });
        }
        entries.push(entry?);
    }
    if entries.is_empty() {
        return Err(BrokerError::EmptyBatch);
    }
    Ok(entries)
}
