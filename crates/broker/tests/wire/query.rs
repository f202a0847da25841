//! Finding messages by id and by key.

use remoting::command::Command;
use remoting::record::Record;
use remoting::request::query_message::QueryMessage;
use remoting::request::view_message_by_id::ViewMessageById;
use remoting::types::{LogOffset, Text, TopicName};

use crate::support::{Client, Message, ids, start};

fn by_key(topic: &str, key: &str, is_unique_key: Option<bool>) -> QueryMessage {
    QueryMessage {
        topic: TopicName::new(topic).unwrap(),
        key: Text::from(key),
        max: 32,
        begin: 0,
        end: i64::MAX,
        is_unique_key,
    }
}

async fn found(client: &mut Client, query: &QueryMessage) -> Vec<String> {
    let answer = client.call(Command::of(query)).await;
    if answer.code == 22 {
        return Vec::new();
    }
    assert_eq!(answer.code, 0, "{:?}", answer.remark);
    assert!(
        answer.fields.get("indexLastUpdateTimestamp").is_some()
            && answer.fields.get("indexLastUpdatePhyoffset").is_some()
    );
    let mut rest = &answer.body[..];
    let mut bodies = Vec::new();
    while !rest.is_empty() {
        let (record, after) = Record::parse_prefix(rest).unwrap();
        bodies.push(String::from_utf8(record.body().to_vec()).unwrap());
        rest = after;
    }
    bodies
}

#[tokio::test]
async fn messages_are_found_by_key_and_by_unique_key() {
    let running = start().await;
    let mut client = running.client().await;
    client
        .store(Message {
            body: b"one",
            properties: &[("KEYS", "k1 k2"), ("UNIQ_KEY", "U1")],
            ..Message::to("orders")
        })
        .await;
    client
        .store(Message {
            body: b"two",
            properties: &[("KEYS", "k2"), ("UNIQ_KEY", "U2")],
            ..Message::to("orders")
        })
        .await;
    client
        .store(Message {
            body: b"elsewhere",
            properties: &[("KEYS", "k1")],
            ..Message::to("invoices")
        })
        .await;
    assert_eq!(
        found(&mut client, &by_key("orders", "k1", None)).await,
        ["one"]
    );
    assert_eq!(
        found(&mut client, &by_key("orders", "k2", None)).await,
        ["two", "one"],
        "newest first"
    );
    assert_eq!(
        found(&mut client, &by_key("orders", "U2", Some(true))).await,
        ["two"]
    );
    assert!(
        found(&mut client, &by_key("orders", "k3", None))
            .await
            .is_empty()
    );
    assert!(
        found(&mut client, &by_key("nowhere", "k1", None))
            .await
            .is_empty()
    );
    let before = QueryMessage {
        end: 1,
        ..by_key("orders", "k1", None)
    };
    assert!(
        found(&mut client, &before).await.is_empty(),
        "the time range counts"
    );
}

#[tokio::test]
async fn a_message_is_found_by_its_place_and_nothing_beside_it() {
    let running = start().await;
    let mut client = running.client().await;
    let reply = client
        .store(Message {
            body: b"one",
            ..Message::to("orders")
        })
        .await;
    let at = ids(&reply)[0].at;
    let view = |at| Command::of(&ViewMessageById { at, topic: None });
    let answer = client.call(view(at)).await;
    assert_eq!(Record::parse(&answer.body).unwrap().body(), b"one");
    for beside in [at.0 + 1, at.0 + 8, 0, u64::from(u32::MAX)] {
        assert_eq!(
            client.call(view(LogOffset(beside))).await.code,
            1,
            "{beside}"
        );
    }
}
