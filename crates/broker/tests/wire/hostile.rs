//! Bytes that no client sends: the connection ends, everybody else goes on.

use std::time::Duration;

use bytes::BytesMut;
use remoting::code::RequestCode;
use remoting::command::Command;

use crate::support::{Client, Message, Pull, Running, start, start_with};

async fn is_cut_off(running: &Running, bytes: &[u8]) {
    let mut client = running.client().await;
    client.send_bytes(bytes).await;
    assert!(
        client.next().await.is_none(),
        "{:?} was answered",
        &bytes[..bytes.len().min(16)]
    );
}

async fn still_serves(running: &Running) {
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    assert_eq!(client.pull(Pull::of("orders", 0)).await.code, 0);
}

fn frame(header: &[u8]) -> Vec<u8> {
    let mut bytes = ((header.len() + 4) as u32).to_be_bytes().to_vec();
    bytes.extend_from_slice(&(header.len() as u32).to_be_bytes());
    bytes.extend_from_slice(header);
    bytes
}

#[tokio::test]
async fn garbage_ends_the_connection_and_nothing_else() {
    let running = start().await;
    let garbage: [&[u8]; 9] = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x7f\xff\xff\xff\x00\x00\x00\x00",
        b"\x00\x00\x00\x00",
        b"\x00\x00\x00\x08\x07\x00\x00\x04abcd",
        b"\x00\x00\x00\x08\x00\x00\x00\x99abcd",
        b"\x00\x00\x00\x08\x00\x00\x00\x04abcd",
        &frame(br#"{"code":"ten"}"#),
    ];
    for bytes in garbage {
        is_cut_off(&running, bytes).await;
    }
    still_serves(&running).await;
}

#[tokio::test]
async fn requests_before_the_garbage_are_answered() {
    let running = start_with(crate::support::async_config).await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let mut bytes = BytesMut::new();
    Message::to("orders")
        .request()
        .with_opaque(77)
        .encode(&mut bytes)
        .unwrap();
    bytes.extend_from_slice(b"\xff\xff\xff\xff");
    client.send_bytes(&bytes).await;
    assert!(client.next().await.is_none_or(|answer| answer.opaque == 77));
    let mut other = running.client().await;
    assert_eq!(
        other.pull(Pull::of("orders", 0)).await.records().len(),
        2,
        "what came whole was stored"
    );
}

#[tokio::test]
async fn a_frame_in_single_bytes_is_a_frame() {
    let running = start().await;
    let mut client = running.client().await;
    let mut bytes = BytesMut::new();
    Command::request(RequestCode::GetBrokerClusterInfo)
        .with_opaque(9)
        .encode(&mut bytes)
        .unwrap();
    for byte in &bytes {
        client.send_bytes(std::slice::from_ref(byte)).await;
    }
    assert_eq!(client.answer(9).await.code, 0);
}

#[tokio::test]
async fn wrong_types_are_answered_with_an_error() {
    let running = start().await;
    let mut client = running.client().await;
    let headers: [&[u8]; 3] = [
        br#"{"code":11,"opaque":1,"flag":0,"language":"JAVA","version":1,"extFields":{"consumerGroup":"g","topic":"t","queueId":"x","queueOffset":"0","maxMsgNums":"1","sysFlag":"0"}}"#,
        br#"{"code":30,"opaque":2,"flag":0,"language":"KLINGON","version":-1,"extFields":{"topic":["a"],"queueId":-7}}"#,
        br#"{"code":34,"opaque":3,"flag":0,"language":"JAVA","version":1,"extFields":null}"#,
    ];
    for header in headers {
        client.send_bytes(&frame(header)).await;
        let answer = client.next().await;
        assert!(answer.is_none_or(|answer| answer.code != 0));
        client = running.client().await;
    }
    still_serves(&running).await;
}

#[tokio::test]
async fn answers_to_nothing_are_ignored() {
    let running = start().await;
    let mut client = running.client().await;
    let stray = Command::response(5, remoting::code::ResponseCode::Success);
    client.send(stray).await;
    assert_eq!(
        client
            .call(Command::request(RequestCode::GetBrokerClusterInfo))
            .await
            .code,
        0
    );
}

#[tokio::test]
async fn a_peer_that_announces_much_and_sends_little_is_cut_off_when_memory_is_short() {
    let running = start_with(|dir| {
        let mut config = crate::support::config(dir);
        config.limits.buffered_bytes = 300 * 1024;
        config
    })
    .await;
    let mut client = running.client().await;
    let mut bytes = (8 * 1024 * 1024_u32).to_be_bytes().to_vec();
    bytes.resize(200 * 1024, 0);
    client.send_bytes(&bytes).await;
    assert!(client.next().await.is_none());
    still_serves(&running).await;
}

#[tokio::test]
async fn connections_beyond_the_limit_are_closed() {
    let running = start_with(|dir| {
        let mut config = crate::support::config(dir);
        config.limits.connections = 2;
        config
    })
    .await;
    let (mut one, mut two) = (running.client().await, running.client().await);
    let info = || Command::request(RequestCode::GetBrokerClusterInfo);
    assert!(one.call(info()).await.code == 0 && two.call(info()).await.code == 0);
    let mut three = running.client().await;
    assert!(three.next().await.is_none());
    drop(one);
    let room = async {
        loop {
            let mut four = Client::connect(running.broker.addresses().broker).await;
            four.send(info()).await;
            if four.next().await.is_some() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(10), room)
        .await
        .expect("the place of a closed connection is free again");
}

#[tokio::test]
async fn a_peer_that_does_not_read_stalls_nobody() {
    let running = start_with(crate::support::async_config).await;
    let mut slow = running.client().await;
    let mut other = running.client().await;
    other
        .store(Message {
            body: &[b'x'; 30_000],
            ..Message::to("orders")
        })
        .await;
    // More answers than the sockets' buffers and the connection's queue hold; none is read.
    let flood = slow.send_all((0..600).map(|_| Pull::of("orders", 0).request()));
    tokio::time::timeout(Duration::from_secs(10), flood)
        .await
        .expect("six hundred small requests fit into the buffers");
    for _ in 0..50 {
        assert_eq!(other.store(Message::to("orders")).await.queue_id, 0);
    }
    assert!(
        slow.next().await.is_some_and(|answer| answer.code == 0),
        "and it is served once it reads"
    );
}

#[tokio::test]
async fn refused_connections_are_counted_by_reason() {
    let running = start_with(crate::support::config).await;
    let refused = |reason: &str| {
        let metrics = running.broker.metrics();
        let metric = metrics.iter().find(|metric| {
            metric.name == "gantry_connections_refused_total"
                && metric.labels.iter().any(|(_, value)| value == reason)
        });
        metric.unwrap().value
    };
    for (reason, bytes) in [
        ("unreadable", &b"GET / HTTP/1.1\r\n\r\n"[..]),
        ("tls", &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]),
    ] {
        assert_eq!(refused(reason), 0.0);
        let mut client = running.client().await;
        client.send_bytes(bytes).await;
        assert!(client.next().await.is_none());
        let counted = async {
            while refused(reason) == 0.0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), counted)
            .await
            .expect(reason);
        assert_eq!(refused(reason), 1.0);
    }
}
