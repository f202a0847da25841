//! Consumer offsets: the rule for groups without one, commits, and a restart.

use remoting::command::Command;
use remoting::request::get_earliest_message_store_time::{
    GetEarliestMessageStoreTime, GetEarliestMessageStoreTimeReply,
};
use remoting::request::get_max_offset::{GetMaxOffset, GetMaxOffsetReply};
use remoting::request::get_min_offset::{GetMinOffset, GetMinOffsetReply};
use remoting::request::query_consumer_offset::{QueryConsumerOffset, QueryConsumerOffsetReply};
use remoting::request::search_offset_by_timestamp::{
    SearchOffsetByTimestamp, SearchOffsetByTimestampReply,
};
use remoting::request::update_consumer_offset::UpdateConsumerOffset;

use crate::support::{Client, Message, ask, group, queue, start};

fn query(zero_if_missing: Option<bool>) -> QueryConsumerOffset {
    QueryConsumerOffset {
        group: group("g"),
        queue: queue("orders", 0),
        zero_if_missing,
    }
}

fn update(offset: i64) -> UpdateConsumerOffset {
    UpdateConsumerOffset {
        group: group("g"),
        queue: queue("orders", 0),
        offset,
    }
}

async fn offset(client: &mut Client) -> u64 {
    ask::<_, QueryConsumerOffsetReply>(client, &query(None))
        .await
        .offset
        .0
}

#[tokio::test]
async fn a_new_group_starts_at_the_beginning_of_a_queue_in_sight() {
    let running = start().await;
    let mut client = running.client().await;
    client
        .store(Message {
            queue: 1,
            ..Message::to("orders")
        })
        .await;
    assert_eq!(offset(&mut client).await, 0, "queue 0 is empty");
    client.store(Message::to("orders")).await;
    assert_eq!(offset(&mut client).await, 0, "message 0 is in memory");
    assert_eq!(client.call(Command::of(&query(Some(false)))).await.code, 22);
}

#[tokio::test]
async fn a_commit_is_taken_also_backwards() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    assert_eq!(
        client.call(Command::of(&update(1))).await.code,
        26,
        "the group does not exist"
    );
    client.beat("one", "g", "orders").await;
    for committed in [1, 0] {
        assert_eq!(client.call(Command::of(&update(committed))).await.code, 0);
        assert_eq!(offset(&mut client).await as i64, committed);
    }
    assert_eq!(client.call(Command::of(&update(-1))).await.code, 29);
    let elsewhere = UpdateConsumerOffset {
        queue: queue("nowhere", 0),
        ..update(1)
    };
    assert_eq!(client.call(Command::of(&elsewhere)).await.code, 17);
}

#[tokio::test]
async fn offsets_topics_and_messages_survive_a_restart() {
    let running = start().await;
    let mut client = running.client().await;
    for _ in 0..3 {
        client.store(Message::to("orders")).await;
    }
    client.beat("one", "g", "orders").await;
    assert_eq!(client.call(Command::of(&update(2))).await.code, 0);
    let running = running.restart().await;
    let mut client = running.client().await;
    assert_eq!(offset(&mut client).await, 2);
    let max: GetMaxOffsetReply = ask(
        &mut client,
        &GetMaxOffset {
            queue: queue("orders", 0),
            committed: None,
        },
    )
    .await;
    assert_eq!(max.offset.0, 3);
    assert_eq!(
        client.store(Message::to("orders")).await.queue_offset.0,
        3,
        "offsets go on where they were"
    );
}

#[tokio::test]
async fn bounds_and_times_of_a_queue() {
    let running = start().await;
    let mut client = running.client().await;
    client.store(Message::to("orders")).await;
    let earliest = GetEarliestMessageStoreTime {
        queue: queue("orders", 0),
    };
    let stored: GetEarliestMessageStoreTimeReply = ask(&mut client, &earliest).await;
    assert!(stored.timestamp > 1_600_000_000_000);
    let none: GetEarliestMessageStoreTimeReply = ask(
        &mut client,
        &GetEarliestMessageStoreTime {
            queue: queue("orders", 1),
        },
    )
    .await;
    assert_eq!(none.timestamp, -1);
    let min: GetMinOffsetReply = ask(
        &mut client,
        &GetMinOffset {
            queue: queue("orders", 0),
        },
    )
    .await;
    assert_eq!(min.offset.0, 0);
    for (timestamp, expected) in [
        (0, 0),
        (stored.timestamp, 0),
        (stored.timestamp + 100_000, 1),
    ] {
        let search = SearchOffsetByTimestamp {
            queue: queue("orders", 0),
            timestamp,
            boundary: None,
        };
        let found: SearchOffsetByTimestampReply = ask(&mut client, &search).await;
        assert_eq!(found.offset.0, expected, "{timestamp}");
    }
    let outside = GetMaxOffset {
        queue: queue("orders", 99),
        committed: None,
    };
    assert_eq!(client.call(Command::of(&outside)).await.code, 29);
}
