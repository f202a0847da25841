//! Bounded queues: what is too much is answered, not buffered.

use remoting::command::Command;
use remoting::request::query_message::QueryMessage;
use remoting::types::{Text, TopicName};

use crate::support::{Message, async_config, start, start_with};

#[tokio::test]
async fn sends_are_refused_while_the_disk_is_too_far_behind() {
    let running = start_with(|dir| {
        let mut config = async_config(dir);
        config.limits.unflushed_bytes = 0;
        config
    })
    .await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let mut busy = 0;
    for _ in 0..50 {
        let answer = client.call(Message::to("orders").request()).await;
        match answer.code {
            0 => {}
            2 => {
                assert!(answer.remark.unwrap().starts_with("[OVERLOAD]"));
                busy += 1;
            }
            code => panic!("code {code}: {:?}", answer.remark),
        }
    }
    assert!(
        busy > 0,
        "fifty sends in a row are faster than the background flush"
    );
}

#[tokio::test]
async fn one_connection_gets_so_many_disk_requests_and_no_more() {
    let running = start().await;
    let mut client = running.client().await;
    client
        .store(Message {
            properties: &[("KEYS", "k")],
            ..Message::to("orders")
        })
        .await;
    let query = || {
        Command::of(&QueryMessage {
            topic: TopicName::new("orders").unwrap(),
            key: Text::from("k"),
            max: 32,
            begin: 0,
            end: i64::MAX,
            is_unique_key: None,
        })
    };
    let opaques = client.send_all((0..500).map(|_| query())).await;
    let (mut found, mut busy) = (0, 0);
    for opaque in opaques {
        let answer = client.answer(opaque).await;
        match answer.code {
            0 => found += 1,
            2 if answer
                .remark
                .as_deref()
                .is_some_and(|remark| remark.starts_with("[OVERLOAD]")) =>
            {
                busy += 1
            }
            code => panic!("code {code}"),
        }
    }
    assert!(found >= 16 && busy > 0, "{found} answered, {busy} refused");
    assert_eq!(client.call(query()).await.code, 0, "and then it goes on");
}
