//! 10,000 topics: what a page costs is counted in questions to the cluster.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use broker::{
    Boundary, Broker, BrokerConfig, BrokerError, BrokerStatus, FoundMessages, GroupInfo, KeyQuery,
    MessageKind, OutgoingMessage, QueueStats, SegmentInfo, SentMessage, StoredMessage,
    SubscriptionInfo, Tables, TagCount, TopicPerm, TopicSpec,
};
use remoting::types::LogOffset;

use super::*;
use crate::cluster::embedded::Embedded;

const TOPICS: usize = 10_000;
const PER_PAGE: usize = 25;

/// Topics that are made up, over a broker that has none of its own.
struct Many {
    inner: Embedded,
    topics: Vec<TopicInfo>,
    questions: Arc<AtomicUsize>,
}

impl Many {
    fn ask(&self) {
        self.questions.fetch_add(1, Ordering::Relaxed);
    }

    /// Stored messages of a topic: in another order than the names, and with equals.
    fn stored(name: &TopicName) -> u64 {
        let number: u64 = name.as_str().trim_start_matches("topic-").parse().unwrap();
        number * 7919 % 5_000
    }
}

impl Cluster for Many {
    fn topics(&self) -> Vec<TopicInfo> {
        self.ask();
        self.topics.clone()
    }
    fn topic_stats(&self, name: &TopicName) -> Result<TopicStats, BrokerError> {
        self.ask();
        Ok(TopicStats {
            stored: Self::stored(name),
            bytes: None,
            in_per_s: None,
            out_per_s: None,
            last_stored_ms: None,
        })
    }
    fn topic_history(&self, _: &TopicName) -> Option<Vec<f64>> {
        self.ask();
        None
    }
    fn groups_of_topic(&self, _: &TopicName) -> Vec<GroupName> {
        self.ask();
        Vec::new()
    }
    fn groups(&self) -> Vec<GroupInfo> {
        self.ask();
        Vec::new()
    }
    fn queue_stats(&self, name: &TopicName) -> Result<Vec<QueueStats>, BrokerError> {
        self.ask();
        self.inner.queue_stats(name)
    }
    fn group_offsets(&self, name: &GroupName) -> Vec<(QueueRef, QueueOffset)> {
        self.ask();
        self.inner.group_offsets(name)
    }
    fn now_ms(&self) -> i64 {
        self.inner.now_ms()
    }
    fn status(&self) -> BrokerStatus {
        self.inner.status()
    }
    fn keep_ms(&self) -> Option<i64> {
        self.inner.keep_ms()
    }
    fn oldest_ms(&self) -> Option<i64> {
        self.inner.oldest_ms()
    }
    fn clients(&self) -> usize {
        self.inner.clients()
    }
    fn topic(&self, name: &TopicName) -> Option<TopicInfo> {
        self.inner.topic(name)
    }
    fn tag_counts(&self, name: &TopicName) -> Result<Vec<TagCount>, BrokerError> {
        self.inner.tag_counts(name)
    }
    fn create_topic(&self, spec: TopicSpec) -> Result<(), BrokerError> {
        self.inner.create_topic(spec)
    }
    fn subscription(&self, group: &GroupName, topic: &TopicName) -> Option<SubscriptionInfo> {
        self.inner.subscription(group, topic)
    }
    fn message(&self, at: LogOffset) -> Result<Option<StoredMessage>, BrokerError> {
        self.inner.message(at)
    }
    fn message_at(
        &self,
        queue: &QueueRef,
        offset: QueueOffset,
    ) -> Result<Option<StoredMessage>, BrokerError> {
        self.inner.message_at(queue, offset)
    }
    fn find_key(
        &self,
        topic: Option<&TopicName>,
        key: &str,
        query: KeyQuery,
    ) -> Result<FoundMessages, BrokerError> {
        self.inner.find_key(topic, key, query)
    }
    fn offset_at(
        &self,
        queue: &QueueRef,
        time_ms: i64,
        boundary: Boundary,
    ) -> Result<QueueOffset, BrokerError> {
        self.inner.offset_at(queue, time_ms, boundary)
    }
    fn locate(&self, at: LogOffset) -> Option<SegmentInfo> {
        self.inner.locate(at)
    }
    fn send(&self, message: OutgoingMessage) -> Result<SentMessage, BrokerError> {
        self.inner.send(message)
    }
    fn tables(&self) -> Tables {
        self.inner.tables()
    }
}

fn info(number: usize) -> TopicInfo {
    TopicInfo {
        name: TopicName::new(&format!("topic-{number:05}")).unwrap(),
        read_queues: 4,
        write_queues: 4,
        perm: TopicPerm::READ_WRITE,
        kind: if number.is_multiple_of(10) {
            MessageKind::Fifo
        } else {
            MessageKind::Normal
        },
        order: false,
        system: false,
    }
}

fn query(sort: TopicSort, page: u32) -> TopicQuery {
    TopicQuery {
        text: String::new(),
        kind: None,
        system: false,
        no_subscriber: false,
        sort,
        descending: true,
        page,
        per_page: PER_PAGE as u32,
    }
}

async fn many(dir: &Path) -> (Attached, Arc<AtomicUsize>) {
    let inner = Embedded::new(Broker::start(BrokerConfig::test_small(dir)).await.unwrap());
    let questions = Arc::new(AtomicUsize::new(0));
    let topics = (0..TOPICS).map(info).collect();
    let many = Many {
        inner,
        topics,
        questions: questions.clone(),
    };
    (Attached::new("local", Box::new(many)), questions)
}

#[tokio::test]
async fn pages_of_10_000_topics_cost_what_they_show() {
    let dir = tempfile::tempdir().unwrap();
    let (of, questions) = many(dir.path()).await;
    // The snapshot is the only question about every topic, and is good for all that follows within its second.
    of.snapshots.latest(&*of.facade);
    assert!(questions.swap(0, Ordering::Relaxed) <= TOPICS + 2);
    let by_name = list(&of, &query(TopicSort::Name, 400)).unwrap();
    let asked = questions.swap(0, Ordering::Relaxed);
    // On a slow machine the second may be over; then there is one more snapshot, and no other reason to ask so often.
    assert!(
        asked % TOPICS <= 4 * PER_PAGE + 8,
        "{asked} questions for one page"
    );
    assert_eq!(by_name.page.items.last().unwrap().name, "topic-00000");
    assert_eq!(
        (by_name.page.total, by_name.pages, by_name.page.next),
        (Total::Exact(10_000), 400, None)
    );
    assert_eq!(
        (
            by_name.counts.fifo,
            by_name.counts.no_subscriber,
            by_name.bytes
        ),
        (1_000, 10_000, None),
        "unknown is not 0"
    );

    let mut seen = Vec::new();
    for page in 1..=3 {
        seen.extend(
            list(&of, &query(TopicSort::Stored, page))
                .unwrap()
                .page
                .items,
        );
    }
    let mut expected: Vec<TopicName> = (0..TOPICS).map(|number| info(number).name).collect();
    expected.sort_by_key(|name| (std::cmp::Reverse(Many::stored(name)), name.clone()));
    let names: Vec<&str> = seen.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(
        names,
        expected[..3 * PER_PAGE]
            .iter()
            .map(TopicName::as_str)
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_page_beyond_the_end_is_the_last() {
    let dir = tempfile::tempdir().unwrap();
    let (of, _) = many(dir.path()).await;
    let narrowed = TopicQuery {
        text: "PIC-0123".to_owned(),
        kind: Some(TopicKind::Fifo),
        page: 99,
        ..query(TopicSort::Name, 1)
    };
    let narrowed = list(&of, &narrowed).unwrap();
    assert_eq!(
        (
            narrowed.number,
            narrowed.page.items.len(),
            narrowed.counts.all
        ),
        (1, 1, 10),
        "a page beyond the end is the last"
    );
}
