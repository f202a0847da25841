//! LOCK_BATCH_MQ (41) and UNLOCK_BATCH_MQ (42): orderly consumers take turns at a queue.

use remoting::body::Body;
use remoting::body::lock_batch::{LockBatch, LockedQueues};
use remoting::body::message_queue::MessageQueue;
use remoting::types::{GroupName, QueueRef, TopicName};

use crate::error::BrokerError;
use crate::limits;
use crate::processor::{Answer, Call, Obstacle};

/// Answers the queues that are the client's now, exactly as it named them.
pub(crate) fn lock(call: &Call<'_>, body: LockBatch) -> Result<Answer, Obstacle> {
    let (group, named, queues) = checked(&body)?;
    call.state.groups.require(&group)?;
    let locked = call
        .state
        .locks
        .lock(&group, &body.client_id, &queues, call.now_ms);
    let queues = locked
        .into_iter()
        .map(|index| named[index].clone())
        .collect();
    Ok(Answer::body(LockedQueues { queues }.write()))
}

pub(crate) fn unlock(call: &Call<'_>, body: LockBatch) -> Result<Answer, Obstacle> {
    let (group, _, queues) = checked(&body)?;
    call.state.locks.unlock(&group, &body.client_id, &queues);
    Ok(Answer::ok())
}

/// The queues that can be queues at all, as named and as we call them.
fn checked(
    body: &LockBatch,
) -> Result<(GroupName, Vec<&MessageQueue>, Vec<QueueRef>), BrokerError> {
    if body.mq_set.len() > limits::LOCK_QUEUES_MAX {
        return Err(BrokerError::TooMany {
            field: "queues to lock",
            len: body.mq_set.len(),
            max: limits::LOCK_QUEUES_MAX,
        });
    }
    if body.client_id.is_empty() || body.client_id.len() > limits::CLIENT_ID_LEN_MAX {
        return Err(BrokerError::invalid(
            "clientId",
            &body.client_id,
            "is empty or longer than 255 bytes",
        ));
    }
    let group = GroupName::new(&body.consumer_group)?;
    let (mut named, mut queues) = (Vec::new(), Vec::new());
    for queue in &body.mq_set {
        let (Ok(topic), Ok(id)) = (TopicName::new(&queue.topic), u32::try_from(queue.queue_id))
        else {
            continue;
        };
        named.push(queue);
        queues.push(QueueRef { topic, id });
    }
    Ok((group, named, queues))
}
