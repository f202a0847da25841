//! Paste anything.

use console::find::{FindKind, FindQuery, Found, Recognised, Scope};

use crate::support::{Fixture, Message, block};

async fn find(fixture: &Fixture, text: &str) -> Found {
    find_kind(fixture, text, None).await
}

async fn find_kind(fixture: &Fixture, text: &str, kind: Option<FindKind>) -> Found {
    fixture
        .reader()
        .find(FindQuery {
            text: text.to_owned(),
            kind,
            limit: 10,
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_message_is_found_by_both_ids_and_by_its_key() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 4);
    let sent = fixture
        .send("orders", 2, Message::keyed(&["ORD-1", "TRACE-9"]))
        .await;
    let by_place = find(&fixture, &sent.id.to_lowercase()).await;
    assert!(
        matches!(
            by_place.recognised,
            Some(Recognised::OffsetMessageId { .. })
        ),
        "{by_place:?}"
    );
    let by_unique = find(&fixture, &sent.unique_key.to_lowercase()).await;
    assert_eq!(
        by_unique.recognised,
        Some(Recognised::UniqueKey),
        "also in small letters"
    );
    let by_key = find(&fixture, "  TRACE-9\t").await;
    assert_eq!(by_key.recognised, Some(Recognised::Key));
    for found in [by_place, by_unique, by_key] {
        assert_eq!(
            found.single.as_deref(),
            Some(sent.id.as_str()),
            "{:?}",
            found.recognised
        );
        assert_eq!(found.messages.len(), 1);
    }
}

#[tokio::test]
async fn keys_are_found_in_all_topics_newest_first_and_capped_aloud() {
    let fixture = Fixture::new().await;
    let mut sent = Vec::new();
    for at in 0..12 {
        let topic = format!("t{at}");
        fixture.topic(&topic, 1);
        sent.push(fixture.send(&topic, 0, Message::keyed(&["K"])).await.id);
    }
    let found = find_kind(&fixture, "K", Some(FindKind::Key)).await;
    let ids: Vec<_> = found.messages.iter().map(|row| row.id.clone()).collect();
    assert_eq!(ids, sent.iter().rev().take(10).cloned().collect::<Vec<_>>());
    assert!(found.more && found.single.is_none());
}

#[tokio::test]
async fn copies_with_one_unique_key_are_no_single_hit() {
    let fixture = Fixture::new().await;
    let unique = "7F00000100002A9F18B4AAC200000001";
    let properties = block(&[("UNIQ_KEY", unique)]);
    let first = fixture.produce("orders", &properties, 0, b"a").await;
    let second = fixture.produce("orders", &properties, 0, b"a").await;
    let found = find(&fixture, unique).await;
    assert_eq!(found.recognised, Some(Recognised::UniqueKey));
    assert_eq!(
        found
            .messages
            .iter()
            .map(|row| row.id.as_str())
            .collect::<Vec<_>>(),
        [second.as_str(), first.as_str()]
    );
    assert_eq!(found.single, None);
}

#[tokio::test]
async fn names_are_found_by_part_the_whole_name_first() {
    let fixture = Fixture::new().await;
    for name in ["archived-orders", "orders-eu", "orders"] {
        fixture.topic(name, 1);
    }
    fixture.commit("orders-billing", "orders", 0, 0).await;
    let found = find(&fixture, "orders").await;
    let topics: Vec<_> = found
        .topics
        .iter()
        .map(|hit| (hit.name.as_str(), hit.exact))
        .collect();
    assert_eq!(
        topics,
        [
            ("orders", true),
            ("orders-eu", false),
            ("archived-orders", false)
        ]
    );
    assert_eq!(
        found
            .groups
            .iter()
            .map(|hit| hit.name.as_str())
            .collect::<Vec<_>>(),
        ["orders-billing"]
    );
    assert_eq!(
        (found.recognised, found.single),
        (Some(Recognised::Topic), None)
    );
}

#[tokio::test]
async fn what_is_not_there_says_where_it_was_looked_for() {
    let fixture = Fixture::new().await;
    let sent = fixture.send_one().await;
    let stranger = format!("0A0000FF{}", &sent[8..]);
    let found = find(&fixture, &stranger).await;
    assert_eq!(
        found.recognised,
        Some(Recognised::MessageId),
        "the same place, but of another host"
    );
    assert!(found.messages.is_empty() && found.single.is_none());
    let kinds: Vec<_> = found
        .searched
        .iter()
        .map(|searched| (searched.kind, searched.hits))
        .collect();
    assert_eq!(
        kinds
            .iter()
            .filter(|(kind, _)| *kind == FindKind::MessageId)
            .count(),
        2,
        "{kinds:?}"
    );
    assert!(kinds.iter().all(|(_, hits)| *hits == 0));
    assert!(found.searched.iter().any(|searched| matches!(
        searched.scope,
        Scope::KeyIndex {
            oldest_ms: Some(_),
            ..
        }
    )));
    assert!(found.searched.iter().any(|searched| matches!(searched.scope, Scope::CommitLog { at, start, end } if (start..end).contains(&at))));
}

#[tokio::test]
async fn absurd_texts_name_the_field() {
    let fixture = Fixture::new().await;
    for text in ["", "   ", "a\u{0}b", &"x".repeat(10_000)] {
        let refused = fixture
            .reader()
            .find(FindQuery {
                text: text.to_owned(),
                kind: None,
                limit: 10,
            })
            .await
            .unwrap_err();
        assert_eq!(refused.field(), Some("q"), "{refused}");
        assert!(refused.to_string().len() < 300);
    }
    for text in [
        "../../etc/passwd",
        "'; drop table",
        "%00",
        "订单",
        "\u{202e}abc",
        "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ",
    ] {
        assert!(find(&fixture, text).await.messages.is_empty(), "{text}");
    }
}

impl Fixture {
    async fn send_one(&self) -> String {
        self.topic("orders", 1);
        self.send("orders", 0, Message::keyed(&["ORD-1"])).await.id
    }
}
