//! Frames: every prefix, every limit, and round trips.

use proptest::prelude::*;

use super::*;
use crate::code::{RequestCode, ResponseCode};

fn golden_frames() -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/testdata/request");
    let mut frames: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    frames.sort();
    assert!(frames.len() >= 30, "the golden frames are there");
    frames
}

#[test]
fn every_prefix_of_a_golden_frame_is_incomplete() {
    for (name, frame) in golden_frames() {
        for end in 0..frame.len() {
            let mut buf = BytesMut::from(&frame[..end]);
            assert_eq!(decode(&mut buf), Ok(None), "{name}, {end} bytes");
            assert_eq!(buf.len(), end, "nothing was taken");
        }
    }
}

#[test]
fn every_golden_frame_goes_through_our_encoder() {
    for (name, frame) in golden_frames() {
        let first = decode(&mut BytesMut::from(&frame[..])).unwrap().unwrap();
        let mut out = BytesMut::new();
        first.encode(&mut out).unwrap();
        let second = decode(&mut out).unwrap().unwrap();
        assert_eq!(
            (second.code, second.opaque, second.flag),
            (first.code, first.opaque, first.flag),
            "{name}"
        );
        assert_eq!(second.fields, first.fields, "{name}");
        assert_eq!(
            (second.remark, second.body),
            (first.remark, first.body),
            "{name}"
        );
    }
}

#[test]
fn what_we_write_is_strict_json_with_strings_only() {
    let mut out = BytesMut::new();
    let command = Command::response(-7, ResponseCode::PullNotFound)
        .with_remark("queue \"q\"\u{1}")
        .with_fields(|fields| fields.integer("nextBeginOffset", 12));
    command.encode(&mut out).unwrap();
    let header = r#"{"code":19,"extFields":{"nextBeginOffset":"12"},"flag":1,"language":"JAVA","opaque":-7,"remark":"queue \"q\"\u0001","version":479}"#;
    let mut expected = Vec::new();
    expected.extend_from_slice(&(header.len() as u32 + 4).to_be_bytes());
    expected.extend_from_slice(&(header.len() as u32).to_be_bytes());
    expected.extend_from_slice(header.as_bytes());
    assert_eq!(out, expected);
}

#[test]
fn ext_fields_are_always_an_object() {
    let mut out = BytesMut::new();
    Command::request(RequestCode::HeartBeat)
        .encode(&mut out)
        .unwrap();
    let header =
        r#"{"code":34,"extFields":{},"flag":0,"language":"JAVA","opaque":0,"version":479}"#;
    assert_eq!(&out[8..], header.as_bytes());
}

#[test]
fn frames_are_taken_one_by_one_with_their_bodies() {
    let mut buf = BytesMut::new();
    for opaque in 0..3 {
        let body = vec![opaque as u8; opaque as usize * 10];
        let command = Command::request(RequestCode::SendMessageV2)
            .with_opaque(opaque)
            .with_body(body);
        command.encode(&mut buf).unwrap();
    }
    for opaque in 0..3 {
        let command = decode(&mut buf).unwrap().unwrap();
        assert_eq!(
            (command.opaque, command.body.len()),
            (opaque, opaque as usize * 10)
        );
    }
    assert_eq!(decode(&mut buf), Ok(None));
}

#[test]
fn lengths_are_checked_as_soon_as_they_are_there() {
    let refused = |bytes: &[u8]| decode(&mut BytesMut::from(bytes)).unwrap_err();
    for len in [-1i32, i32::MIN, i32::MAX, 0, 3, 16 * 1024 * 1024 - 3] {
        let error = refused(&len.to_be_bytes());
        assert_eq!(
            error,
            WireError::FrameLength {
                len: len.into(),
                min: 4,
                max: 16_777_212
            }
        );
    }
    let largest = (16 * 1024 * 1024 - 4i32).to_be_bytes();
    assert_eq!(decode(&mut BytesMut::from(&largest[..])), Ok(None));
    assert_eq!(
        refused(b"\0\0\0\x06\0\0\0\x03{}"),
        WireError::HeaderLength { len: 3, max: 2 }
    );
    assert_eq!(
        refused(b"\0\0\0\x06\x02\0\0\x02{}"),
        WireError::SerializeType { kind: 2 }
    );
    assert_eq!(
        refused(b"\x16\x03\x01\x02"),
        WireError::FrameLength {
            len: 0x1603_0102,
            min: 4,
            max: 16_777_212
        }
    );
}

#[test]
fn a_header_above_the_limit_is_neither_read_nor_written() {
    let len = limits::HEADER_LEN_MAX + 1;
    let mut frame = BytesMut::new();
    frame.put_u32(len as u32 + 4);
    frame.put_u32(len as u32);
    frame.put_bytes(b' ', len);
    assert_eq!(
        decode(&mut frame),
        Err(WireError::HeaderLength {
            len,
            max: limits::HEADER_LEN_MAX
        })
    );
    let mut out = BytesMut::from(&b"before"[..]);
    let remark = "x".repeat(limits::HEADER_LEN_MAX);
    let command = Command::response(1, ResponseCode::SystemError).with_remark(&remark);
    assert!(matches!(
        command.encode(&mut out),
        Err(WireError::HeaderLength { .. })
    ));
    assert_eq!(out, &b"before"[..]);
    let head = FrameHead {
        code: 0,
        opaque: 0,
        flag: 1,
        remark: None,
    };
    let too_long = encode_head(&mut out, &head, |_| {}, limits::FRAME_LEN_MAX);
    assert!(matches!(
        too_long,
        Err(WireError::TooLong { what: "frame", .. })
    ));
    assert_eq!(out, &b"before"[..]);
}

#[test]
fn a_known_reader_of_every_kind_is_closed_on_garbage() {
    for garbage in [
        "GET / HTTP/1.1\r\n\r\n",
        "\u{16}\u{3}\u{1}",
        "{\"code\":1}",
        "PROXY TCP4 10.0.0.1",
    ] {
        let read = decode(&mut BytesMut::from(garbage.as_bytes()));
        assert!(read.is_err() || garbage.len() < 4, "{garbage:?}: {read:?}");
    }
}

proptest! {
    #![proptest_config(crate::fixed_seed())]

    #[test]
    fn any_command_comes_back(
        code in any::<i32>(), opaque in any::<i32>(), flag in 0..4i32, remark in any::<String>(),
        ext in proptest::collection::vec(any::<(String, String)>(), 0..20),
        body in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let mut command = Command::request(RequestCode::HeartBeat).with_opaque(opaque).with_body(body);
        command = command.with_fields(|out| ext.iter().for_each(|(name, value)| out.text(name, value)));
        command.code = code;
        command.flag = flag;
        command.remark = (!remark.is_empty()).then(|| remark.into());
        let mut out = BytesMut::new();
        command.encode(&mut out).unwrap();
        prop_assert_eq!(decode(&mut out).unwrap().unwrap(), command);
        prop_assert!(out.is_empty());
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0..3u8) {
        let mut frame = BytesMut::new();
        frame.put_u32(bytes.len() as u32 + 4);
        frame.put_u8(kind);
        frame.put_uint(bytes.len() as u64 / 2, 3);
        frame.put_slice(&bytes);
        if let Ok(Some(command)) = decode(&mut frame) {
            prop_assert_eq!(command.body.len(), bytes.len() - bytes.len() / 2);
        }
    }
}
