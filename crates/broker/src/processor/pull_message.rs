//! PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361): read messages of a queue, or wait for the next.

use std::sync::Arc;

use remoting::code::ResponseCode;
use remoting::command::FLAG_RESPONSE;
use remoting::frame::{self, FrameHead};
use remoting::request::Reply;
use remoting::request::pull_message::{PullMessage, PullMessageReply, pull_flag};
use remoting::types::QueueOffset;
use store::{PullLimits, PullOutcome, Pulled, QueueKey, StoreError};

use crate::burst::Asked;
use crate::error::BrokerError;
use crate::info::ConsumeMode;
use crate::limits;
use crate::processor::{Call, Missing, Obstacle};
use crate::remoting_server::Out;
use crate::state::State;
use crate::subscription::{self, Subscription};
use crate::topic::Topic;

/// A pull that has passed every check and can be run, now or later.
pub(crate) struct Pull {
    pub(crate) asked: Asked,
    pub(crate) topic: Arc<Topic>,
    pub(crate) queue: QueueKey,
    pub(crate) offset: QueueOffset,
    pub(crate) wanted: Arc<Subscription>,
    /// Asked for an offset below 0, and so below every queue's first.
    below: bool,
    /// How long it may be held; 0: not at all.
    pub(crate) suspend_ms: i64,
    limits: PullLimits,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Run {
    Answered,
    /// There is nothing yet, and the pull may wait for it.
    Waits,
}

/// Checks in the order of the reference (§3.2), then takes the offset that came along.
pub(crate) fn prepare(
    call: &Call<'_>,
    asked: Asked,
    header: &PullMessage,
) -> Result<Pull, Obstacle> {
    let state = call.state;
    let Some(group) = state.groups.get(&header.group) else {
        return Err(Obstacle::Missing(Missing::Group(header.group.clone())));
    };
    if !group.consume_enable {
        return Err(BrokerError::ConsumeDisabled {
            group: header.group.clone(),
        }
        .into());
    }
    let topic = state.topics.require(&header.queue.topic)?;
    if !topic.config.perm().readable() {
        return Err(BrokerError::NotReadable {
            topic: topic.name.clone(),
        }
        .into());
    }
    if header.queue.id >= topic.config.read_queues {
        return Err(
            BrokerError::invalid("queueId", header.queue.id, "is no queue of the topic").into(),
        );
    }
    let wanted = wanted(state, header, group.consume_broadcast_enable)?;
    let Some(id) = topic.id() else {
        return Err(Obstacle::Missing(Missing::TopicId(topic)));
    };
    commit(state, header)?;
    let suspend_ms = if header.sys_flag & pull_flag::SUSPEND == 0 {
        0
    } else {
        header.suspend_ms.unwrap_or(0)
    };
    Ok(Pull {
        asked,
        queue: QueueKey {
            topic: id,
            queue: header.queue.id,
        },
        topic,
        offset: QueueOffset(u64::try_from(header.offset).unwrap_or(0)),
        wanted,
        below: header.offset < 0,
        suspend_ms: suspend_ms.clamp(0, limits::SUSPEND_MAX.as_millis() as i64),
        limits: PullLimits {
            max_count: u32::try_from(header.max)
                .unwrap_or(0)
                .clamp(1, limits::PULL_COUNT_MAX),
            max_bytes: header
                .max_bytes
                .and_then(|bytes| u32::try_from(bytes).ok())
                .map_or(limits::PULL_BYTES_MAX, |bytes| {
                    bytes.min(limits::PULL_BYTES_MAX)
                }),
            max_scan: limits::PULL_SCAN_MAX,
        },
    })
}

/// The request's own subscription, or the one of the last heartbeat.
fn wanted(
    state: &State,
    header: &PullMessage,
    broadcast_allowed: bool,
) -> Result<Arc<Subscription>, BrokerError> {
    let version = header.subscription_version.unwrap_or(0);
    if header.sys_flag & pull_flag::SUBSCRIPTION != 0 {
        if !subscription::is_tag_expression(header.expression_type.as_deref()) {
            return Err(BrokerError::Sql92);
        }
        return Ok(Arc::new(Subscription::parse(
            &header.queue.topic,
            header.subscription.as_deref().unwrap_or("*"),
            version,
        )?));
    }
    let not_subscribed = || BrokerError::NotSubscribed {
        group: header.group.clone(),
        topic: header.queue.topic.clone(),
    };
    let (mode, wanted) = state
        .clients
        .subscription(&header.group, &header.queue.topic)
        .ok_or_else(not_subscribed)?;
    if mode == ConsumeMode::Broadcasting && !broadcast_allowed {
        return Err(BrokerError::ConsumeDisabled {
            group: header.group.clone(),
        });
    }
    if wanted.version < version {
        return Err(BrokerError::SubscriptionNotLatest {
            group: header.group.clone(),
            topic: header.queue.topic.clone(),
        });
    }
    if !subscription::is_tag_expression(Some(&wanted.expression_type)) {
        return Err(BrokerError::Sql92);
    }
    Ok(wanted)
}

fn commit(state: &State, header: &PullMessage) -> Result<(), BrokerError> {
    if header.sys_flag & pull_flag::COMMIT_OFFSET == 0 {
        return Ok(());
    }
    match header.commit_offset.map(u64::try_from) {
        Some(Ok(offset)) => state.offsets.set(
            &header.group,
            &header.queue.topic,
            header.queue.id,
            QueueOffset(offset),
        ),
        _ => Ok(()),
    }
}

/// Reads and answers; with `may_wait`, an empty queue is not answered.
pub(crate) fn run(
    state: &State,
    pull: &Pull,
    may_wait: bool,
    out: &mut Out,
) -> Result<Run, BrokerError> {
    let mut body = out.body_buffer();
    let pulled = match read(state, pull, &mut body) {
        Ok(pulled) => pulled,
        Err(error) => {
            out.recycle(body);
            return Err(error.into());
        }
    };
    let (code, next, remark) = status(&pulled, pull.offset);
    if code == ResponseCode::PullNotFound && may_wait && pull.suspend_ms > 0 {
        out.recycle(body);
        return Ok(Run::Waits);
    }
    let reply = PullMessageReply {
        suggested_broker: 0,
        next,
        min: pulled.bounds.min,
        max: pulled.bounds.max,
        forbidden: None,
    };
    let head = FrameHead {
        code: code.number(),
        opaque: pull.asked.opaque,
        flag: FLAG_RESPONSE,
        remark: Some(remark),
    };
    if pull.asked.oneway {
        out.recycle(body);
        return Ok(Run::Answered);
    }
    let mut encoded = Ok(());
    out.frames(|frames| {
        encoded = frame::encode_head(frames, &head, |fields| reply.write(fields), body.len())
    });
    encoded?;
    if code == ResponseCode::Success {
        state.delivered.add(pulled.count.into());
        pull.topic.traffic.delivered.add(pulled.count.into());
        out.body(body);
    } else {
        out.recycle(body);
    }
    Ok(Run::Answered)
}

fn read(state: &State, pull: &Pull, body: &mut Vec<u8>) -> Result<Pulled, StoreError> {
    if pull.below {
        let bounds = state.store.bounds(pull.queue);
        return Ok(Pulled {
            count: 0,
            next: bounds.min,
            bounds,
            outcome: PullOutcome::TooSmall,
        });
    }
    state.store.pull(
        pull.queue,
        pull.offset,
        &pull.limits,
        &|tag_hash| pull.wanted.filter.matches(tag_hash),
        body,
    )
}

/// The table of the reference, §3.2.
fn status(pulled: &Pulled, asked: QueueOffset) -> (ResponseCode, QueueOffset, &'static str) {
    use PullOutcome as O;
    use ResponseCode::{PullNotFound, PullOffsetMoved, PullRetryImmediately, Success};
    match pulled.outcome {
        O::Found => (Success, pulled.next, "FOUND"),
        O::NoneMatched => (PullRetryImmediately, pulled.next, "NO_MATCHED_MESSAGE"),
        O::Removed => (PullRetryImmediately, pulled.next, "MESSAGE_WAS_REMOVING"),
        O::Empty if asked.0 == 0 => (PullNotFound, QueueOffset(0), "NO_MESSAGE_IN_QUEUE"),
        O::Empty => (PullOffsetMoved, QueueOffset(0), "NO_MESSAGE_IN_QUEUE"),
        O::TooSmall => (PullOffsetMoved, pulled.bounds.min, "OFFSET_TOO_SMALL"),
        O::AtEnd => (PullNotFound, asked, "OFFSET_OVERFLOW_ONE"),
        O::TooLarge => (PullOffsetMoved, pulled.bounds.max, "OFFSET_OVERFLOW_BADLY"),
    }
}

#[cfg(test)]
mod tests {
    use super::status;
    use remoting::types::QueueOffset;
    use store::{Bounds, PullOutcome, Pulled};

    fn check(outcome: PullOutcome, asked: u64, code: i32, next: u64) {
        let bounds = Bounds {
            min: QueueOffset(10),
            max: QueueOffset(20),
        };
        let pulled = Pulled {
            count: 0,
            next: QueueOffset(15),
            bounds,
            outcome,
        };
        let (got, got_next, _) = status(&pulled, QueueOffset(asked));
        assert_eq!(
            (got.number(), got_next.0),
            (code, next),
            "{outcome:?} at {asked}"
        );
    }

    #[test]
    fn every_row_of_the_status_table() {
        check(PullOutcome::Found, 10, 0, 15);
        check(PullOutcome::NoneMatched, 10, 20, 15);
        check(PullOutcome::Removed, 10, 20, 15);
        check(PullOutcome::Empty, 0, 19, 0);
        check(PullOutcome::Empty, 7, 21, 0);
        check(PullOutcome::TooSmall, 5, 21, 10);
        check(PullOutcome::AtEnd, 20, 19, 20);
        check(PullOutcome::TooLarge, 25, 21, 20);
    }
}
