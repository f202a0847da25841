//! Sends by the long and the short names, and their answer.

use bytes::BytesMut;
use proptest::prelude::*;

use super::*;
use crate::{command::Command, request::check, types::LogOffset};

fn sample() -> SendMessage {
    SendMessage {
        producer_group: "orders-service".into(),
        topic: check::topic(),
        default_topic: "TBW102".into(),
        default_topic_queues: 4,
        queue_id: 3,
        sys_flag: 0,
        born_time: 1_700_000_000_000,
        flag: 7,
        properties: "KEYS\u{1}order-4711\u{2}TAGS\u{1}订单\u{2}".into(),
        reconsume_times: 0,
        unit_mode: false,
        max_reconsume_times: Some(16),
        is_batch: false,
    }
}

#[test]
fn the_short_names_of_the_java_client_are_read_and_written() {
    check::request(
        &sample(),
        include_bytes!("../../testdata/request/send_message.bin"),
    );
}

#[test]
fn the_binary_header_of_the_java_client_says_the_same() {
    let command = check::decoded(include_bytes!(
        "../../testdata/request/send_message_binary.bin"
    ));
    assert_eq!(SendMessage::read(&command.fields), Ok(sample()));
    assert_eq!(&command.body[..], b"hello");
}

#[test]
fn the_long_names_say_the_same() {
    let command = check::decoded(include_bytes!("../../testdata/request/send_message_v1.bin"));
    assert_eq!(command.code, RequestCode::SendMessage.number());
    assert_eq!(SendMessage::read(&command.fields), Ok(sample()));
}

#[test]
fn numbers_and_booleans_are_taken_for_text() {
    let command = check::decoded(include_bytes!(
        "../../testdata/request/send_message_ali_ons.bin"
    ));
    let read = SendMessage::read(&command.fields).unwrap();
    assert_eq!(
        (read.queue_id, read.unit_mode, read.topic),
        (3, false, check::topic())
    );
    assert_eq!(read.properties, sample().properties);
}

#[test]
fn topic_and_queue_are_needed_and_the_rest_is_not() {
    let only = |name: &str, value: &str| {
        SendMessage::read(&Fields::build(|out| {
            out.text("b", "orders");
            out.text(name, value);
        }))
    };
    assert_eq!(
        only("a", "g"),
        Err(WireError::MissingField { field: "queueId" })
    );
    assert_eq!(
        only("e", ""),
        Err(WireError::MissingField { field: "queueId" })
    );
    assert_eq!(only("e", "-1").unwrap().queue_id, -1);
    assert!(matches!(
        only("e", "x"),
        Err(WireError::BadField {
            field: "queueId",
            ..
        })
    ));
    let nothing = SendMessage::read(&Fields::default());
    assert_eq!(nothing, Err(WireError::MissingField { field: "topic" }));
}

#[test]
fn an_answer_lists_the_ids_of_a_batch() {
    let id = |at| OffsetMessageId {
        host: "10.0.0.5:10911".parse().unwrap(),
        at: LogOffset(at),
    };
    let one = SendMessageReply {
        message_ids: MessageIds::One(id(4096)),
        queue_id: 3,
        queue_offset: QueueOffset(9),
        transaction_id: Some("0A00000504D218B4AAC20A3B1C2D0001".into()),
        region: Some("DefaultRegion".into()),
        trace_on: Some(true),
    };
    check::reply(
        &one,
        include_bytes!("../../testdata/request/send_message_reply.bin"),
    );
    let many = SendMessageReply {
        message_ids: MessageIds::Many(vec![id(0), id(200)]),
        ..one
    };
    let fields = Fields::build(|out| crate::request::Reply::write(&many, out));
    assert_eq!(
        fields.get("msgId"),
        Some("0A00000500002A9F0000000000000000,0A00000500002A9F00000000000000C8")
    );
    assert_eq!(
        <SendMessageReply as crate::request::Reply>::read(&fields),
        Ok(many)
    );
}

proptest! {
    #![proptest_config(crate::fixed_seed())]

    #[test]
    fn any_send_comes_back(
        topic in "[a-zA-Z0-9_%|-]{1,127}",
        texts in any::<[String; 3]>(),
        numbers in any::<(i32, i32, i32, i64, i32, i32)>(),
        flags in any::<(bool, bool, Option<i32>)>(),
    ) {
        let [producer_group, default_topic, properties] = texts.map(Text::from);
        let (default_topic_queues, queue_id, sys_flag, born_time, flag, reconsume_times) = numbers;
        let (unit_mode, is_batch, max_reconsume_times) = flags;
        let send = SendMessage {
            producer_group, topic: TopicName::new(&topic).unwrap(), default_topic, default_topic_queues, queue_id,
            sys_flag, born_time, flag, properties, reconsume_times, unit_mode, max_reconsume_times, is_batch,
        };
        let mut out = BytesMut::new();
        Command::of(&send).encode(&mut out).unwrap();
        let command = check::decoded(&out);
        prop_assert_eq!(SendMessage::read(&command.fields), Ok(send));
    }
}
