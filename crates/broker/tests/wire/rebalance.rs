//! Members of a group learn of each other: the list (38), and the notification (40) when it changes.

use remoting::body::Body;
use remoting::body::connections::ConsumerConnections;
use remoting::body::consumer_list::ConsumerList;
use remoting::code::RequestCode;
use remoting::command::Command;
use remoting::request::get_consumer_connection_list::GetConsumerConnectionList;
use remoting::request::get_consumer_list_by_group::GetConsumerListByGroup;
use remoting::request::get_route_info_by_topic::GetRouteInfoByTopic;
use remoting::request::unregister_client::UnregisterClient;
use remoting::types::{Text, TopicName};

use crate::support::{Client, Message, ask_body, group, heartbeat, start};

async fn members(client: &mut Client) -> Vec<String> {
    let list: ConsumerList = ask_body(client, &GetConsumerListByGroup { group: group("g") }).await;
    list.consumer_id_list
}

async fn expect_notification(client: &mut Client) {
    let request = client.request().await;
    assert_eq!(request.code, RequestCode::NotifyConsumerIdsChanged.number());
    assert!(request.is_oneway());
    assert_eq!(request.fields.get("consumerGroup"), Some("g"));
}

#[tokio::test]
async fn joining_and_leaving_is_told_to_everybody() {
    let running = start().await;
    let (mut one, mut two) = (running.client().await, running.client().await);
    one.store(Message::to("orders")).await;
    one.beat("one", "g", "orders").await;
    expect_notification(&mut one).await;
    assert_eq!(members(&mut one).await, ["one"]);

    two.beat("two", "g", "orders").await;
    expect_notification(&mut one).await;
    expect_notification(&mut two).await;
    assert_eq!(members(&mut two).await, ["one", "two"]);

    drop(two);
    expect_notification(&mut one).await;
    assert_eq!(members(&mut one).await, ["one"]);
}

#[tokio::test]
async fn a_changed_set_of_topics_is_told_and_a_repeated_heartbeat_is_not() {
    let running = start().await;
    let mut client = running.client().await;
    client.beat("one", "g", "orders").await;
    expect_notification(&mut client).await;
    client.beat("one", "g", "orders").await;
    client.beat("one", "g", "invoices").await;
    expect_notification(&mut client).await;
    let last = client.send(heartbeat("one", "g", "invoices", "*")).await;
    assert_eq!(
        client.next().await.unwrap().opaque,
        last,
        "no third notification"
    );
}

#[tokio::test]
async fn unregistering_leaves_at_once() {
    let running = start().await;
    let (mut one, mut two) = (running.client().await, running.client().await);
    one.beat("one", "g", "orders").await;
    two.beat("two", "g", "orders").await;
    let leave = UnregisterClient {
        client_id: Text::from("two"),
        producer_group: None,
        consumer_group: Some(group("g")),
    };
    assert_eq!(two.call(Command::of(&leave)).await.code, 0);
    assert_eq!(members(&mut one).await, ["one"]);
}

#[tokio::test]
async fn a_heartbeat_makes_the_group_and_its_retry_topic() {
    let running = start().await;
    let mut client = running.client().await;
    client.beat("one", "g", "orders").await;
    let route = GetRouteInfoByTopic {
        topic: TopicName::retry_of(&group("g")),
        standard_json: None,
    };
    assert_eq!(client.call(Command::of(&route)).await.code, 0);
    let answer = client
        .call(Command::of(&GetConsumerConnectionList {
            group: group("g"),
        }))
        .await;
    let connections = ConsumerConnections::read(&answer.body).unwrap();
    assert_eq!(
        (
            connections.connection_set[0].client_id.as_str(),
            connections.connection_set[0].language.as_str()
        ),
        ("one", "JAVA")
    );
    assert!(connections.subscription_table.contains_key("orders"));
}

#[tokio::test]
async fn nobody_online_has_codes_of_its_own() {
    let running = start().await;
    let mut client = running.client().await;
    assert_eq!(
        client
            .call(Command::of(&GetConsumerListByGroup {
                group: group("none")
            }))
            .await
            .code,
        1
    );
    assert_eq!(
        client
            .call(Command::of(&GetConsumerConnectionList {
                group: group("none")
            }))
            .await
            .code,
        206
    );
}

#[tokio::test]
async fn a_heartbeat_answer_claims_a_version_that_may_filter() {
    let running = start().await;
    let mut client = running.client().await;
    let answer = client.call(heartbeat("one", "g", "orders", "*")).await;
    assert_eq!((answer.code, answer.version), (0, 479));
    assert_eq!(answer.fields.get("IS_SUB_CHANGE"), Some("true"));
}
