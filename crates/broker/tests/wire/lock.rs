//! Orderly consumers take turns at a queue.

use remoting::body::Body;
use remoting::body::lock_batch::{LockBatch, LockedQueues};
use remoting::body::message_queue::MessageQueue;
use remoting::code::RequestCode;
use remoting::command::Command;

use crate::support::{Client, start};

fn request(code: RequestCode, client: &str, queues: &[i32]) -> Command {
    let mq_set = queues
        .iter()
        .map(|id| MessageQueue {
            broker_name: "broker-a".into(),
            queue_id: *id,
            topic: "orders".into(),
        })
        .collect();
    let body = LockBatch {
        consumer_group: "g".into(),
        client_id: client.into(),
        only_this_broker: false,
        mq_set,
    };
    Command::request(code).with_body(body.write())
}

async fn locked(client: &mut Client, id: &str, queues: &[i32]) -> Vec<i32> {
    let answer = client
        .call(request(RequestCode::LockBatchQueues, id, queues))
        .await;
    assert_eq!(answer.code, 0, "{:?}", answer.remark);
    let locked = LockedQueues::read(&answer.body).unwrap();
    assert!(
        locked
            .queues
            .iter()
            .all(|queue| queue.broker_name == "broker-a" && queue.topic == "orders"),
        "as they were named"
    );
    locked.queues.iter().map(|queue| queue.queue_id).collect()
}

#[tokio::test]
async fn a_queue_belongs_to_one_client_until_it_is_given_back() {
    let running = start().await;
    let mut client = running.client().await;
    client.beat("one", "g", "orders").await;
    assert_eq!(locked(&mut client, "one", &[0, 1]).await, [0, 1]);
    assert_eq!(locked(&mut client, "two", &[0, 1, 2]).await, [2]);
    let unlock = request(RequestCode::UnlockBatchQueues, "one", &[0]);
    assert_eq!(client.call(unlock).await.code, 0);
    assert_eq!(locked(&mut client, "two", &[0, 1]).await, [0]);
}

#[tokio::test]
async fn a_group_nobody_knows_locks_nothing() {
    let running = start().await;
    let mut client = running.client().await;
    assert_eq!(
        client
            .call(request(RequestCode::LockBatchQueues, "one", &[0]))
            .await
            .code,
        26
    );
}
