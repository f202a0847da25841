//! Lists of messages.

use std::sync::OnceLock;

use console::error::Rule;
use console::messages::{MessagePage, MessageQuery};
use console::{ConsoleError, Total, limits};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::support::{Fixture, Message};

fn of(topic: &str) -> MessageQuery {
    MessageQuery {
        topic: Some(topic.to_owned()),
        limit: 10,
        ..MessageQuery::default()
    }
}

async fn page(fixture: &Fixture, query: &MessageQuery) -> MessagePage {
    fixture.reader().messages(query.clone()).await.unwrap()
}

fn ids(page: &MessagePage) -> Vec<String> {
    page.page.items.iter().map(|row| row.id.clone()).collect()
}

/// Follows the cursor to the end; messages arriving meanwhile must not be seen.
async fn all(fixture: &Fixture, mut query: MessageQuery, between: impl AsyncFn()) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        let page = page(fixture, &query).await;
        seen.extend(ids(&page));
        let Some(next) = page.page.next else {
            return seen;
        };
        between().await;
        query.cursor = Some(next);
    }
}

fn shared() -> &'static (Runtime, Fixture) {
    static SHARED: OnceLock<(Runtime, Fixture)> = OnceLock::new();
    SHARED.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let fixture = runtime.block_on(Fixture::new());
        (runtime, fixture)
    })
}

const TAGS: [Option<&str>; 3] = [None, Some("A"), Some("B")];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    /// The list is the messages in the order they were stored, backwards, each once, whatever the size of the pages.
    #[test]
    fn pages_continue_without_gap_or_repetition(sends in prop::collection::vec((0..5u32, 0..3usize), 0..60), limit in 1..9u32, tag in 0..3usize, case: u64) {
        let (runtime, fixture) = shared();
        runtime.block_on(async {
            let topic = format!("p{case}");
            fixture.topic(&topic, 5);
            let mut expected = Vec::new();
            for (queue, sent_tag) in &sends {
                let sent = fixture.send(&topic, *queue, Message { tag: TAGS[*sent_tag], ..Message::keyed(&[]) }).await;
                if TAGS[tag].is_none() || tag == *sent_tag {
                    expected.insert(0, sent.id);
                }
            }
            let query = MessageQuery { limit, tag: TAGS[tag].map(str::to_owned), ..of(&topic) };
            let late = async || {
                fixture.send(&topic, 1, Message { tag: TAGS[tag], ..Message::keyed(&[]) }).await;
            };
            let seen = all(fixture, query, late).await;
            assert_eq!(seen, expected);
        });
    }
}

#[tokio::test]
async fn a_range_of_time_is_half_open() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 3);
    for queue in [0, 1, 2, 0, 1, 2] {
        fixture.send("orders", queue, Message::keyed(&[])).await;
    }
    let everything = page(&fixture, &of("orders")).await;
    assert_eq!(everything.page.total, Total::Exact(6));
    assert_eq!(everything.page.next, None);
    let times: Vec<i64> = everything
        .page
        .items
        .iter()
        .map(|row| row.stored_ms)
        .collect();
    let (from, to) = (times[4], times[1].max(times[4] + 1));
    let part = page(
        &fixture,
        &MessageQuery {
            from_ms: Some(from),
            to_ms: Some(to),
            ..of("orders")
        },
    )
    .await;
    let expected: Vec<String> = everything
        .page
        .items
        .iter()
        .filter(|row| (from..to).contains(&row.stored_ms))
        .map(|row| row.id.clone())
        .collect();
    assert_eq!(ids(&part), expected);
    assert_eq!(part.page.total, Total::Exact(expected.len() as u64));
    let future = page(
        &fixture,
        &MessageQuery {
            from_ms: Some(times[0] + 1),
            ..of("orders")
        },
    )
    .await;
    assert_eq!(
        (future.page.items.len(), future.page.total),
        (0, Total::Exact(0))
    );
}

#[tokio::test]
async fn a_queue_is_read_upwards_from_an_offset() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 2);
    let mut sent = Vec::new();
    for _ in 0..7 {
        fixture.send("orders", 0, Message::keyed(&[])).await;
        sent.push(fixture.send("orders", 1, Message::keyed(&[])).await.id);
    }
    let query = MessageQuery {
        queue: Some(1),
        offset: Some(2),
        limit: 2,
        ..of("orders")
    };
    assert_eq!(page(&fixture, &query).await.page.total, Total::Exact(5));
    assert_eq!(all(&fixture, query, async || {}).await, sent[2..]);
    let beyond = page(
        &fixture,
        &MessageQuery {
            queue: Some(1),
            offset: Some(u64::MAX),
            ..of("orders")
        },
    )
    .await;
    assert!(beyond.page.items.is_empty() && beyond.page.next.is_none());
}

#[tokio::test]
async fn a_key_is_listed_across_topics_page_by_page() {
    let fixture = Fixture::new().await;
    let mut sent = Vec::new();
    for (at, topic) in ["a", "b", "a", "b", "a"].into_iter().enumerate() {
        if at < 2 {
            fixture.topic(topic, 1);
        }
        fixture.send(topic, 0, Message::keyed(&["other"])).await;
        sent.insert(
            0,
            (
                topic,
                fixture.send(topic, 0, Message::keyed(&["K"])).await.id,
            ),
        );
    }
    let query = MessageQuery {
        topic: None,
        key: Some("K".to_owned()),
        limit: 2,
        ..MessageQuery::default()
    };
    let everywhere: Vec<String> = sent.iter().map(|(_, id)| id.clone()).collect();
    assert_eq!(all(&fixture, query.clone(), async || {}).await, everywhere);
    let only_a: Vec<String> = sent
        .iter()
        .filter(|(topic, _)| *topic == "a")
        .map(|(_, id)| id.clone())
        .collect();
    assert_eq!(
        all(
            &fixture,
            MessageQuery {
                topic: Some("a".to_owned()),
                ..query
            },
            async || {}
        )
        .await,
        only_a
    );
}

#[tokio::test]
async fn a_call_looks_at_so_much_and_then_offers_to_go_on() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 1);
    // Few large records reach the limit on bytes long before the one on their number.
    let body = vec![b'x'; 1024 * 1024];
    let records = limits::SCAN_BYTES_MAX / (1024 * 1024) + 2;
    let first = fixture
        .send(
            "orders",
            0,
            Message {
                tag: Some("RARE"),
                ..Message::keyed(&[])
            },
        )
        .await
        .id;
    for _ in 0..records {
        fixture
            .send(
                "orders",
                0,
                Message {
                    body: &body,
                    ..Message::default()
                },
            )
            .await;
    }
    let query = MessageQuery {
        tag: Some("RARE".to_owned()),
        ..of("orders")
    };
    let start = page(&fixture, &query).await;
    assert!(
        start.page.items.is_empty() && start.page.next.is_some(),
        "nothing yet is not nothing"
    );
    assert_eq!(start.page.total, Total::AtLeast(0));
    assert!(start.scanned < records && start.scanned_back_to_ms.is_some());
    assert_eq!(all(&fixture, query, async || {}).await, [first]);
}

fn wrong_queries() -> [(MessageQuery, &'static str); 10] {
    let with = |change: fn(&mut MessageQuery)| {
        let mut query = of("orders");
        change(&mut query);
        query
    };
    [
        (with(|q| q.topic = None), "topic"),
        (with(|q| q.topic = Some("a/b".into())), "topic"),
        (with(|q| q.topic = Some("x".repeat(10_000))), "topic"),
        (with(|q| (q.topic, q.queue) = (None, Some(0))), "topic"),
        (with(|q| q.offset = Some(3)), "queue"),
        (with(|q| (q.from_ms, q.to_ms) = (Some(5), Some(5))), "to"),
        (with(|q| q.tag = Some("a\u{1}".into())), "tag"),
        (with(|q| q.key = Some("k".repeat(10_000))), "key"),
        (with(|q| q.limit = 0), "limit"),
        (with(|q| q.cursor = Some("0g".repeat(25))), "cursor"),
    ]
}

#[tokio::test]
async fn wrong_queries_name_the_field() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 2);
    for (query, field) in wrong_queries() {
        let refused = fixture.reader().messages(query).await.unwrap_err();
        assert_eq!(refused.field(), Some(field), "{refused}");
        assert!(refused.to_string().len() < 300);
    }
    for query in [
        of("nothing"),
        MessageQuery {
            queue: Some(2),
            ..of("orders")
        },
    ] {
        let missing = fixture.reader().messages(query).await.unwrap_err();
        assert!(
            matches!(missing, ConsoleError::NotFound { .. }),
            "{missing}"
        );
    }
}

#[tokio::test]
async fn a_cursor_of_another_query_is_refused() {
    let fixture = Fixture::new().await;
    fixture.topic("orders", 1);
    for _ in 0..3 {
        fixture.send("orders", 0, Message::keyed(&["K"])).await;
    }
    let next = page(
        &fixture,
        &MessageQuery {
            limit: 1,
            ..of("orders")
        },
    )
    .await
    .page
    .next;
    assert!(next.is_some());
    let other = MessageQuery {
        cursor: next,
        tag: Some("A".to_owned()),
        ..of("orders")
    };
    let refused = fixture.reader().messages(other).await.unwrap_err();
    assert_eq!(
        (refused.field(), refused.rule()),
        (Some("cursor"), Some(&Rule::ForeignCursor))
    );
}
