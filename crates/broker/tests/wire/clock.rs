//! What ends when its time is up. The clock stands until the test sets it; the broker looks at it once a second.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use broker::{Broker, Env};
use remoting::body::Body;
use remoting::body::lock_batch::{LockBatch, LockedQueues};
use remoting::body::message_queue::MessageQueue;
use remoting::code::RequestCode;
use remoting::command::Command;
use store::fault::{FaultClock, FaultDisk};

use crate::support::{Client, Message, Pull, Pulled, config};

const NOW_MS: i64 = 1_700_000_000_000;

struct Timed {
    broker: Broker,
    clock: Arc<FaultClock>,
}

impl Timed {
    async fn start() -> Self {
        let clock = Arc::new(FaultClock(NOW_MS.into()));
        let env = Env {
            clock: Arc::<FaultClock>::clone(&clock),
            ..FaultDisk::default().env(NOW_MS)
        };
        Self {
            broker: Broker::start_in(config(Path::new("/data")), env)
                .await
                .unwrap(),
            clock,
        }
    }

    async fn client(&self) -> Client {
        Client::connect(self.broker.addresses().broker).await
    }

    fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn an_idle_connection_is_closed_and_its_client_forgotten() {
    let timed = Timed::start().await;
    let mut client = timed.client().await;
    client.beat("one", "g", "orders").await;
    assert_eq!(
        client.request().await.code,
        RequestCode::NotifyConsumerIdsChanged.number()
    );
    timed.pass(119_000);
    assert_eq!(
        client
            .call(Command::request(RequestCode::GetBrokerClusterInfo))
            .await
            .code,
        0
    );
    timed.pass(122_000);
    assert!(client.next().await.is_none());
    while timed.broker.status().connections > 0 {
        tokio::task::yield_now().await;
    }
    assert!(timed.broker.clients().is_empty());
}

#[tokio::test]
async fn a_held_pull_is_answered_at_its_deadline() {
    let timed = Timed::start().await;
    let mut client = timed.client().await;
    client.store(Message::to("orders")).await;
    let held = client
        .send(
            Pull {
                suspend_ms: 15_000,
                ..Pull::of("orders", 1)
            }
            .request(),
        )
        .await;
    assert_eq!(client.pull(Pull::of("orders", 0)).await.code, 0);
    timed.pass(15_000);
    assert_eq!(Pulled::read(client.answer(held).await).code, 19);
}

#[tokio::test]
async fn a_queue_lock_ends_after_a_minute() {
    let timed = Timed::start().await;
    let mut client = timed.client().await;
    client.beat("one", "g", "orders").await;
    let lock = |id: &str| {
        let queue = MessageQueue {
            broker_name: "broker-a".into(),
            queue_id: 0,
            topic: "orders".into(),
        };
        let body = LockBatch {
            consumer_group: "g".into(),
            client_id: id.into(),
            only_this_broker: false,
            mq_set: vec![queue],
        };
        Command::request(RequestCode::LockBatchQueues).with_body(body.write())
    };
    let mut locked = async |id| {
        LockedQueues::read(&client.call(lock(id)).await.body)
            .unwrap()
            .queues
            .len()
    };
    assert_eq!(locked("one").await, 1);
    timed.pass(59_999);
    assert_eq!(locked("two").await, 0);
    timed.pass(1);
    assert_eq!(locked("two").await, 1);
}
