//! Offsets: of a group (14, 15), of a queue (30, 31), by time (29), and the age of a queue (32).

use std::sync::Arc;

use remoting::request::get_earliest_message_store_time::{
    GetEarliestMessageStoreTime, GetEarliestMessageStoreTimeReply,
};
use remoting::request::get_max_offset::{GetMaxOffset, GetMaxOffsetReply};
use remoting::request::get_min_offset::{GetMinOffset, GetMinOffsetReply};
use remoting::request::query_consumer_offset::{QueryConsumerOffset, QueryConsumerOffsetReply};
use remoting::request::search_offset_by_timestamp::{
    self, SearchOffsetByTimestamp, SearchOffsetByTimestampReply,
};
use remoting::request::update_consumer_offset::UpdateConsumerOffset;
use remoting::types::{QueueOffset, QueueRef};
use store::{Boundary, Bounds, QueueKey};

use crate::error::BrokerError;
use crate::processor::{Answer, Call, Obstacle};
use crate::state::State;
use crate::topic::Topic;

/// What a queue without a message answers for its oldest message's time.
const NO_TIME: i64 = -1;

/// The group's offset; 22 when it has none, so that the client's CONSUME_FROM_* decides. But a group that comes to a queue
/// whose first message is not yet out of sight starts there: Apache would let it miss what is stored meanwhile.
pub(crate) fn query(call: &Call<'_>, r: QueryConsumerOffset) -> Result<Answer, Obstacle> {
    let (_, key) = queue(call.state, &r.queue)?;
    let stored = call.state.offsets.get(&r.group, &r.queue.topic, r.queue.id);
    let offset = match stored {
        Some(offset) => offset,
        None if r.zero_if_missing != Some(false) && starts_in_sight(call.state, key)? => {
            QueueOffset(0)
        }
        None => {
            return Err(BrokerError::NotFound {
                what: "consumer offset",
            }
            .into());
        }
    };
    Ok(Answer::reply(&QueryConsumerOffsetReply { offset }))
}

fn starts_in_sight(state: &State, key: Option<QueueKey>) -> Result<bool, BrokerError> {
    let Some(key) = key else { return Ok(true) };
    let bounds = state.store.bounds(key);
    if bounds.max.0 == 0 {
        return Ok(true);
    }
    if bounds.min.0 > 0 {
        return Ok(false);
    }
    let first = state.store.entry(key, QueueOffset(0))?;
    // As far back as the hot tail reaches, also just after a restart, when it is still empty.
    let in_sight = state
        .store
        .visible()
        .0
        .saturating_sub(store::limits::HOT_TAIL_LEN as u64);
    Ok(first.is_some_and(|first| first.at.0 >= in_sight))
}

pub(crate) fn update(call: &Call<'_>, r: UpdateConsumerOffset) -> Result<Answer, Obstacle> {
    call.state.groups.require(&r.group)?;
    queue(call.state, &r.queue)?;
    let offset = u64::try_from(r.offset)
        .map_err(|_| BrokerError::invalid("commitOffset", r.offset, "is negative"))?;
    call.state
        .offsets
        .set(&r.group, &r.queue.topic, r.queue.id, QueueOffset(offset))?;
    Ok(Answer::ok())
}

pub(crate) fn max(call: &Call<'_>, r: GetMaxOffset) -> Result<Answer, Obstacle> {
    Ok(Answer::reply(&GetMaxOffsetReply {
        offset: bounds(call.state, &r.queue)?.max,
    }))
}

pub(crate) fn min(call: &Call<'_>, r: GetMinOffset) -> Result<Answer, Obstacle> {
    Ok(Answer::reply(&GetMinOffsetReply {
        offset: bounds(call.state, &r.queue)?.min,
    }))
}

pub(crate) fn search(call: &Call<'_>, r: SearchOffsetByTimestamp) -> Result<Answer, Obstacle> {
    let boundary = match r.boundary.unwrap_or_default() {
        search_offset_by_timestamp::Boundary::Lower => Boundary::Lower,
        search_offset_by_timestamp::Boundary::Upper => Boundary::Upper,
    };
    let offset = match queue(call.state, &r.queue)? {
        (_, Some(key)) => call.state.store.offset_at(key, r.timestamp, boundary)?,
        (_, None) => QueueOffset(0),
    };
    Ok(Answer::reply(&SearchOffsetByTimestampReply { offset }))
}

pub(crate) fn earliest(
    call: &Call<'_>,
    r: GetEarliestMessageStoreTime,
) -> Result<Answer, Obstacle> {
    let timestamp = match queue(call.state, &r.queue)? {
        (_, Some(key)) => call
            .state
            .store
            .store_time(key, call.state.store.bounds(key).min)?
            .unwrap_or(NO_TIME),
        (_, None) => NO_TIME,
    };
    Ok(Answer::reply(&GetEarliestMessageStoreTimeReply {
        timestamp,
    }))
}

fn bounds(state: &State, at: &QueueRef) -> Result<Bounds, BrokerError> {
    let (_, key) = queue(state, at)?;
    Ok(key.map_or_else(Bounds::default, |key| state.store.bounds(key)))
}

/// The queue and its name in the store; a topic nothing was ever written to may have none yet.
pub(crate) fn queue(
    state: &State,
    at: &QueueRef,
) -> Result<(Arc<Topic>, Option<QueueKey>), BrokerError> {
    let topic = state.topics.require(&at.topic)?;
    if at.id >= topic.config.queues() {
        return Err(BrokerError::invalid(
            "queueId",
            at.id,
            "is no queue of the topic",
        ));
    }
    let key = topic.id().map(|topic| QueueKey {
        topic,
        queue: at.id,
    });
    Ok((topic, key))
}
