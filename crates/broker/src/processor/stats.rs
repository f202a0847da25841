//! How full topics are and how far groups have come: GET_TOPIC_STATS_INFO (202), QUERY_TOPIC_CONSUME_BY_WHO (300),
//! GET_CONSUME_STATS (208).

use std::collections::BTreeSet;

use remoting::body::Body;
use remoting::body::consume_stats::{ConsumeOffset, ConsumeStats};
use remoting::body::group_list::GroupList;
use remoting::body::message_queue::{MessageQueue, QueueMap};
use remoting::body::topic_stats::{TopicOffset, TopicStats};
use remoting::request::get_consume_stats::GetConsumeStats;
use remoting::request::get_topic_stats::GetTopicStats;
use remoting::request::query_topic_consume_by_who::QueryTopicConsumeByWho;
use remoting::types::{GroupName, QueueOffset, TopicName};
use store::{Bounds, QueueKey};

use crate::error::BrokerError;
use crate::processor::{Answer, Call, Obstacle};
use crate::state::State;
use crate::topic::Topic;

/// All queues of the topic at once, also those that nothing was written to.
pub(crate) fn topic(call: &Call<'_>, r: GetTopicStats) -> Result<Answer, Obstacle> {
    let state = call.state;
    let topic = state.topics.require(&r.topic)?;
    let mut offsets = Vec::new();
    for id in 0..topic.config.queues() {
        let (bounds, last_ms) = state.queue_bounds(&topic, id)?;
        let offset = TopicOffset {
            min_offset: bounds.min.0 as i64,
            max_offset: bounds.max.0 as i64,
            last_update_timestamp: last_ms.unwrap_or(0),
        };
        offsets.push((message_queue(state, &topic, id), offset));
    }
    let topic_put_tps = topic.traffic.received.per_second().unwrap_or(0.0);
    Ok(Answer::body(
        TopicStats {
            offset_table: QueueMap(offsets),
            topic_put_tps,
        }
        .write(),
    ))
}

pub(crate) fn groups_of_topic(
    call: &Call<'_>,
    r: QueryTopicConsumeByWho,
) -> Result<Answer, Obstacle> {
    let group_list = call
        .state
        .groups_of_topic(&r.topic)
        .iter()
        .map(ToString::to_string)
        .collect();
    Ok(Answer::body(GroupList { group_list }.write()))
}

pub(crate) fn consume(call: &Call<'_>, r: GetConsumeStats) -> Result<Answer, Obstacle> {
    let state = call.state;
    let mut stats = ConsumeStats::default();
    for name in topics_asked(state, &r) {
        let Some(topic) = state.topics.get(name.as_str()) else {
            continue;
        };
        for id in 0..topic.config.read_queues {
            if let Some(offset) = consume_offset(state, &r.group, &topic, id)? {
                stats
                    .offset_table
                    .0
                    .push((message_queue(state, &topic, id), offset));
            }
        }
        stats.consume_tps += topic.traffic.delivered.per_second().unwrap_or(0.0);
    }
    Ok(Answer::body(stats.write()))
}

/// The topics named; if none, all that the group has offsets for or subscribes to.
fn topics_asked(state: &State, r: &GetConsumeStats) -> BTreeSet<TopicName> {
    if let Some(topic) = &r.topic {
        return BTreeSet::from([topic.clone()]);
    }
    let named: BTreeSet<TopicName> = r
        .topics
        .iter()
        .flat_map(|topics| topics.split(';'))
        .filter_map(|topic| TopicName::new(topic.trim()).ok())
        .collect();
    if !named.is_empty() {
        return named;
    }
    let stored = state
        .offsets
        .of_group(&r.group)
        .into_iter()
        .map(|(queue, _)| queue.topic);
    let subscribed = state
        .clients
        .online(&r.group)
        .map(|(_, _, topics)| topics)
        .unwrap_or_default();
    stored.chain(subscribed).collect()
}

fn consume_offset(
    state: &State,
    group: &GroupName,
    topic: &Topic,
    id: u32,
) -> Result<Option<ConsumeOffset>, BrokerError> {
    let stored = state.offsets.get(group, &topic.name, id);
    if stored.is_none() && !state.clients.is_online(group) {
        return Ok(None);
    }
    let key = topic.id().map(|topic| QueueKey { topic, queue: id });
    let bounds = key.map_or_else(Bounds::default, |key| state.store.bounds(key));
    let offset = stored.unwrap_or(bounds.min);
    let last_ms = match (key, offset.0.checked_sub(1)) {
        (Some(key), Some(last)) => state.store.store_time(key, QueueOffset(last))?,
        _ => None,
    };
    Ok(Some(ConsumeOffset {
        broker_offset: bounds.max.0 as i64,
        consumer_offset: offset.0 as i64,
        pull_offset: offset.0 as i64,
        last_timestamp: last_ms.unwrap_or(0),
    }))
}

fn message_queue(state: &State, topic: &Topic, id: u32) -> MessageQueue {
    MessageQueue {
        broker_name: state.config.broker_name.clone(),
        queue_id: id as i32,
        topic: topic.name.to_string(),
    }
}
