//! The binary header against hand-made bytes.

use bytes::BytesMut;
use proptest::prelude::*;

use super::*;
use crate::header::freeze;

const GOLDEN: &[u8] = b"\x01\x36\x09\x01\x3d\xff\xff\xff\xfb\0\0\0\x02\0\0\0\x02hi\0\0\0\x17\0\x01a\0\0\0\x05topic\0\x01b\0\0\0\x04\xc3\xa9\x01\x02";

fn parse(header: &[u8]) -> Result<Command, WireError> {
    let mut bytes = BytesMut::from(header);
    let mut command = Command::blank(0);
    let (_, text_len) = read(&mut bytes, &mut command)?;
    bytes.truncate(text_len);
    command.fields.set_text(freeze(bytes)?);
    Ok(command)
}

#[test]
fn the_bytes_of_the_reference_are_read() {
    let command = parse(GOLDEN).unwrap();
    assert_eq!(
        (command.code, command.version, command.opaque, command.flag),
        (310, 317, -5, 2)
    );
    assert_eq!(command.language, Language::Go);
    assert_eq!(
        command.fields.iter().collect::<Vec<_>>(),
        [("a", "topic"), ("b", "é\u{1}\u{2}")]
    );
}

#[test]
fn every_cut_is_refused() {
    for end in 0..GOLDEN.len() {
        assert!(parse(&GOLDEN[..end]).is_err(), "{end} bytes");
    }
    let mut longer = GOLDEN.to_vec();
    longer.push(0);
    assert!(parse(&longer).is_err());
}

#[test]
fn hostile_lengths_and_text_are_refused() {
    let text_at = [17, 25, 30, 42];
    for at in [13, 16, 19, 22, 23, 24, 26, 29, 35, 38]
        .into_iter()
        .chain(text_at)
    {
        for value in [0xFF, 0x80] {
            let mut bytes = GOLDEN.to_vec();
            bytes[at] = value;
            let parsed = parse(&bytes);
            assert!(parsed.is_err(), "byte {at} = {value}: {parsed:?}");
        }
    }
}

#[test]
fn a_character_does_not_span_two_values() {
    let mut header = vec![0; 17];
    header.extend_from_slice(b"\0\0\0\x10\0\x01\xc3\0\0\0\x01\xa9\0\x01b\0\0\0\x01c");
    assert!(parse(&header).unwrap_err().to_string().contains("UTF-8"));
}

proptest! {
    #![proptest_config(crate::fixed_seed())]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..100), zeros in any::<bool>()) {
        let mut header = if zeros { vec![0; 17] } else { Vec::new() };
        if zeros {
            header.extend_from_slice(&(bytes.len() as u32).to_be_bytes());
        }
        header.extend_from_slice(&bytes);
        if let Ok(Command { fields, .. }) = parse(&header) {
            prop_assert!(fields.len() <= header.len());
        }
    }
}
