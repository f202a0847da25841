//! What every typed header is held against: the bytes of the Java codec.

use core::fmt::Debug;

use bytes::BytesMut;

use super::{Reply, Request};
use crate::{
    command::Command,
    fields::Fields,
    frame,
    types::{GroupName, QueueRef, TopicName},
};

pub(crate) fn topic() -> TopicName {
    TopicName::new("orders").unwrap()
}

pub(crate) fn group() -> GroupName {
    GroupName::new("orders-service").unwrap()
}

pub(crate) fn queue() -> QueueRef {
    QueueRef {
        topic: topic(),
        id: 3,
    }
}

pub(crate) fn decoded(frame: &[u8]) -> Command {
    let mut buf = BytesMut::from(frame);
    let command = frame::decode(&mut buf)
        .unwrap()
        .expect("a golden file is a whole frame");
    assert!(buf.is_empty(), "a golden file is one frame");
    command
}

/// The golden frame reads as `sample`; what we write reads as `sample`, and says nothing the golden frame does not.
pub(crate) fn request<R: Request + PartialEq + Debug>(sample: &R, golden: &[u8]) {
    let command = decoded(golden);
    assert_eq!(command.code, R::CODE.number());
    assert_eq!(R::read(&command.fields).as_ref(), Ok(sample));
    let ours = encoded(&Command::of(sample));
    assert_eq!(R::read(&ours.fields).as_ref(), Ok(sample));
    same_spelling(&ours.fields, &command.fields);
}

/// As `request`, for the header of an answer.
pub(crate) fn reply<R: Reply + PartialEq + Debug>(sample: &R, golden: &[u8]) {
    let command = decoded(golden);
    assert!(command.is_response());
    assert_eq!(R::read(&command.fields).as_ref(), Ok(sample));
    let ours =
        encoded(&Command::response(1, crate::code::ResponseCode::Success).with_reply(sample));
    assert_eq!(R::read(&ours.fields).as_ref(), Ok(sample));
    same_spelling(&ours.fields, &command.fields);
}

fn encoded(command: &Command) -> Command {
    let mut out = BytesMut::new();
    command.encode(&mut out).unwrap();
    decoded(&out)
}

fn same_spelling(ours: &Fields, golden: &Fields) {
    for (name, value) in ours.iter() {
        assert_eq!(golden.get(name), Some(value), "field {name}");
    }
}
