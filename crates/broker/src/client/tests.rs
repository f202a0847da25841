//! The registry: who is told what when members come, change and go.

use std::net::SocketAddr;
use std::sync::Arc;

use remoting::body::heartbeat::{ConsumeFromWhere, ConsumeType};
use remoting::types::{GroupName, TopicName};

use super::{Beat, Clients, ConsumerBeat, Identity};
use crate::info::ConsumeMode;
use crate::remoting_server::{Link, LinkId};
use crate::subscription::Subscription;

fn link(id: u64) -> Arc<Link> {
    let host = SocketAddr::from(([127, 0, 0, 1], 1));
    Arc::new(Link::new(LinkId(id), host, host, Arc::default(), 0))
}

fn group(name: &str) -> GroupName {
    GroupName::new(name).unwrap()
}

fn topic(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

fn beat(client: &str, topics: Option<&[(&str, i64)]>) -> Beat {
    let subscriptions = topics.map(|topics| {
        topics
            .iter()
            .map(|(name, version)| {
                Subscription::parse(&topic(name), &format!("v{version}"), *version).unwrap()
            })
            .collect()
    });
    Beat {
        identity: Identity {
            client_id: client.into(),
            language: "JAVA",
            version: 479,
        },
        producers: vec![group("p")],
        consumers: vec![ConsumerBeat {
            group: group("g"),
            consume_type: ConsumeType::Passively,
            mode: ConsumeMode::Clustering,
            from_where: ConsumeFromWhere::LastOffset,
            subscriptions,
        }],
    }
}

#[test]
fn members_and_topics_change_a_group_and_versions_do_not() {
    let clients = Clients::default();
    let one = link(1);
    assert_eq!(
        clients.beat(&one, beat("a", Some(&[("t", 1)])), 0),
        [group("g")],
        "joined"
    );
    assert!(
        clients
            .beat(&one, beat("a", Some(&[("t", 1)])), 1)
            .is_empty(),
        "the same again"
    );
    assert!(
        clients
            .beat(&one, beat("a", Some(&[("t", 2)])), 2)
            .is_empty(),
        "a younger version"
    );
    assert_eq!(
        clients
            .subscription(&group("g"), &topic("t"))
            .unwrap()
            .1
            .expression,
        "v2"
    );
    assert!(
        clients
            .beat(&one, beat("a", Some(&[("t", 1)])), 3)
            .is_empty()
    );
    assert_eq!(
        clients
            .subscription(&group("g"), &topic("t"))
            .unwrap()
            .1
            .expression,
        "v2",
        "an older version is not taken"
    );
    assert_eq!(
        clients.beat(&one, beat("a", Some(&[("u", 3)])), 4),
        [group("g")],
        "another topic"
    );
    assert!(clients.subscription(&group("g"), &topic("t")).is_none());
}

#[test]
fn a_heartbeat_without_subscriptions_leaves_them() {
    let clients = Clients::default();
    let one = link(1);
    clients.beat(&one, beat("a", Some(&[("t", 1)])), 0);
    assert!(clients.beat(&one, beat("a", None), 1).is_empty());
    assert!(clients.subscription(&group("g"), &topic("t")).is_some());
}

#[test]
fn two_connections_of_one_client_are_two_members_with_one_id() {
    let clients = Clients::default();
    let (one, two) = (link(1), link(2));
    clients.beat(&one, beat("a", Some(&[("t", 1)])), 0);
    assert_eq!(
        clients.beat(&two, beat("a", Some(&[("t", 1)])), 0),
        [group("g")]
    );
    assert_eq!(clients.consumer_ids(&group("g")).len(), 1);
    assert_eq!(clients.rebalance_links(&group("g")).len(), 2);
    assert_eq!(clients.disconnect(one.id()), [group("g")]);
    assert_eq!(clients.consumer_ids(&group("g")), ["a".into()]);
}

#[test]
fn the_end_of_a_connection_empties_its_groups() {
    let clients = Clients::default();
    let one = link(1);
    clients.beat(&one, beat("a", Some(&[("t", 1)])), 0);
    assert_eq!(clients.disconnect(one.id()), [group("g")]);
    assert!(!clients.is_online(&group("g")) && clients.producers(&group("p")).is_none());
    assert!(clients.list().is_empty());
    assert!(clients.disconnect(one.id()).is_empty());
}

#[test]
fn a_heartbeat_that_comes_after_the_end_leaves_no_ghost() {
    let clients = Clients::default();
    let one = link(1);
    one.close();
    clients.disconnect(one.id());
    clients.beat(&one, beat("a", Some(&[("t", 1)])), 0);
    assert!(!clients.is_online(&group("g")));
}

#[test]
fn silent_clients_are_swept() {
    let clients = Clients::default();
    clients.beat(&link(1), beat("a", Some(&[("t", 1)])), 0);
    clients.beat(&link(2), beat("b", Some(&[("t", 1)])), 50_000);
    assert!(clients.sweep(120_000).is_empty());
    assert_eq!(clients.sweep(120_001), [group("g")]);
    assert_eq!(clients.consumer_ids(&group("g")), ["b".into()]);
    assert_eq!(clients.list().len(), 1);
}

#[test]
fn unregistering_leaves_the_other_role() {
    let clients = Clients::default();
    let one = link(1);
    clients.beat(&one, beat("a", Some(&[("t", 1)])), 0);
    assert!(clients.unregister(one.id(), None, Some(&group("g"))));
    assert!(clients.producers(&group("p")).is_some());
    assert!(!clients.unregister(one.id(), None, Some(&group("g"))));
}
