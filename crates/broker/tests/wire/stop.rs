//! A stop answers what is under way, and keeps what it acknowledged.

use std::time::Instant;

use broker::{Broker, BrokerError};

use crate::support::{Client, Message, PATIENCE, Pull, Pulled, config, start};

#[tokio::test]
async fn held_pulls_are_answered_and_the_connection_is_closed() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let held = client
        .send(
            Pull {
                suspend_ms: 60_000,
                ..Pull::of("orders", 1)
            }
            .request(),
        )
        .await;
    assert_eq!(client.pull(Pull::of("orders", 0)).await.code, 0);
    let asked = Instant::now();
    running.broker.stop(PATIENCE).await.unwrap();
    assert!(asked.elapsed() < PATIENCE / 2);
    assert_eq!(Pulled::read(client.answer(held).await).code, 19);
    assert!(client.next().await.is_none());
    assert!(!running.broker.ready());
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_the_restart() {
    let running = start().await;
    let address = running.broker.addresses().broker;
    let sender = tokio::spawn(async move {
        let mut client = Client::connect(address).await;
        let mut acknowledged = 0u64;
        loop {
            client.send(Message::to("orders").request()).await;
            match client.next().await {
                Some(answer) if answer.code == 0 => acknowledged += 1,
                _ => return acknowledged,
            }
        }
    });
    while running.broker.status().messages_in_total < 20 {
        tokio::task::yield_now().await;
    }
    running.broker.stop(PATIENCE).await.unwrap();
    let acknowledged = sender.await.unwrap();
    let broker = Broker::start(config(running.dir.path())).await.unwrap();
    let mut client = Client::connect(broker.addresses().broker).await;
    let stored = client.pull(Pull::of("orders", 0)).await.header.max.0;
    assert!(
        acknowledged >= 20 && stored >= acknowledged,
        "{stored} stored, {acknowledged} acknowledged"
    );
}

#[tokio::test]
async fn a_directory_in_use_and_a_port_in_use_are_told_apart() {
    let running = start().await;
    let taken = Broker::start(config(running.dir.path()))
        .await
        .err()
        .unwrap();
    assert!(matches!(taken, BrokerError::Store(_)), "{taken}");
    let other = tempfile::tempdir().unwrap();
    let mut config = config(other.path());
    config.name_server_port = running.broker.addresses().name_server.port();
    let taken = Broker::start(config).await.err().unwrap();
    assert!(matches!(taken, BrokerError::Listen { .. }), "{taken}");
}

#[tokio::test]
async fn every_door_answers_and_the_vip_door_is_two_below() {
    let running = start().await;
    let addresses = running.broker.addresses();
    let vip = addresses.vip.unwrap();
    assert_eq!(vip.port() + 2, addresses.broker.port());
    for (n, door) in [addresses.name_server, addresses.broker, vip]
        .into_iter()
        .enumerate()
    {
        let mut client = Client::connect(door).await;
        assert_eq!(
            client.store(Message::to("orders")).await.queue_offset.0,
            n as u64
        );
    }
}
