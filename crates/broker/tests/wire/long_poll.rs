//! A pull on an empty queue waits: for a message that passes its filter, or for its time to be up.

use std::time::{Duration, Instant};

use remoting::command::Command;
use remoting::request::delete_topic_in_broker::DeleteTopicInBroker;
use remoting::types::TopicName;

use crate::support::{Message, Pull, Pulled, async_config, start, start_with};

const LONG: i64 = 15_000;
/// Far below [`LONG`]: what is woken by an arrival, not by its deadline.
const SOON: Duration = Duration::from_secs(5);

#[tokio::test]
async fn an_arrival_wakes_the_pull() {
    for running in [start().await, start_with(async_config).await] {
        let (mut consumer, mut producer) = (running.client().await, running.client().await);
        producer.store(Message::to("orders")).await;
        let waiting = consumer
            .send(
                Pull {
                    suspend_ms: LONG,
                    ..Pull::of("orders", 1)
                }
                .request(),
            )
            .await;
        // The connection goes on while the pull waits.
        assert_eq!(consumer.pull(Pull::of("orders", 0)).await.code, 0);
        assert_eq!(running.broker.status().held_pulls, 1);
        let sent = Instant::now();
        producer
            .store(Message {
                body: b"second",
                ..Message::to("orders")
            })
            .await;
        let pulled = Pulled::read(consumer.answer(waiting).await);
        assert_eq!((pulled.code, pulled.bodies()), (0, vec![&b"second"[..]]));
        assert!(sent.elapsed() < SOON);
        assert_eq!(running.broker.status().held_pulls, 0);
    }
}

#[tokio::test]
async fn a_message_for_others_does_not_wake_it() {
    let running = start().await;
    let (mut consumer, mut producer) = (running.client().await, running.client().await);
    producer.store(Message::to("orders")).await;
    let waiting = consumer
        .send(
            Pull {
                suspend_ms: LONG,
                expression: "A",
                ..Pull::of("orders", 1)
            }
            .request(),
        )
        .await;
    assert_eq!(consumer.pull(Pull::of("orders", 0)).await.code, 0);
    producer
        .store(Message {
            properties: &[("TAGS", "B")],
            ..Message::to("orders")
        })
        .await;
    assert_eq!(running.broker.status().held_pulls, 1, "still waiting");
    producer
        .store(Message {
            properties: &[("TAGS", "A")],
            body: b"mine",
            ..Message::to("orders")
        })
        .await;
    let pulled = Pulled::read(consumer.answer(waiting).await);
    assert_eq!(
        (pulled.code, pulled.bodies(), pulled.header.next.0),
        (0, vec![&b"mine"[..]], 3)
    );
}

#[tokio::test]
async fn at_the_deadline_it_is_answered_with_nothing() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let asked = Instant::now();
    let pulled = client
        .pull(Pull {
            suspend_ms: 300,
            ..Pull::of("orders", 1)
        })
        .await;
    assert_eq!(
        (pulled.code, pulled.header.next.0, pulled.header.max.0),
        (19, 1, 1)
    );
    assert!((Duration::from_millis(300)..SOON).contains(&asked.elapsed()));
}

#[tokio::test]
async fn many_pulls_wait_on_one_connection_and_leave_with_it() {
    let running = start().await;
    let (mut consumer, mut producer) = (running.client().await, running.client().await);
    producer.store(Message::to("orders")).await;
    let pulls = (0..4).map(|queue| {
        Pull {
            queue,
            suspend_ms: LONG,
            ..Pull::of("orders", i64::from(queue == 0))
        }
        .request()
    });
    consumer.send_all(pulls).await;
    assert_eq!(consumer.pull(Pull::of("orders", 0)).await.code, 0);
    assert_eq!(running.broker.status().held_pulls, 4);
    drop(consumer);
    let gone = async {
        while running.broker.status().held_pulls > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(SOON, gone)
        .await
        .expect("held pulls of a dead connection are forgotten");
}

#[tokio::test]
async fn a_deleted_topic_keeps_nobody_waiting() {
    let running = start().await;
    let (mut consumer, mut other) = (running.client().await, running.client().await);
    other.store(Message::to("orders")).await;
    let waiting = consumer
        .send(
            Pull {
                suspend_ms: LONG,
                ..Pull::of("orders", 1)
            }
            .request(),
        )
        .await;
    assert_eq!(consumer.pull(Pull::of("orders", 0)).await.code, 0);
    assert_eq!(running.broker.status().held_pulls, 1);
    let asked = Instant::now();
    let delete = DeleteTopicInBroker {
        topic: TopicName::new("orders").unwrap(),
    };
    assert_eq!(other.call(Command::of(&delete)).await.code, 0);
    other.store(Message::to("orders")).await;
    let answer = consumer.answer(waiting).await;
    assert_eq!(answer.code, 17, "{:?}", answer.remark);
    assert!(asked.elapsed() < SOON);
    assert_eq!(running.broker.status().held_pulls, 0);
}
