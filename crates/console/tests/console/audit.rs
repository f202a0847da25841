//! The audit log: every change is announced and reported, and nobody can rewrite it unseen.

use broker::TableOp;
use console::audit::Step;
use console::send::TestMessage;
use console::topics::{NewTopic, TopicKind};
use console::{Action, ConsoleError, Resource};

use crate::support::Fixture;

const TABLE: &str = "console.audit";

async fn some_changes(fixture: &Fixture) {
    let topics = fixture.may(Action::Create, Resource::Topics);
    topics
        .create_topic(NewTopic {
            name: "orders".to_owned(),
            queues: 2,
            kind: TopicKind::Normal,
        })
        .await
        .unwrap();
    let message = TestMessage {
        topic: "orders".to_owned(),
        queue: None,
        tag: None,
        keys: vec!["ORD-1".to_owned()],
        properties: Vec::new(),
        body: "secret".into(),
    };
    fixture
        .may(Action::Send, Resource::Topics)
        .send_test_message(message)
        .await
        .unwrap();
}

fn entry(seq: u64) -> Vec<u8> {
    [b"entry", &seq.to_be_bytes()[..]].concat()
}

#[tokio::test]
async fn a_change_is_announced_and_reported_without_its_contents() {
    let fixture = Fixture::new().await;
    some_changes(&fixture).await;
    let entries = fixture.reader().audit_entries(0, 10).await.unwrap();
    let actions: Vec<_> = entries
        .iter()
        .map(|entry| (entry.seq, entry.action.as_str(), entry.resource.as_str()))
        .collect();
    assert_eq!(
        actions,
        [
            (1, "create_topic", "orders"),
            (2, "create_topic", "orders"),
            (3, "send_test_message", "orders"),
            (4, "send_test_message", "orders")
        ]
    );
    assert!(
        matches!(&entries[0].step, Step::Intent { fields } if fields.contains(&("queues".to_owned(), "2".to_owned())))
    );
    assert!(matches!(&entries[1].step, Step::Done { intent: 1, .. }));
    assert!(
        matches!(&entries[3].step, Step::Done { intent: 3, fields } if fields.iter().any(|(name, _)| name == "id"))
    );
    assert_eq!(
        (entries[0].actor.as_str(), entries[0].peer.as_deref()),
        ("admin", Some("127.0.0.1"))
    );
    assert!(!format!("{entries:?}").contains("secret"));
    assert_eq!(
        fixture.reader().audit_entries(3, 10).await.unwrap(),
        entries[3..]
    );
    assert_eq!(fixture.reader().verify_audit().await.unwrap().entries, 4);
}

#[tokio::test]
async fn a_change_that_fails_is_reported_as_failed() {
    let fixture = Fixture::new().await;
    let forbidden = TestMessage {
        topic: "SCHEDULE_TOPIC_XXXX".to_owned(),
        queue: None,
        tag: None,
        keys: Vec::new(),
        properties: Vec::new(),
        body: "x".into(),
    };
    let refused = fixture
        .may(Action::Send, Resource::Topics)
        .send_test_message(forbidden)
        .await
        .unwrap_err();
    assert_eq!(refused.field(), Some("topic"), "{refused}");
    let entries = fixture.reader().audit_entries(0, 10).await.unwrap();
    assert!(
        matches!(&entries[1].step, Step::Failed { intent: 1, code, .. } if code == "invalid"),
        "{entries:?}"
    );
}

#[tokio::test]
async fn a_changed_entry_is_found() {
    let fixture = Fixture::new().await;
    some_changes(&fixture).await;
    let tables = fixture.broker.tables();
    let row = tables.get(TABLE, &entry(2)).unwrap().unwrap();
    let text = String::from_utf8_lossy(&row[32..]).replace("admin", "guest");
    tables
        .write(vec![TableOp::put(
            TABLE,
            entry(2),
            [&row[..32], text.as_bytes()].concat(),
        )])
        .unwrap();
    let found = fixture.reader().verify_audit().await.unwrap_err();
    assert!(
        matches!(found, ConsoleError::AuditDamaged { seq: 2, .. }),
        "{found}"
    );
    assert!(found.is_ours());
}

#[tokio::test]
async fn removed_and_added_entries_are_found() {
    let fixture = Fixture::new().await;
    some_changes(&fixture).await;
    let tables = fixture.broker.tables();
    let last = tables.get(TABLE, &entry(4)).unwrap().unwrap();
    tables
        .write(vec![TableOp::put(TABLE, entry(5), last.clone())])
        .unwrap();
    let added = fixture.reader().verify_audit().await.unwrap_err();
    assert!(
        matches!(added, ConsoleError::AuditDamaged { seq: 5, .. }),
        "{added}"
    );
    tables
        .write(vec![
            TableOp::delete(TABLE, entry(5)),
            TableOp::delete(TABLE, entry(4)),
        ])
        .unwrap();
    let removed = fixture.reader().verify_audit().await.unwrap_err();
    assert!(
        matches!(removed, ConsoleError::AuditDamaged { seq: 4, .. }),
        "{removed}"
    );
    tables
        .write(vec![TableOp::put(TABLE, entry(4), last)])
        .unwrap();
    assert_eq!(
        fixture.reader().verify_audit().await.unwrap().entries,
        4,
        "as it was written it is whole again"
    );
}
