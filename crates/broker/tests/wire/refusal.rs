//! What is refused, with which code, and that the remark says why.

use bytes::Bytes;
use remoting::code::RequestCode;
use remoting::command::Command;
use remoting::request::consumer_send_message_back::ConsumerSendMessageBack;
use remoting::request::end_transaction::EndTransaction;
use remoting::types::LogOffset;

use crate::support::{Client, Message, Pull, group, heartbeat, start};

async fn refused(client: &mut Client, command: Command, code: i32, word: &str) {
    let answer = client.call(command).await;
    let remark = answer.remark.clone().unwrap_or_default();
    assert_eq!(answer.code, code, "{remark}");
    assert!(remark.contains(word), "{word:?} is not in {remark:?}");
}

#[tokio::test]
async fn rules_that_are_not_built_are_named_and_nothing_is_stored() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    for (name, value, word) in [
        ("DELAY", "3", "delayed"),
        ("TIMER_DELIVER_MS", "1800000000000", "timed"),
        ("TIMER_DELAY_SEC", "5", "timed"),
        ("TIMER_DELAY_MS", "5", "timed"),
        ("TRAN_MSG", "true", "transactional"),
    ] {
        refused(
            &mut client,
            Message {
                properties: &[(name, value)],
                ..Message::to("orders")
            }
            .request(),
            13,
            word,
        )
        .await;
    }
    refused(
        &mut client,
        Message::to("%RETRY%g").request(),
        13,
        "redelivery",
    )
    .await;
    let back = ConsumerSendMessageBack {
        at: LogOffset(0),
        group: group("g"),
        delay_level: 0,
        origin_message_id: None,
        origin_topic: None,
        max_reconsume_times: None,
    };
    refused(&mut client, Command::of(&back), 13, "redelivery").await;
    let end = EndTransaction {
        topic: None,
        producer_group: group("g"),
        half_offset: 0,
        at: LogOffset(0),
        outcome: 8,
        from_check: None,
        unique_key: None,
        transaction_id: None,
    };
    refused(&mut client, Command::of(&end), 13, "transactional").await;
    assert_eq!(client.pull(Pull::of("orders", 0)).await.header.max.0, 1);
    assert_eq!(
        client
            .store(Message {
                properties: &[("DELAY", "0"), ("TRAN_MSG", "false")],
                ..Message::to("orders")
            })
            .await
            .queue_offset
            .0,
        1,
        "these ask for nothing"
    );
}

#[tokio::test]
async fn unknown_codes_get_code_3() {
    let running = start().await;
    let mut client = running.client().await;
    for code in [
        0,
        9_999,
        200_050,
        -5,
        RequestCode::RegisterBroker.number(),
        RequestCode::UnregisterBroker.number(),
    ] {
        let command = Command {
            code,
            ..Command::request(RequestCode::HeartBeat)
        };
        refused(&mut client, command, 3, "not supported").await;
    }
}

#[tokio::test]
async fn sends_that_lead_nowhere() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    refused(
        &mut client,
        Message::to("SCHEDULE_TOPIC_XXXX").request(),
        16,
        "SCHEDULE_TOPIC_XXXX",
    )
    .await;
    refused(
        &mut client,
        Message {
            queue: 4,
            ..Message::to("orders")
        }
        .request(),
        29,
        "queueId",
    )
    .await;
    let no_template = Command::of(&remoting::request::send_message::SendMessage {
        default_topic: "nothing".into(),
        ..Message::to("other").header()
    });
    refused(&mut client, no_template, 17, "other").await;
    let big = vec![b'x'; 32_768];
    let value = std::str::from_utf8(&big).unwrap();
    refused(
        &mut client,
        Message {
            properties: &[("a", value)],
            ..Message::to("orders")
        }
        .request(),
        13,
        "properties",
    )
    .await;
    refused(
        &mut client,
        Message {
            body: &[0; 4 * 1024 * 1024 + 1],
            ..Message::to("orders")
        }
        .request(),
        13,
        "bytes",
    )
    .await;
}

#[tokio::test]
async fn absurd_names_are_refused_by_field() {
    let running = start().await;
    let mut client = running.client().await;
    for name in [
        "../../etc/passwd",
        "a b",
        "a\u{1}b",
        "",
        "é",
        &"x".repeat(10_000),
    ] {
        let command = Command::request(RequestCode::SendMessage).with_fields(|out| {
            out.text("topic", name);
            out.text("queueId", "0");
        });
        let answer = client.call(command).await;
        assert!(
            answer.code == 29 || answer.code == 1,
            "{name}: {}",
            answer.code
        );
        let remark = answer.remark.unwrap();
        assert!(remark.contains("topic") && remark.len() < 400, "{remark}");
    }
    let answer = client
        .call(Command::request(RequestCode::SendMessageV2))
        .await;
    assert!(answer.code == 1 && answer.remark.unwrap().contains("topic"));
}

#[tokio::test]
async fn pulls_that_lead_nowhere() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    refused(&mut client, Pull::of("nowhere", 0).request(), 17, "nowhere").await;
    refused(
        &mut client,
        Pull {
            queue: 99,
            ..Pull::of("orders", 0)
        }
        .request(),
        29,
        "queueId",
    )
    .await;
    refused(
        &mut client,
        Pull {
            expression: "||",
            ..Pull::of("orders", 0)
        }
        .request(),
        23,
        "||",
    )
    .await;
    let registered = |version: &'static str| {
        Command::request(RequestCode::PullMessage).with_fields(move |out| {
            for (name, value) in [
                ("consumerGroup", "g"),
                ("topic", "orders"),
                ("queueId", "0"),
                ("queueOffset", "0"),
                ("maxMsgNums", "32"),
                ("sysFlag", "0"),
                ("subVersion", version),
            ] {
                out.text(name, value);
            }
        })
    };
    refused(&mut client, registered("0"), 24, "subscription").await;
    assert_eq!(
        client.call(heartbeat("one", "g", "orders", "*")).await.code,
        0
    );
    assert_eq!(client.call(registered("1")).await.code, 0);
    refused(&mut client, registered("2"), 25, "older").await;
}

#[tokio::test]
async fn an_offset_below_zero_is_below_the_first() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let pulled = client
        .pull(Pull {
            suspend_ms: 10_000,
            ..Pull::of("orders", -1)
        })
        .await;
    assert_eq!((pulled.code, pulled.header.next.0), (21, 0));
}

#[tokio::test]
async fn what_is_no_queue_number_is_named() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let pull = Pull::of("orders", 0).request();
    let pull_fields: Vec<(String, String)> = pull
        .fields
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    for code in [
        RequestCode::PullMessage,
        RequestCode::GetMaxOffset,
        RequestCode::GetMinOffset,
        RequestCode::GetEarliestMessageStoreTime,
        RequestCode::SearchOffsetByTimestamp,
    ] {
        let request = Command::request(code).with_fields(|out| {
            for (name, value) in pull_fields.iter().filter(|(name, _)| name != "queueId") {
                out.text(name, value);
            }
            out.text("queueId", "-1");
            out.text("timestamp", "0");
        });
        let answer = client.call(request).await;
        let remark = answer.remark.unwrap();
        assert_eq!(answer.code, 29, "{code:?}: {remark}");
        assert!(
            remark.contains("queueId") && remark.contains("-1"),
            "{remark}"
        );
    }
}

#[tokio::test]
async fn a_group_without_a_name_says_which_field_is_missing() {
    let running = start().await;
    let mut client = running.client().await;
    let request = Command::request(RequestCode::UpdateAndCreateGroup);
    let answer = client
        .call(request.with_body(Bytes::from_static(b"{}")))
        .await;
    let remark = answer.remark.unwrap();
    assert_eq!(answer.code, 29, "{remark}");
    assert!(remark.contains("groupName"), "{remark}");
}
