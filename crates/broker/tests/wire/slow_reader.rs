//! Peers that ask for much and read little: what waits for them stays small, and in order.

use std::path::Path;
use std::time::Duration;

use broker::BrokerConfig;
use store::StoreConfig;

use crate::support::{Client, Message, PATIENCE, Pull, Pulled, Running, config, start_with};

const PULLS: usize = 64;
const MESSAGE: usize = 3 * 1024 * 1024;
/// One message that is being written and what the soft limit lets through.
const UNSENT_MAX: f64 = 3.0 * MESSAGE as f64;

/// Segments that hold large messages.
fn roomy(dir: &Path) -> BrokerConfig {
    let mut config = config(dir);
    config.store = StoreConfig {
        flush: config.store.flush,
        ..StoreConfig::new(dir)
    };
    config
}

fn unsent(running: &Running) -> f64 {
    let metrics = running.broker.metrics();
    let metric = metrics
        .iter()
        .find(|metric| metric.name == "gantry_unsent_bytes");
    metric.unwrap().value
}

async fn ask(client: &mut Client, body: &[u8]) -> Vec<i32> {
    client
        .store(Message {
            body,
            ..Message::to("orders")
        })
        .await;
    let pulls = (0..PULLS).map(|_| Pull::of("orders", 0).request());
    client.send_all(pulls).await
}

async fn until_something_waits(running: &Running) {
    let waits = async {
        while unsent(running) == 0.0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waits)
        .await
        .expect("answers wait for their reader");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pipelined_pulls_are_run_as_their_answers_are_read() {
    let running = start_with(roomy).await;
    let mut client = running.client().await;
    let body = vec![b'x'; MESSAGE];
    let asked = ask(&mut client, &body).await;
    until_something_waits(&running).await;
    for opaque in asked {
        assert!(unsent(&running) <= UNSENT_MAX, "{} wait", unsent(&running));
        let answer = client.next().await.unwrap();
        assert_eq!(answer.opaque, opaque, "in the order of the requests");
        let pulled = Pulled::read(answer);
        assert_eq!((pulled.code, pulled.bodies()), (0, vec![&body[..]]));
    }
    assert_eq!(client.pull(Pull::of("orders", 1)).await.code, 19);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_pull_starts_while_all_readers_together_leave_too_much() {
    let running = start_with(|dir| {
        let mut config = roomy(dir);
        config.limits.unsent_bytes = 0;
        config
    })
    .await;
    let (mut slow, mut other) = (running.client().await, running.client().await);
    let asked = ask(&mut slow, &vec![b'x'; MESSAGE]).await;
    until_something_waits(&running).await;
    let refused = async {
        loop {
            let answer = other.call(Pull::of("orders", 0).request()).await;
            if answer.code == 2 {
                return answer.remark.unwrap();
            }
        }
    };
    let remark = tokio::time::timeout(PATIENCE, refused).await.unwrap();
    assert!(remark.starts_with("[OVERLOAD]"), "{remark}");
    for opaque in asked {
        // Its own turn may have come while the other one's answer was under way.
        assert!(matches!(slow.answer(opaque).await.code, 0 | 2));
    }
    let served = async { while other.call(Pull::of("orders", 0).request()).await.code != 0 {} };
    tokio::time::timeout(PATIENCE, served)
        .await
        .expect("there is room again");
}
