//! The hot path allocates nothing: from the bytes of a send to the bytes of its answer.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what fails here fails the test"
)]

use bytes::{Bytes, BytesMut};
use remoting::{
    command::FLAG_RESPONSE,
    frame::{self, FrameHead},
    message_id::OffsetMessageId,
    request::{
        Reply, Request,
        pull_message::PullMessage,
        send_message::{MessageIds, SendMessage, SendMessageReply},
    },
    types::{LogOffset, QueueOffset, Text},
};

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/src/testdata/request/{name}.bin",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

/// Ten frames in a buffer, the first of them taken: that one turns the buffer into a shared one.
fn ten_frames(frame: &[u8]) -> BytesMut {
    let mut buf = BytesMut::from(&frame.repeat(10)[..]);
    assert!(frame::decode(&mut buf).unwrap().is_some());
    buf
}

fn answer(send: &SendMessage, opaque: i32, out: &mut BytesMut) {
    let host = "10.0.0.5:10911".parse().unwrap();
    let reply = SendMessageReply {
        message_ids: MessageIds::One(OffsetMessageId {
            host,
            at: LogOffset(4096),
        }),
        queue_id: send.queue_id,
        queue_offset: QueueOffset(9),
        transaction_id: Some(send.properties.clone()),
        region: Some(Text::from_static("DefaultRegion")),
        trace_on: Some(true),
    };
    let head = FrameHead {
        code: 0,
        opaque,
        flag: FLAG_RESPONSE,
        remark: None,
    };
    out.clear();
    frame::encode(out, &head, |fields| reply.write(fields), &Bytes::new()).unwrap();
}

#[test]
fn reading_a_send_and_writing_its_answer_allocates_nothing() {
    for name in ["send_message", "send_message_v1", "send_message_ali_ons"] {
        let mut buf = ten_frames(&golden(name));
        let mut out = BytesMut::with_capacity(4096);
        let measured = allocation_counter::measure(|| {
            while let Some(command) = frame::decode(&mut buf).unwrap() {
                let send = SendMessage::read(&command.fields).unwrap();
                answer(&send, command.opaque, &mut out);
            }
        });
        assert!(!out.is_empty());
        assert_eq!(measured.count_total, 0, "{name}: {measured:?}");
    }
}

#[test]
fn reading_a_pull_allocates_nothing() {
    let mut buf = ten_frames(&golden("pull_message"));
    let measured = allocation_counter::measure(|| {
        while let Some(command) = frame::decode(&mut buf).unwrap() {
            assert!(PullMessage::read(&command.fields).unwrap().max == 32);
        }
    });
    assert_eq!(measured.count_total, 0, "{measured:?}");
}
