//! Many producers and waiting consumers at once, on several threads: nothing is lost, doubled or out of order, and no
//! consumer sleeps through an arrival.

use std::time::Duration;

use crate::support::{Client, Message, Pull, Running, async_config, queue, start, start_with};

const QUEUES: u32 = 4;
const PER_PRODUCER: usize = 300;
/// Less than one long poll: a missed wake-up shows as a timeout.
const ALL: Duration = Duration::from_secs(50);
const SUSPEND_MS: i64 = 60_000;

/// Sends in windows of ten, so that bursts and single sends mix.
async fn produce(mut client: Client, id: u32) {
    for window in 0..PER_PRODUCER / 10 {
        let bodies: Vec<String> = (0..10)
            .map(|n| format!("{id}:{}", window * 10 + n))
            .collect();
        let requests = bodies.iter().map(|body| {
            let body = body.as_bytes();
            Message {
                queue: id as i32,
                body,
                ..Message::to("orders")
            }
            .request()
        });
        for opaque in client.send_all(requests).await {
            assert_eq!(client.answer(opaque).await.code, 0);
        }
    }
}

async fn consume(mut client: Client, id: u32) {
    let mut seen = 0;
    while seen < PER_PRODUCER {
        let pull = Pull {
            queue: id,
            suspend_ms: SUSPEND_MS,
            ..Pull::of("orders", seen as i64)
        };
        let pulled = client.pull(pull).await;
        assert_eq!(pulled.code, 0);
        for record in pulled.records() {
            assert_eq!(record.body(), format!("{id}:{seen}").as_bytes());
            assert_eq!(record.queue_offset().0, seen as u64);
            seen += 1;
        }
    }
}

async fn flow(running: Running) {
    let mut setup = running.client().await;
    let warm = setup
        .store(Message {
            queue: 0,
            ..Message::to("other")
        })
        .await;
    assert_eq!(warm.queue_id, 0);
    let spec = broker::TopicSpec {
        name: queue("orders", 0).topic,
        queues: QUEUES,
        perm: broker::TopicPerm::READ_WRITE,
        kind: broker::MessageKind::Normal,
    };
    running.broker.create_topic(spec).unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for id in 0..QUEUES {
        let (producer, consumer) = (running.client().await, running.client().await);
        tasks.spawn(consume(consumer, id));
        tasks.spawn(produce(producer, id));
    }
    let all = async {
        while let Some(done) = tasks.join_next().await {
            done.unwrap()
        }
    };
    tokio::time::timeout(ALL, all)
        .await
        .expect("every message arrives");
    let expected = u64::from(QUEUES) * PER_PRODUCER as u64;
    assert_eq!(running.broker.status().messages_out_total, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_flows_when_the_disk_is_waited_for() {
    flow(start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everything_flows_when_it_is_not() {
    flow(start_with(async_config).await).await;
}
