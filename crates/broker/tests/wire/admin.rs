//! What admin tools ask: topics, groups, statistics, the cluster; and the facade next to it.

use broker::{BrokerError, MessageKind, OutgoingMessage, TopicPerm, TopicSpec};
use remoting::body::Body;
use remoting::body::cluster_info::ClusterInfo;
use remoting::body::consume_stats::ConsumeStats;
use remoting::body::group_config::{GroupConfig, GroupConfigTable};
use remoting::body::group_list::GroupList;
use remoting::body::topic_config::{TopicConfig, TopicConfigTable};
use remoting::body::topic_list::TopicList;
use remoting::body::topic_stats::TopicStats;
use remoting::code::RequestCode;
use remoting::command::Command;
use remoting::request::delete_topic_in_broker::DeleteTopicInBroker;
use remoting::request::get_all_group_config::GetAllGroupConfig;
use remoting::request::get_all_topic_config::GetAllTopicConfig;
use remoting::request::get_all_topic_list_from_name_server::GetAllTopicListFromNameServer;
use remoting::request::get_broker_cluster_info::GetBrokerClusterInfo;
use remoting::request::get_consume_stats::GetConsumeStats;
use remoting::request::get_group_config::GetGroupConfig;
use remoting::request::get_system_topic_list_from_broker::GetSystemTopicListFromBroker;
use remoting::request::get_system_topic_list_from_name_server::GetSystemTopicListFromNameServer;
use remoting::request::get_topic_config::GetTopicConfig;
use remoting::request::get_topic_stats::GetTopicStats;
use remoting::request::get_topics_by_cluster::GetTopicsByCluster;
use remoting::request::query_topic_consume_by_who::QueryTopicConsumeByWho;
use remoting::request::update_and_create_topic::UpdateAndCreateTopic;
use remoting::request::update_consumer_offset::UpdateConsumerOffset;
use remoting::types::{Text, TopicName};

use crate::support::{Message, Pull, ask_body, group, queue, start};

fn topic(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

fn create(name: &str) -> UpdateAndCreateTopic {
    UpdateAndCreateTopic {
        topic: topic(name),
        default_topic: Some(Text::from("TBW102")),
        read_queues: 3,
        write_queues: 2,
        perm: 6,
        filter_type: Some(Text::from("SINGLE_TAG")),
        sys_flag: Some(0),
        order: Some(false),
        attributes: Some(Text::from("+message.type=FIFO")),
    }
}

#[tokio::test]
async fn a_new_topic_lists_all_its_queues_at_once() {
    let running = start().await;
    let mut client = running.client().await;
    assert_eq!(client.call(Command::of(&create("orders"))).await.code, 0);
    let stats: TopicStats = ask_body(
        &mut client,
        &GetTopicStats {
            topic: topic("orders"),
        },
    )
    .await;
    let queues: Vec<_> = stats
        .offset_table
        .0
        .iter()
        .map(|(queue, offset)| (queue.queue_id, offset.min_offset, offset.max_offset))
        .collect();
    assert_eq!(queues, [(0, 0, 0), (1, 0, 0), (2, 0, 0)]);
    let config: TopicConfig = ask_body(
        &mut client,
        &GetTopicConfig {
            topic: topic("orders"),
        },
    )
    .await;
    assert_eq!(
        (config.read_queue_nums, config.write_queue_nums, config.perm),
        (3, 2, 6)
    );
    assert_eq!(config.attributes["message.type"], "FIFO");
    assert_eq!(
        running.broker.topic(&topic("orders")).unwrap().kind,
        MessageKind::Fifo
    );
    assert_eq!(
        client
            .call(Command::of(&GetTopicConfig {
                topic: topic("nowhere")
            }))
            .await
            .code,
        17
    );
}

#[tokio::test]
async fn changes_count_once_and_survive_a_restart() {
    let running = start().await;
    let mut client = running.client().await;
    client.call(Command::of(&create("orders"))).await;
    let first: TopicConfigTable = ask_body(
        &mut client,
        &GetAllTopicConfig {
            first: None,
            data_version: None,
            max: None,
        },
    )
    .await;
    client.call(Command::of(&create("orders"))).await;
    let same: TopicConfigTable = ask_body(
        &mut client,
        &GetAllTopicConfig {
            first: None,
            data_version: None,
            max: None,
        },
    )
    .await;
    assert_eq!(
        first.data_version, same.data_version,
        "the same configuration again changes nothing"
    );
    client
        .call(Command::of(&UpdateAndCreateTopic {
            write_queues: 5,
            ..create("orders")
        }))
        .await;
    let running = running.restart().await;
    let mut client = running.client().await;
    let changed: TopicConfigTable = ask_body(
        &mut client,
        &GetAllTopicConfig {
            first: None,
            data_version: None,
            max: None,
        },
    )
    .await;
    assert_eq!(changed.data_version.counter, first.data_version.counter + 1);
    assert_eq!(changed.topic_config_table["orders"].write_queue_nums, 5);
}

#[tokio::test]
async fn topics_that_must_not_be_changed_are_refused() {
    let running = start().await;
    let mut client = running.client().await;
    for request in [
        create("TBW102"),
        create("rmq_sys_x"),
        UpdateAndCreateTopic {
            read_queues: 0,
            ..create("a")
        },
        UpdateAndCreateTopic {
            write_queues: 100_000,
            ..create("a")
        },
    ] {
        assert_eq!(client.call(Command::of(&request)).await.code, 29);
    }
    assert_eq!(
        client
            .call(Command::of(&DeleteTopicInBroker {
                topic: topic("TBW102")
            }))
            .await
            .code,
        29
    );
}

#[tokio::test]
async fn a_deleted_topic_takes_its_messages_and_offsets_with_it() {
    let running = start().await;
    let mut client = running.client().await;
    client
        .store(Message {
            body: b"old",
            properties: &[("KEYS", "k")],
            ..Message::to("orders")
        })
        .await;
    client.beat("one", "g", "orders").await;
    client
        .call(Command::of(&UpdateConsumerOffset {
            group: group("g"),
            queue: queue("orders", 0),
            offset: 1,
        }))
        .await;
    assert_eq!(
        client
            .call(Command::of(&DeleteTopicInBroker {
                topic: topic("orders")
            }))
            .await
            .code,
        0
    );
    assert_eq!(client.call(Pull::of("orders", 0).request()).await.code, 17);
    assert!(running.broker.group_offsets(&group("g")).is_empty());
    let reply = client
        .store(Message {
            body: b"new",
            ..Message::to("orders")
        })
        .await;
    assert_eq!(reply.queue_offset.0, 0, "the namesake starts at 0");
    assert_eq!(client.pull(Pull::of("orders", 0)).await.bodies(), [b"new"]);
}

#[tokio::test]
async fn lists_of_topics() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let all: TopicList = ask_body(&mut client, &GetAllTopicListFromNameServer {}).await;
    assert!(
        ["orders", "TBW102", "DefaultCluster_REPLY_TOPIC"]
            .iter()
            .all(|name| all.topic_list.iter().any(|topic| topic == name))
    );
    let cluster: TopicList = ask_body(
        &mut client,
        &GetTopicsByCluster {
            cluster: Text::from("DefaultCluster"),
        },
    )
    .await;
    assert_eq!(cluster.topic_list, all.topic_list);
    let other: TopicList = ask_body(
        &mut client,
        &GetTopicsByCluster {
            cluster: Text::from("Other"),
        },
    )
    .await;
    assert!(other.topic_list.is_empty());
    let system: TopicList = ask_body(&mut client, &GetSystemTopicListFromBroker {}).await;
    assert!(
        system.topic_list.contains(&"TBW102".to_owned())
            && !system.topic_list.contains(&"orders".to_owned())
    );
    let names: TopicList = ask_body(&mut client, &GetSystemTopicListFromNameServer {}).await;
    assert_eq!(names.topic_list, ["DefaultCluster", "broker-a"]);
    assert_eq!(
        names.broker_addr,
        Some(running.broker.addresses().broker.to_string())
    );
    let info: ClusterInfo = ask_body(&mut client, &GetBrokerClusterInfo {}).await;
    assert_eq!(info.cluster_addr_table["DefaultCluster"], ["broker-a"]);
    assert_eq!(
        info.broker_addr_table["broker-a"].broker_addrs[&0],
        running.broker.addresses().broker.to_string()
    );
}

#[tokio::test]
async fn groups_are_configured_and_read() {
    let running = start().await;
    let mut client = running.client().await;
    let config = GroupConfig {
        group_name: "g".into(),
        retry_max_times: 3,
        consume_enable: false,
        ..GroupConfig::default()
    };
    let update = |config: &GroupConfig| {
        Command::request(RequestCode::UpdateAndCreateGroup).with_body(config.write())
    };
    assert_eq!(client.call(update(&config)).await.code, 0);
    let read: GroupConfig = ask_body(&mut client, &GetGroupConfig { group: group("g") }).await;
    assert_eq!(read, config);
    let running = running.restart().await;
    let mut client = running.client().await;
    let all: GroupConfigTable = ask_body(
        &mut client,
        &GetAllGroupConfig {
            first: None,
            data_version: None,
            max: None,
        },
    )
    .await;
    assert_eq!(all.subscription_group_table["g"].retry_max_times, 3);
    assert!(all.subscription_group_table.contains_key("TOOLS_CONSUMER"));
    let nameless = GroupConfig {
        group_name: "a b".into(),
        ..GroupConfig::default()
    };
    assert_eq!(client.call(update(&nameless)).await.code, 29);
    let made: GroupConfig = ask_body(
        &mut client,
        &GetGroupConfig {
            group: group("never-seen"),
        },
    )
    .await;
    assert_eq!(
        made.retry_max_times, 16,
        "an unknown group is made with the defaults"
    );
}

#[tokio::test]
async fn how_far_a_group_is() {
    let running = start().await;
    let mut client = running.client().await;
    for _ in 0..3 {
        client.store(Message::to("orders")).await;
    }
    client.beat("one", "g", "orders").await;
    client
        .call(Command::of(&UpdateConsumerOffset {
            group: group("g"),
            queue: queue("orders", 0),
            offset: 2,
        }))
        .await;
    let stats: ConsumeStats = ask_body(
        &mut client,
        &GetConsumeStats {
            group: group("g"),
            topic: Some(topic("orders")),
            topics: None,
        },
    )
    .await;
    let (_, offset) = &stats.offset_table.0[0];
    assert_eq!((offset.broker_offset, offset.consumer_offset), (3, 2));
    assert!(offset.last_timestamp > 1_600_000_000_000);
    let who: GroupList = ask_body(
        &mut client,
        &QueryTopicConsumeByWho {
            topic: topic("orders"),
        },
    )
    .await;
    assert_eq!(who.group_list, ["g"]);
    assert_eq!(
        running.broker.groups_of_topic(&topic("orders")),
        [group("g")]
    );
    assert_eq!(
        running.broker.group_offsets(&group("g")),
        [(queue("orders", 0), remoting::types::QueueOffset(2))]
    );
}

fn spec(name: &str) -> TopicSpec {
    TopicSpec {
        name: topic(name),
        queues: 4,
        perm: TopicPerm::READ_WRITE,
        kind: MessageKind::Normal,
    }
}

fn outgoing() -> OutgoingMessage {
    OutgoingMessage {
        topic: topic("orders"),
        queue: Some(1),
        tag: Some("A".into()),
        keys: vec!["k1".into(), "k2".into()],
        properties: vec![("colour".into(), "red".into())],
        body: "hello".into(),
    }
}

#[tokio::test]
async fn the_facade_creates_sends_and_finds() {
    let running = start().await;
    let broker = &running.broker;
    broker.create_topic(spec("orders")).unwrap();
    let sent = broker.send(outgoing()).await.unwrap();
    assert_eq!((&sent.queue, sent.offset.0), (&queue("orders", 1), 0));
    let found = broker
        .message_at(&sent.queue, sent.offset)
        .unwrap()
        .unwrap();
    let record = found.record();
    assert_eq!(
        (record.body(), record.properties().get("colour")),
        (&b"hello"[..], Some("red"))
    );
    assert_eq!(record.offset_message_id().to_string(), sent.id);
    let query = broker::KeyQuery {
        from_ms: 0,
        to_ms: i64::MAX,
        max: 10,
        before: None,
    };
    for key in ["k1", "k2", &sent.unique_key] {
        assert_eq!(
            broker.find_key(None, key, query).unwrap().messages.len(),
            1,
            "{key}"
        );
    }
    assert_eq!(broker.topic_stats(&topic("orders")).unwrap().stored, 1);
    assert_eq!(broker.queue_stats(&topic("orders")).unwrap()[1].max.0, 1);
    assert_eq!(broker.tag_counts(&topic("orders")).unwrap()[0].tag, "A");
}

#[tokio::test]
async fn the_facade_refuses_what_a_door_would_refuse() {
    let running = start().await;
    let broker = &running.broker;
    broker.create_topic(spec("orders")).unwrap();
    let again = broker.create_topic(spec("orders"));
    assert!(matches!(again, Err(BrokerError::TopicExists { .. })));
    let system = broker.create_topic(spec("TBW102"));
    assert!(matches!(
        system,
        Err(BrokerError::Invalid { field: "topic", .. })
    ));
    let reserved = OutgoingMessage {
        properties: vec![("TAGS".into(), "x".into())],
        ..outgoing()
    };
    assert!(matches!(
        broker.send(reserved).await,
        Err(BrokerError::Invalid {
            field: "property",
            ..
        })
    ));
    let nowhere = OutgoingMessage {
        queue: Some(9),
        ..outgoing()
    };
    assert!(matches!(
        broker.send(nowhere).await,
        Err(BrokerError::Invalid {
            field: "queueId",
            ..
        })
    ));
    let unknown = OutgoingMessage {
        topic: topic("nowhere"),
        ..outgoing()
    };
    assert!(matches!(
        broker.send(unknown).await,
        Err(BrokerError::UnknownTopic { .. })
    ));
}
