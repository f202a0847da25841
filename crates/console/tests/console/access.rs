//! Who may do what.

use console::topics::{NewTopic, TopicKind};
use console::{Action, Actor, ConsoleError, Resource};

use crate::support::Fixture;

#[tokio::test]
async fn more_than_was_granted_is_forbidden() {
    let fixture = Fixture::new().await;
    let topic = NewTopic {
        name: "orders".to_owned(),
        queues: 1,
        kind: TopicKind::Normal,
    };
    for (action, resource) in [
        (Action::Read, Resource::Cluster),
        (Action::Create, Resource::Topic("other")),
        (Action::Create, Resource::Messages),
    ] {
        let refused = fixture
            .may(action, resource)
            .create_topic(topic.clone())
            .await
            .unwrap_err();
        assert!(
            matches!(refused, ConsoleError::Forbidden { .. }),
            "{action:?} {resource:?}: {refused}"
        );
    }
    assert!(
        fixture
            .broker
            .topic(&remoting::types::TopicName::new("orders").unwrap())
            .is_none()
    );
    fixture
        .may(Action::Create, Resource::Topic("orders"))
        .create_topic(topic)
        .await
        .unwrap();
    assert!(
        fixture
            .may(Action::Read, Resource::Topic("orders"))
            .topic("orders")
            .await
            .is_ok()
    );
    assert!(
        fixture
            .may(Action::Read, Resource::Topic("other"))
            .topic("orders")
            .await
            .is_err()
    );
}

#[tokio::test]
async fn without_accounts_only_this_machine_is_somebody() {
    let fixture = Fixture::new().await;
    for (peer, welcome) in [
        ("127.0.0.1", true),
        ("::1", true),
        ("::ffff:127.0.0.1", true),
        ("10.0.0.7", false),
    ] {
        let actor = Actor {
            name: "admin".to_owned(),
            peer: Some(peer.parse().unwrap()),
        };
        let context = fixture.console.context("local", actor).unwrap();
        assert_eq!(
            context.may(Action::Read, Resource::Cluster).is_ok(),
            welcome,
            "{peer}"
        );
    }
    let actor = Actor {
        name: "admin".to_owned(),
        peer: None,
    };
    assert!(matches!(
        fixture.console.context("elsewhere", actor),
        Err(ConsoleError::UnknownCluster { .. })
    ));
}

#[tokio::test]
async fn the_overview_knows_nothing_from_something() {
    let fixture = Fixture::new().await;
    let empty = fixture.reader().overview().await.unwrap();
    assert_eq!(
        (empty.messages, empty.ever_received, empty.topics),
        (Some(0), false, 0)
    );
    fixture.produce("hello", "", 0, b"first").await;
    let first = fixture.reader().overview().await.unwrap();
    assert!(
        first.ever_received,
        "the first-run page ends with the first message"
    );
    assert_eq!(first.topics, 1);
    assert_eq!(
        first.addresses.name_server,
        fixture.broker.addresses().name_server.to_string()
    );
}
