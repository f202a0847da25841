//! A message goes in and comes out: single, batch, one-way, pipelined, in both flush modes.

use bytes::Bytes;
use remoting::batch::{self, BatchEntry};
use remoting::body::topic_route::TopicRoute;
use remoting::code::RequestCode;
use remoting::command::Command;
use remoting::properties::Properties;
use remoting::request::Request;
use remoting::request::get_max_offset::{GetMaxOffset, GetMaxOffsetReply};
use remoting::request::get_route_info_by_topic::GetRouteInfoByTopic;
use remoting::request::send_message::SendMessage;
use remoting::types::TopicName;

use crate::support::{
    Message, Pull, Running, ask, ask_body, async_config, block, ids, queue, start, start_with,
};

#[tokio::test]
async fn a_message_comes_back_as_it_was_sent() {
    let running = start().await;
    let mut client = running.client().await;
    let message = Message {
        queue: 2,
        body: b"body",
        properties: &[
            ("TAGS", "A"),
            ("KEYS", "k1 k2"),
            ("UNIQ_KEY", "U1"),
            ("POP_CK", "x"),
        ],
        ..Message::to("orders")
    };
    let reply = client.store(message).await;
    assert_eq!((reply.queue_id, reply.queue_offset.0), (2, 0));
    assert_eq!(reply.transaction_id.as_deref(), Some("U1"));
    assert_eq!(
        (reply.region.as_deref(), reply.trace_on),
        (Some("DefaultRegion"), Some(true))
    );

    let pulled = client
        .pull(Pull {
            queue: 2,
            ..Pull::of("orders", 0)
        })
        .await;
    assert_eq!(
        (
            pulled.code,
            pulled.header.next.0,
            pulled.header.min.0,
            pulled.header.max.0
        ),
        (0, 1, 0, 1)
    );
    let [record] = pulled.records()[..] else {
        panic!("one record")
    };
    assert_eq!(
        (
            record.topic(),
            record.queue_id(),
            record.body(),
            record.flag()
        ),
        ("orders", 2, &b"body"[..], 7)
    );
    assert_eq!(record.log_offset(), ids(&reply)[0].at);
    assert_eq!(
        record.store_host(),
        running.broker.addresses().broker,
        "the id leads to the broker's door"
    );
    assert_eq!(ids(&reply)[0].host, running.broker.addresses().broker);
    let properties = record.properties();
    for (name, value) in [
        ("TAGS", "A"),
        ("KEYS", "k1 k2"),
        ("UNIQ_KEY", "U1"),
        ("MSG_REGION", "DefaultRegion"),
        ("TRACE_ON", "true"),
        ("CLUSTER", "DefaultCluster"),
    ] {
        assert_eq!(properties.get(name), Some(value), "{name}");
    }
    assert_eq!(
        properties.get("POP_CK"),
        None,
        "a client's own handle is stripped"
    );
}

#[tokio::test]
async fn a_message_without_unique_key_gets_one() {
    let running = start().await;
    let mut client = running.client().await;
    let one = client
        .store(Message::to("orders"))
        .await
        .transaction_id
        .unwrap();
    let two = client
        .store(Message::to("orders"))
        .await
        .transaction_id
        .unwrap();
    assert!(one.len() == 32 && two.len() == 32 && one != two);
    let pulled = client.pull(Pull::of("orders", 0)).await;
    let keys: Vec<_> = pulled
        .records()
        .iter()
        .map(|record| record.properties().uniq_key().unwrap().to_owned())
        .collect();
    assert_eq!(keys, [one.to_string(), two.to_string()]);
}

#[tokio::test]
async fn a_created_topic_is_in_the_route_at_once() {
    let running = start().await;
    let mut client = running.client().await;
    let ask_route = |topic| GetRouteInfoByTopic {
        topic: TopicName::new(topic).unwrap(),
        standard_json: None,
    };
    assert_eq!(
        client.call(Command::of(&ask_route("orders"))).await.code,
        17
    );
    client.store(Message::to("orders")).await;
    let route: TopicRoute = ask_body(&mut client, &ask_route("orders")).await;
    let queues = &route.queue_datas[0];
    assert_eq!(
        (queues.read_queue_nums, queues.write_queue_nums, queues.perm),
        (4, 4, 6)
    );
    assert_eq!(
        route.broker_datas[0].broker_addrs[&0],
        running.broker.addresses().broker.to_string()
    );
    assert_eq!(route.broker_datas[0].broker_name, queues.broker_name);
}

#[tokio::test]
async fn a_negative_queue_leaves_the_choice_to_the_broker() {
    let running = start().await;
    let mut client = running.client().await;
    for _ in 0..8 {
        let reply = client
            .store(Message {
                queue: -1,
                ..Message::to("orders")
            })
            .await;
        assert!((0..4).contains(&reply.queue_id));
    }
}

fn batch_of(header: SendMessage, bodies: &[&str]) -> Command {
    let properties: Vec<String> = bodies
        .iter()
        .map(|body| block(&[("UNIQ_KEY", body), ("KEYS", "batch")]))
        .collect();
    let entries = bodies
        .iter()
        .zip(&properties)
        .map(|(body, block)| BatchEntry {
            flag: 3,
            body: body.as_bytes(),
            properties: Properties::new(block.as_bytes()),
        });
    let command = Command::of(&SendMessage {
        is_batch: true,
        ..header
    })
    .with_body(batch::encode(entries).unwrap());
    Command {
        code: RequestCode::SendBatchMessage.number(),
        ..command
    }
}

#[tokio::test]
async fn a_batch_is_stored_as_single_messages() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let answer = client
        .call(batch_of(Message::to("orders").header(), &["a", "b", "c"]))
        .await;
    assert_eq!(answer.code, 0, "{:?}", answer.remark);
    let msg_id = answer.fields.get("msgId").unwrap();
    assert_eq!(
        (msg_id.split(',').count(), answer.fields.get("queueOffset")),
        (3, Some("1"))
    );
    let pulled = client.pull(Pull::of("orders", 1)).await;
    assert_eq!(pulled.bodies(), [b"a", b"b", b"c"]);
    for (record, id) in pulled.records().iter().zip(msg_id.split(',')) {
        assert_eq!(record.offset_message_id().to_string(), id);
        assert_eq!(
            (record.flag(), record.properties().get("CLUSTER")),
            (3, None),
            "entries stay as they are"
        );
    }
}

#[tokio::test]
async fn a_batch_is_stored_whole_or_not_at_all() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let good = batch_of(Message::to("orders").header(), &["a", "b"]);
    let cut = Bytes::copy_from_slice(&good.body[..good.body.len() - 1]);
    assert_eq!(client.call(good.with_body(cut)).await.code, 13);
    let empty = batch_of(Message::to("orders").header(), &[]);
    assert_eq!(client.call(empty).await.code, 13);
    let max: GetMaxOffsetReply = ask(
        &mut client,
        &GetMaxOffset {
            queue: queue("orders", 0),
            committed: None,
        },
    )
    .await;
    assert_eq!(max.offset.0, 1);
}

#[tokio::test]
async fn one_way_sends_are_stored_and_never_answered() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let refused = Message {
        properties: &[("DELAY", "3")],
        ..Message::to("orders")
    };
    client
        .send_all([
            Message::to("orders").request().oneway(),
            refused.request().oneway(),
        ])
        .await;
    let pulled = client
        .pull(Pull {
            suspend_ms: 15_000,
            ..Pull::of("orders", 1)
        })
        .await;
    assert_eq!((pulled.code, pulled.records().len()), (0, 1));
    let last = client.send(Message::to("orders").request()).await;
    assert_eq!(
        client.next().await.unwrap().opaque,
        last,
        "no frame but the answers asked for"
    );
}

async fn pipelined(running: Running) {
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let bodies: Vec<String> = (0..200).map(|n| format!("message {n}")).collect();
    let requests = bodies.iter().map(|body| {
        Message {
            body: body.as_bytes(),
            ..Message::to("orders")
        }
        .request()
    });
    let opaques = client.send_all(requests).await;
    for (n, opaque) in opaques.into_iter().enumerate() {
        let answer = client.answer(opaque).await;
        assert_eq!(
            (answer.code, answer.fields.get("queueOffset")),
            (0, Some((n + 1).to_string().as_str()))
        );
    }
    let mut offset = 1;
    let mut seen = Vec::new();
    while seen.len() < 200 {
        let pulled = client
            .pull(Pull {
                suspend_ms: 15_000,
                ..Pull::of("orders", offset)
            })
            .await;
        assert_eq!(pulled.code, 0);
        assert!(pulled.records().len() <= 32);
        seen.extend(
            pulled
                .bodies()
                .iter()
                .map(|body| String::from_utf8(body.to_vec()).unwrap()),
        );
        offset = pulled.header.next.0 as i64;
    }
    assert_eq!(seen, bodies);
}

#[tokio::test]
async fn pipelined_sends_keep_their_order_when_the_disk_is_waited_for() {
    pipelined(start().await).await;
}

#[tokio::test]
async fn pipelined_sends_keep_their_order_when_it_is_not() {
    pipelined(start_with(async_config).await).await;
}

#[tokio::test]
async fn first_version_headers_are_read() {
    let running = start().await;
    let mut client = running.client().await;
    let command = Command::request(RequestCode::SendMessage)
        .with_body(&b"old"[..])
        .with_fields(|out| {
            for (name, value) in [
                ("producerGroup", "p"),
                ("topic", "orders"),
                ("defaultTopic", "TBW102"),
                ("defaultTopicQueueNums", "4"),
                ("queueId", "0"),
            ] {
                out.text(name, value);
            }
        });
    assert_eq!(client.call(command).await.code, 0);
    assert_eq!(client.pull(Pull::of("orders", 0)).await.bodies(), [b"old"]);
    assert_eq!(SendMessage::CODE, RequestCode::SendMessageV2);
}

#[tokio::test]
async fn pulls_answer_every_state_of_a_queue() {
    let running = start().await;
    let mut client = running.client().await;
    for _ in 0..3 {
        client
            .store(Message {
                properties: &[("TAGS", "A")],
                ..Message::to("orders")
            })
            .await;
    }
    let mut check = async |pull: Pull<'_>, code, next| {
        let pulled = client.pull(pull).await;
        assert_eq!(
            (
                pulled.code,
                pulled.header.next.0,
                pulled.header.suggested_broker
            ),
            (code, next, 0),
            "at {}",
            pull.offset
        );
    };
    check(Pull::of("orders", 0), 0, 3).await;
    check(Pull::of("orders", 3), 19, 3).await;
    check(Pull::of("orders", 4), 21, 3).await;
    check(
        Pull {
            queue: 1,
            ..Pull::of("orders", 0)
        },
        19,
        0,
    )
    .await;
    check(
        Pull {
            queue: 1,
            ..Pull::of("orders", 9)
        },
        21,
        0,
    )
    .await;
    check(
        Pull {
            expression: "B",
            ..Pull::of("orders", 0)
        },
        20,
        3,
    )
    .await;
    check(
        Pull {
            expression: "B || A",
            ..Pull::of("orders", 0)
        },
        0,
        3,
    )
    .await;
}

#[tokio::test]
async fn a_built_in_topic_takes_messages_and_keeps_them() {
    let running = start().await;
    let mut client = running.client().await;
    assert_eq!(
        client.pull(Pull::of("BenchmarkTest", 0)).await.code,
        19,
        "nothing there yet"
    );
    client
        .store(Message {
            queue: 1000,
            body: b"kept",
            ..Message::to("BenchmarkTest")
        })
        .await;
    let running = running.restart().await;
    let mut client = running.client().await;
    let pulled = client
        .pull(Pull {
            queue: 1000,
            ..Pull::of("BenchmarkTest", 0)
        })
        .await;
    assert_eq!(pulled.bodies(), [b"kept"]);
}

#[tokio::test]
async fn wait_false_is_answered_before_the_disk() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let reply = client
        .store(Message {
            properties: &[("WAIT", "false")],
            ..Message::to("orders")
        })
        .await;
    assert_eq!(reply.queue_offset.0, 1);
    let pulled = client
        .pull(Pull {
            suspend_ms: 15_000,
            ..Pull::of("orders", 1)
        })
        .await;
    assert_eq!(pulled.code, 0, "flushed soon, though nobody waits");
}
