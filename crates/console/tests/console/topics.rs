//! Topics, and the forms about them.

use bytes::Bytes;
use console::error::Rule;
use console::send::TestMessage;
use console::topics::{NewTopic, TopicKind, TopicQuery, TopicSort};
use console::{Action, ConsoleError, Resource, limits};

use crate::support::{Fixture, Message};

fn query() -> TopicQuery {
    TopicQuery {
        text: String::new(),
        kind: None,
        system: false,
        no_subscriber: false,
        sort: TopicSort::Name,
        descending: false,
        page: 1,
        per_page: 25,
    }
}

#[tokio::test]
async fn a_created_topic_is_listed_with_all_its_queues_at_0() {
    let fixture = Fixture::new().await;
    let topic = NewTopic {
        name: "orders".to_owned(),
        queues: 3,
        kind: TopicKind::Fifo,
    };
    fixture
        .may(Action::Create, Resource::Topics)
        .create_topic(topic)
        .await
        .unwrap();
    let list = fixture.reader().list_topics(query()).await.unwrap();
    let row = &list.page.items[0];
    assert_eq!(
        (
            row.name.as_str(),
            row.queues,
            row.kind,
            row.stored,
            row.behind
        ),
        ("orders", 3, TopicKind::Fifo, Some(0), None)
    );
    assert_eq!(
        (list.counts.all, list.counts.fifo, list.counts.no_subscriber),
        (1, 1, 1)
    );
    assert!(
        list.counts.system > 0,
        "there are built-in topics, which are not shown"
    );
    let detail = fixture.reader().topic("orders").await.unwrap();
    let bounds: Vec<_> = detail
        .queues
        .iter()
        .map(|queue| (queue.id, queue.min, queue.max, queue.last_stored_ms))
        .collect();
    assert_eq!(bounds, [(0, 0, 0, None), (1, 0, 0, None), (2, 0, 0, None)]);
}

#[tokio::test]
async fn a_topic_counts_its_messages_tags_and_groups() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 2);
    for tag in ["PAID", "PAID", "TEST"] {
        fixture
            .send(
                "orders",
                1,
                Message {
                    tag: Some(tag),
                    ..Message::keyed(&[])
                },
            )
            .await;
    }
    fixture.commit("billing", "orders", 1, 1).await;
    let detail = fixture.reader().topic("orders").await.unwrap();
    assert_eq!(
        (detail.row.stored, detail.row.groups, detail.row.behind),
        (Some(3), 1, Some(2))
    );
    assert_eq!(
        (
            detail.queues[1].max,
            detail.queues[1].last_stored_ms.is_some()
        ),
        (3, true)
    );
    let tags: Vec<_> = detail
        .tags
        .unwrap()
        .into_iter()
        .map(|tag| (tag.tag, tag.count))
        .collect();
    assert_eq!(tags, [("PAID".to_owned(), 2), ("TEST".to_owned(), 1)]);
    let groups: Vec<_> = detail
        .groups
        .iter()
        .map(|group| {
            (
                group.name.as_str(),
                group.online,
                group.behind,
                &group.expression,
            )
        })
        .collect();
    assert_eq!(groups, [("billing", 0, Some(2), &None)]);
    let missing = fixture.reader().topic("../orders").await.unwrap_err();
    assert!(
        matches!(missing, ConsoleError::NotFound { .. }),
        "{missing}"
    );
}

#[tokio::test]
async fn a_topic_form_names_the_field_and_the_rule() {
    let fixture = Fixture::new().await;
    fixture.topic("taken", 1);
    let long = "x".repeat(10_000);
    let cases = [
        ("", 4, "name", Rule::Empty),
        ("a b", 4, "name", Rule::NameCharacter { found: ' ' }),
        ("../../etc", 4, "name", Rule::NameCharacter { found: '.' }),
        ("a\u{0}", 4, "name", Rule::NameCharacter { found: '\0' }),
        (
            &long,
            4,
            "name",
            Rule::TooLong {
                len: 10_000,
                max: 127,
            },
        ),
        ("taken", 4, "name", Rule::Taken),
        ("TBW102", 4, "name", Rule::Reserved),
        ("%RETRY%g", 4, "name", Rule::Reserved),
        (
            "ok",
            0,
            "queues",
            Rule::OutOfRange {
                min: 1,
                max: limits::QUEUES_MAX.into(),
            },
        ),
        (
            "ok",
            u32::MAX,
            "queues",
            Rule::OutOfRange {
                min: 1,
                max: limits::QUEUES_MAX.into(),
            },
        ),
    ];
    for (name, queues, field, rule) in cases {
        let topic = NewTopic {
            name: name.to_owned(),
            queues,
            kind: TopicKind::Normal,
        };
        let refused = fixture
            .may(Action::Create, Resource::Topics)
            .create_topic(topic)
            .await
            .unwrap_err();
        assert_eq!(
            (refused.field(), refused.rule()),
            (Some(field), Some(&rule)),
            "{name:.40}"
        );
        assert!(
            refused.to_string().len() < 300,
            "a 10 kB name is not repeated"
        );
    }
    assert_eq!(
        fixture.reader().verify_audit().await.unwrap().entries,
        0,
        "what was not tried is no change"
    );
}

fn test_message() -> TestMessage {
    TestMessage {
        topic: "orders".to_owned(),
        queue: None,
        tag: None,
        keys: Vec::new(),
        properties: Vec::new(),
        body: Bytes::from_static(b"x"),
    }
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn wrong_messages() -> [(TestMessage, &'static str, Rule); 10] {
    let with = |change: fn(&mut TestMessage)| {
        let mut message = test_message();
        change(&mut message);
        message
    };
    let too_long = Rule::TooLong {
        len: 10_000,
        max: limits::KEY_MAX as u64,
    };
    let character = |found| Rule::Character { found };
    [
        (with(|m| m.topic = "none".into()), "topic", Rule::Unknown),
        (
            with(|m| m.queue = Some(2)),
            "queue",
            Rule::OutOfRange { min: 0, max: 1 },
        ),
        (with(|m| m.tag = Some("A||B".into())), "tag", character('|')),
        (
            with(|m| m.keys = vec!["a b".into()]),
            "keys",
            character(' '),
        ),
        (
            with(|m| m.keys = vec!["a".into(), "a".into()]),
            "keys",
            Rule::Twice,
        ),
        (
            with(|m| m.keys = vec!["k".repeat(10_000)]),
            "keys",
            too_long,
        ),
        (
            with(|m| m.properties = pairs(&[("KEYS", "x")])),
            "properties",
            Rule::Reserved,
        ),
        (
            with(|m| m.properties = pairs(&[("a", "1"), ("a", "2")])),
            "properties",
            Rule::Twice,
        ),
        (
            with(|m| m.properties = pairs(&[("a", "\u{2}")])),
            "properties",
            character('\u{2}'),
        ),
        (with(|m| m.body = Bytes::new()), "body", Rule::Empty),
    ]
}

#[tokio::test]
async fn a_message_form_names_the_field_and_the_rule() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 2);
    for (message, field, rule) in wrong_messages() {
        let refused = fixture
            .may(Action::Send, Resource::Topics)
            .send_test_message(message)
            .await
            .unwrap_err();
        assert_eq!(
            (refused.field(), refused.rule()),
            (Some(field), Some(&rule))
        );
    }
}

#[tokio::test]
async fn a_sent_test_message_is_there() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 2);
    let message = TestMessage {
        queue: Some(1),
        tag: Some(" PAID ".to_owned()),
        keys: vec!["ORD-1".to_owned()],
        properties: pairs(&[("tenant", "cn-east")]),
        ..test_message()
    };
    let sent = fixture
        .may(Action::Send, Resource::Topic("orders"))
        .send_test_message(message)
        .await
        .unwrap();
    assert_eq!(
        (sent.topic.as_str(), sent.queue, sent.offset),
        ("orders", 1, 0)
    );
    let detail = fixture.reader().message(&sent.id).await.unwrap();
    assert_eq!(
        (detail.tag.as_deref(), detail.keys.as_slice()),
        (Some("PAID"), &["ORD-1".to_owned()][..])
    );
    assert!(
        detail
            .properties
            .iter()
            .any(|property| property.name == "tenant"
                && property.value == "cn-east"
                && !property.system)
    );
}
