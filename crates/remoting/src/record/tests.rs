//! The record against hand-made bytes, every prefix of them, and itself.

use proptest::prelude::*;

use super::*;

fn sample<'a>() -> NewRecord<'a> {
    NewRecord {
        topic: "orders",
        queue_id: 3,
        flag: 7,
        sys_flag: 0,
        born_time: 0x0102_0304_0506_0708,
        born_host: "10.0.0.9:5555".parse().unwrap(),
        store_host: "10.0.0.5:10911".parse().unwrap(),
        reconsume_times: 2,
        prepared_at: 0,
        body: b"hello",
        properties: b"TAGS\x01a\x02",
    }
}

fn encoded(record: &NewRecord<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    record.encode_into(&mut out).unwrap();
    out
}

#[test]
fn the_bytes_are_those_of_the_reference() {
    let mut bytes = encoded(&sample());
    place(
        &mut bytes,
        QueueOffset(9),
        LogOffset(0x1234),
        0x1112_1314_1516_1718,
    );
    let mut expected = Vec::new();
    expected.extend_from_slice(&[0, 0, 0, 109, 0xDA, 0xA3, 0x20, 0xA7]);
    expected.extend_from_slice(&[0x36, 0x10, 0xA6, 0x86]);
    expected.extend_from_slice(&[0, 0, 0, 3, 0, 0, 0, 7]);
    expected.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0x12, 0x34]);
    expected.extend_from_slice(&[0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expected.extend_from_slice(&[10, 0, 0, 9, 0, 0, 0x15, 0xB3]);
    expected.extend_from_slice(&[0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18]);
    expected.extend_from_slice(&[10, 0, 0, 5, 0, 0, 0x2A, 0x9F]);
    expected.extend_from_slice(&[0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0]);
    expected.extend_from_slice(b"\0\0\0\x05hello\x06orders\0\x07TAGS\x01a\x02");
    assert_eq!(bytes, expected);
}

#[test]
fn the_bytes_are_those_of_the_java_codec() {
    let mut new = sample();
    for (golden, v6) in [
        (&include_bytes!("../testdata/record/v1.bin")[..], false),
        (include_bytes!("../testdata/record/ipv6.bin"), true),
    ] {
        if v6 {
            new.born_host = "[2001:db8::9]:5555".parse().unwrap();
            new.store_host = "[2001:db8::5]:10911".parse().unwrap();
        }
        let mut bytes = encoded(&new);
        place(
            &mut bytes,
            QueueOffset(9),
            LogOffset(0x1234),
            0x1112_1314_1516_1718,
        );
        assert_eq!(bytes, golden, "IPv6: {v6}");
        assert!(Record::parse(golden).unwrap().is_body_intact());
    }
}

#[test]
fn a_placed_record_reads_back() {
    let mut new = sample();
    new.born_host = "[2001:db8::9]:5555".parse().unwrap();
    let mut bytes = encoded(&new);
    place(
        &mut bytes,
        QueueOffset(9),
        LogOffset(4096),
        1_700_000_000_000,
    );
    let record = Record::parse(&bytes).unwrap();
    assert_eq!(record.store_time(), 1_700_000_000_000);
    assert_eq!(record.log_offset(), LogOffset(4096));
    assert_eq!(record.queue_offset(), QueueOffset(9));
    assert_eq!(record.born_host(), new.born_host);
    assert_eq!(record.store_host(), new.store_host);
    assert_eq!(record.sys_flag(), sys_flag::BORN_HOST_V6);
    assert_eq!(record.properties().tag(), Some("a"));
    assert!(record.is_body_intact());
    assert_eq!(
        record.offset_message_id().to_string(),
        "0A00000500002A9F0000000000001000"
    );
}

#[test]
fn sizes_are_exact_for_both_versions_and_address_families() {
    let v6: SocketAddr = "[::1]:1".parse().unwrap();
    let long = "t".repeat(128);
    let mut record = sample();
    assert_eq!(encoded(&record).len(), 91 + 5 + 6 + 7);
    record.born_host = v6;
    assert_eq!(encoded(&record).len(), 91 + 12 + 18);
    record.store_host = v6;
    assert_eq!(encoded(&record).len(), 91 + 24 + 18);
    record.topic = &long;
    let bytes = encoded(&record);
    assert_eq!(bytes.len(), 91 + 24 + 1 + 5 + 128 + 7);
    assert_eq!(bytes[4..8], MAGIC_V2.to_be_bytes());
    assert_eq!(Record::parse(&bytes).unwrap().topic(), long);
    record.topic = &long[..127];
    assert_eq!(encoded(&record)[4..8], MAGIC_V1.to_be_bytes());
}

#[test]
fn no_prefix_and_no_extension_is_a_record() {
    let bytes = encoded(&sample());
    for end in 0..bytes.len() {
        assert!(Record::parse(&bytes[..end]).is_err(), "{end} bytes");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(Record::parse(&longer).is_err());
    assert_eq!(Record::parse_prefix(&longer).unwrap().1, [0]);
}

#[test]
fn lengths_that_do_not_add_up_are_refused() {
    let good = encoded(&sample());
    for at in [84usize, 93, 100] {
        for value in [0u8, 0x7F, 0xFF] {
            let mut bytes = good.clone();
            if bytes[at] != value {
                bytes[at] = value;
                assert!(Record::parse(&bytes).is_err(), "byte {at} = {value}");
            }
        }
    }
    let mut huge = good.clone();
    huge[..4].copy_from_slice(&[0xFF; 4]);
    assert!(Record::parse(&huge).is_err());
}

#[test]
fn what_does_not_fit_is_named() {
    let body = vec![0; limits::BODY_LEN_MAX + 1];
    let error = NewRecord {
        body: &body,
        ..sample()
    }
    .encoded_len()
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "body is 4194305 bytes long, at most 4194304 are allowed"
    );
    let properties = vec![b'x'; 32_768];
    assert!(
        NewRecord {
            properties: &properties,
            ..sample()
        }
        .encoded_len()
        .is_err()
    );
}

#[test]
fn a_pull_body_is_read_until_it_breaks() {
    let mut bytes = encoded(&sample());
    bytes.extend(encoded(&sample()));
    assert_eq!(records(&bytes).filter(Result::is_ok).count(), 2);
    bytes.extend_from_slice(&[0; 200]);
    let all: Vec<_> = records(&bytes).collect();
    assert_eq!((all.len(), all[2].is_err()), (3, true));
}

proptest! {
    #![proptest_config(crate::fixed_seed())]

    #[test]
    fn any_record_comes_back(
        topic in "[a-zA-Z0-9_%-]{1,255}",
        body in proptest::collection::vec(any::<u8>(), 0..300),
        properties in proptest::collection::vec(any::<u8>(), 0..100),
        numbers in any::<(u32, i32, i32, i64, i32, i64)>(),
        born in any::<(bool, [u8; 16], u16)>(),
        store in any::<(bool, [u8; 16], u16)>(),
    ) {
        let host = |(v6, ip, port): (bool, [u8; 16], u16)| if v6 {
            SocketAddr::new(Ipv6Addr::from(ip).into(), port)
        } else {
            SocketAddr::new(Ipv4Addr::new(ip[0], ip[1], ip[2], ip[3]).into(), port)
        };
        let (queue_id, flag, sys_flag, born_time, reconsume_times, prepared_at) = numbers;
        let new = NewRecord {
            topic: &topic, queue_id, flag, sys_flag, born_time, born_host: host(born), store_host: host(store),
            reconsume_times, prepared_at, body: &body, properties: &properties,
        };
        let bytes = encoded(&new);
        prop_assert_eq!(bytes.len(), new.encoded_len().unwrap());
        let record = Record::parse(&bytes).unwrap();
        prop_assert_eq!(record.topic(), topic.as_str());
        prop_assert_eq!(record.body(), &body[..]);
        prop_assert_eq!(record.properties().as_bytes(), &properties[..]);
        prop_assert_eq!((record.queue_id(), record.flag(), record.born_time()), (queue_id, flag, born_time));
        prop_assert_eq!((record.reconsume_times(), record.prepared_at()), (reconsume_times, prepared_at));
        prop_assert_eq!((record.born_host(), record.store_host()), (new.born_host, new.store_host));
        prop_assert_eq!(record.sys_flag() & !0x30, sys_flag & !0x30);
    }

    #[test]
    fn no_bytes_make_it_panic(mut bytes in proptest::collection::vec(any::<u8>(), 91..400), v2 in any::<bool>()) {
        let len = bytes.len() as u32;
        bytes[..4].copy_from_slice(&len.to_be_bytes());
        bytes[4..8].copy_from_slice(&if v2 { MAGIC_V2 } else { MAGIC_V1 }.to_be_bytes());
        if let Ok(record) = Record::parse(&bytes) {
            prop_assert_eq!(record.bytes().len(), bytes.len());
            let used = (record.born_host(), record.store_host(), record.body().len(), record.properties().keys().count());
            prop_assert!(used.2 <= bytes.len());
        }
    }
}

#[test]
fn a_record_the_java_client_has_read_stays_as_it_is() {
    let golden = include_bytes!("../testdata/record/v2_mixed_hosts.bin");
    let topic = "t".repeat(128);
    let new = NewRecord {
        topic: &topic,
        store_host: "[2001:db8::5]:10911".parse().unwrap(),
        ..sample()
    };
    let mut bytes = encoded(&new);
    place(
        &mut bytes,
        QueueOffset(9),
        LogOffset(0x1234),
        0x1112_1314_1516_1718,
    );
    assert_eq!(bytes, golden);
}
