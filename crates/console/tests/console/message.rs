//! One message.

use std::io::Write;

use console::message::{Compression, Evidence, GroupStatus, Same, Shape};
use console::{ConsoleError, limits};
use remoting::record::sys_flag;

use crate::support::{Fixture, Message, block};

#[tokio::test]
async fn a_message_says_what_it_is_and_where() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 4);
    let message = Message {
        tag: Some("PAID"),
        keys: &["ORD-1", "TRACE-9"],
        body: br#"{"order": 1}"#,
    };
    let sent = fixture.send("orders", 3, message).await;
    let detail = fixture.reader().message(&sent.id).await.unwrap();
    assert_eq!(
        (detail.topic.as_str(), detail.queue, detail.offset),
        ("orders", 3, 0)
    );
    assert_eq!(
        (detail.tag.as_deref(), detail.keys.as_slice()),
        (
            Some("PAID"),
            &["ORD-1".to_owned(), "TRACE-9".to_owned()][..]
        )
    );
    assert_eq!(
        (detail.body.shape, detail.body.compression, detail.body.cut),
        (Shape::Json, Compression::None, false)
    );
    assert_eq!(&detail.body.bytes[..], br#"{"order": 1}"#);
    let segment = detail.segment.unwrap();
    assert!(
        segment.base <= detail.at && segment.file.contains(&segment.base.to_string()),
        "{segment:?}"
    );
    assert!(
        detail
            .properties
            .iter()
            .any(|property| property.name == "UNIQ_KEY" && property.system)
    );
    let again = fixture.reader().message(&sent.unique_key).await.unwrap();
    assert_eq!(again.id, sent.id, "a unique key leads to the canonical id");
}

#[tokio::test]
async fn copies_are_told_apart_by_what_they_share() {
    let fixture = Fixture::new().await;
    let resent = block(&[
        ("UNIQ_KEY", "7F00000100002A9F18B4AAC200000001"),
        ("KEYS", "ORD-1"),
    ]);
    let first = fixture.produce("orders", &resent, 0, b"a").await;
    let second = fixture.produce("orders-retry", &resent, 0, b"a").await;
    let other = fixture
        .produce(
            "payments",
            &block(&[("UNIQ_KEY", "other"), ("KEYS", "x ORD-1")]),
            0,
            b"b",
        )
        .await;
    // A message whose unique key is the others' business key is no copy of them.
    fixture
        .produce("payments", &block(&[("UNIQ_KEY", "ORD-1")]), 0, b"c")
        .await;
    let detail = fixture.reader().message(&first).await.unwrap();
    let copies: Vec<_> = detail
        .duplicates
        .iter()
        .map(|copy| (copy.row.id.as_str(), copy.same.clone()))
        .collect();
    assert_eq!(
        copies,
        [
            (other.as_str(), Same::Key("ORD-1".to_owned())),
            (second.as_str(), Same::UniqueKey)
        ]
    );
    assert!(!detail.duplicates_more);
}

#[tokio::test]
async fn groups_are_inferred_from_positions_or_have_none() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 2);
    fixture.send("orders", 0, Message::keyed(&[])).await;
    let sent = fixture.send("orders", 0, Message::keyed(&[])).await;
    for (group, queue, offset) in [("behind", 0, 1), ("elsewhere", 1, 0), ("passed", 0, 2)] {
        fixture.commit(group, "orders", queue, offset).await;
    }
    let detail = fixture.reader().message(&sent.id).await.unwrap();
    let groups: Vec<_> = detail
        .groups
        .iter()
        .map(|group| {
            (
                group.group.as_str(),
                group.status,
                group.evidence,
                group.position,
            )
        })
        .collect();
    assert_eq!(
        groups,
        [
            ("behind", GroupStatus::NotYet, Evidence::Inferred, Some(1)),
            ("elsewhere", GroupStatus::NoPosition, Evidence::Fact, None),
            (
                "passed",
                GroupStatus::PositionPassed,
                Evidence::Inferred,
                Some(2)
            ),
        ]
    );
}

#[tokio::test]
async fn a_subscription_that_leaves_the_tag_out_filters_the_message() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 1);
    let _member = fixture.member("billing", "orders", "PAID").await;
    for (tag, status) in [
        ("TEST", GroupStatus::FilteredByTag),
        ("PAID", GroupStatus::NoPosition),
    ] {
        let sent = fixture
            .send(
                "orders",
                0,
                Message {
                    tag: Some(tag),
                    ..Message::keyed(&[])
                },
            )
            .await;
        let detail = fixture.reader().message(&sent.id).await.unwrap();
        let [group] = detail.groups.as_slice() else {
            panic!("one group: {:?}", detail.groups)
        };
        assert_eq!(
            (group.status, group.expression.as_deref()),
            (status, Some("PAID")),
            "{tag}"
        );
    }
}

fn zlib(body: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_compressed_body_is_shown_decompressed() {
    let fixture = Fixture::new().await;
    let body = format!("[{}1]", "1, ".repeat(1_000));
    let id = fixture
        .produce("orders", "", sys_flag::COMPRESSED, &zlib(body.as_bytes()))
        .await;
    let detail = fixture.reader().message(&id).await.unwrap();
    assert_eq!(
        (detail.body.shape, detail.body.compression, detail.body.len),
        (Shape::Json, Compression::Zlib, Some(body.len() as u64))
    );
    assert_eq!(detail.body.bytes, body.as_bytes());
    assert!(detail.body.stored_len < 200);
    let broken = fixture
        .produce("orders", "", sys_flag::COMPRESSED, b"not zlib")
        .await;
    let detail = fixture.reader().message(&broken).await.unwrap();
    assert_eq!(
        (detail.body.compression, &detail.body.bytes[..]),
        (Compression::Unreadable, &b"not zlib"[..])
    );
}

#[tokio::test]
async fn a_huge_body_is_cut_and_says_so_but_downloads_whole() {
    let fixture = Fixture::new().await;
    let body = "订".repeat(limits::BODY_SHOWN_MAX / 2).into_bytes();
    let plain = fixture.produce("orders", "", 0, &body).await;
    let bomb = fixture
        .produce("orders", "", sys_flag::COMPRESSED, &zlib(&body))
        .await;
    for (id, len) in [(plain, Some(body.len() as u64)), (bomb, None)] {
        let shown = fixture.reader().message(&id).await.unwrap().body;
        assert!(
            shown.cut && shown.bytes.len() == limits::BODY_SHOWN_MAX && shown.shape == Shape::Text,
            "{:?}",
            shown.shape
        );
        assert_eq!(shown.len, len, "what was not decompressed is not known");
        let whole = fixture.reader().message_body(&id).await.unwrap();
        assert!(!whole.cut && whole.bytes == body);
    }
}

#[tokio::test]
async fn what_is_no_message_is_not_found() {
    let fixture = Fixture::new().await;
    let nowhere = "7F00000100002A9F0000000000000BAD";
    for id in [
        "",
        "x",
        nowhere,
        &"F".repeat(32),
        &"A".repeat(10_000),
        "../..",
        "\u{0}",
    ] {
        let error = fixture.reader().message(id).await.unwrap_err();
        assert!(
            matches!(error, ConsoleError::NotFound { .. }),
            "{id:.40}: {error}"
        );
        assert!(error.to_string().len() < 300);
    }
}
