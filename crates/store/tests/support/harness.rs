//! A store on a disk that misbehaves, with messages whose content says what they are.

use std::path::{Path, PathBuf};

use remoting::properties;
use remoting::record::{NewRecord, Record, records};
use remoting::types::{LogOffset, QueueOffset, TopicName};
use store::fault::FaultDisk;
use store::{
    FlushMode, PullLimits, QueueKey, RecoveryReport, Store, StoreConfig, StoreError, TopicId,
};

pub(crate) const NOW: i64 = 1_700_000_000_000;
pub(crate) const DIR: &str = "/data";

/// A message as a test thinks of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Message {
    pub(crate) queue: u32,
    pub(crate) key: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The body is made of the key, so that a mixed-up one is noticed.
    pub(crate) fn new(queue: u32, key: impl Into<String>, len: usize) -> Self {
        let key = key.into();
        let body = key
            .bytes()
            .chain(std::iter::repeat(b'.'))
            .take(len.max(key.len()))
            .collect();
        Self { queue, key, body }
    }

    pub(crate) fn of(record: &Record<'_>) -> Self {
        let key = record
            .properties()
            .get("KEYS")
            .unwrap_or_default()
            .to_owned();
        Self {
            queue: record.queue_id(),
            key,
            body: record.body().to_vec(),
        }
    }
}

pub(crate) fn topic() -> TopicName {
    TopicName::new("orders").unwrap()
}

pub(crate) fn config(flush: FlushMode) -> StoreConfig {
    StoreConfig {
        flush,
        ..StoreConfig::test_small(Path::new(DIR))
    }
}

pub(crate) fn open(disk: &FaultDisk, flush: FlushMode) -> (Store, RecoveryReport) {
    Store::open(config(flush), disk.env(NOW)).unwrap()
}

pub(crate) fn log_file(base: u64) -> PathBuf {
    Path::new(DIR).join(format!("log/{base:020}.log"))
}

/// Appends the messages in one write; with sync flush they are durable and visible afterwards.
pub(crate) fn append(
    store: &Store,
    topic: TopicId,
    messages: &[Message],
    group: bool,
) -> Result<Vec<store::Placed>, StoreError> {
    let mut batch = store.batch();
    for message in messages {
        push(&mut batch, topic, message)?;
    }
    if group {
        batch.as_group();
    }
    store.append(&mut batch)?;
    Ok((0..messages.len()).map(|i| batch.placed(i)).collect())
}

pub(crate) fn push(
    batch: &mut store::AppendBatch,
    topic: TopicId,
    message: &Message,
) -> Result<(), StoreError> {
    push_to(batch, topic, "orders", message)
}

pub(crate) fn push_to(
    batch: &mut store::AppendBatch,
    topic: TopicId,
    name: &str,
    message: &Message,
) -> Result<(), StoreError> {
    let mut block = Vec::new();
    properties::append(&mut block, "KEYS", &message.key);
    let host = "127.0.0.1:10911".parse().unwrap();
    let record = NewRecord {
        topic: name,
        queue_id: message.queue,
        flag: 0,
        sys_flag: 0,
        born_time: NOW,
        born_host: host,
        store_host: host,
        reconsume_times: 0,
        prepared_at: 0,
        body: &message.body,
        properties: &block,
    };
    batch.push(
        QueueKey {
            topic,
            queue: message.queue,
        },
        &record,
    )
}

/// Everything that can be read of a queue, in order; checks that offsets only grow.
pub(crate) fn read_queue(store: &Store, topic: TopicId, queue: u32) -> Vec<Message> {
    let key = QueueKey { topic, queue };
    let limits = PullLimits {
        max_count: 7,
        max_bytes: 1 << 20,
        max_scan: 100,
    };
    let (mut found, mut next) = (Vec::new(), store.bounds(key).min);
    while next < store.bounds(key).max {
        let mut out = Vec::new();
        let pulled = store.pull(key, next, &limits, &|_| true, &mut out).unwrap();
        assert!(pulled.next > next, "a pull moves on");
        for record in records(&out) {
            let record = record.unwrap();
            assert!(
                (next..pulled.next).contains(&record.queue_offset()),
                "in order, and each once"
            );
            next = QueueOffset(record.queue_offset().0 + 1);
            found.push(Message::of(&record));
        }
        next = pulled.next;
    }
    found
}

pub(crate) fn read_record(store: &Store, at: LogOffset) -> Option<Message> {
    let bytes = store.record(at).unwrap()?;
    Some(Message::of(&Record::parse(&bytes).unwrap()))
}
