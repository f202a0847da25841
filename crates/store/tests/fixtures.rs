//! A directory that format 1 wrote, opened by this version and every later one. It was made once, by the ignored test below.

#![allow(clippy::unwrap_used, reason = "tests, and helpers of tests")]

#[path = "support/harness.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod harness;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use harness::{Message, NOW, append, read_queue, read_record, topic};
use remoting::types::{LogOffset, TopicName};
use store::env::SystemDisk;
use store::fault::{FaultClock, FixedRandom};
use store::{Env, FlushMode, KeyQuery, QueueKey, Store, StoreConfig};

const QUEUES: u32 = 3;
const MESSAGES: u32 = 60;

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/store-v1")
}

fn config(dir: &Path) -> StoreConfig {
    StoreConfig {
        flush: FlushMode::Sync,
        segment_len: 16 * 1024,
        run_len: 8 * 1024,
        ..StoreConfig::new(dir)
    }
}

fn env() -> Env {
    Env {
        clock: Arc::new(FaultClock(NOW.into())),
        disk: Arc::new(SystemDisk),
        random: Arc::new(FixedRandom(7)),
    }
}

/// The messages of the fixture, as they were sent.
fn message(i: u32) -> Message {
    Message::new(i % QUEUES, format!("order-{i}"), 300 + 13 * i as usize)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_directory_of_format_1_is_read_and_goes_on() {
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path().join("data");
    copy(&fixture(), &dir);
    let (store, report) = Store::open(config(&dir), env()).unwrap();
    assert!(
        report.clean && report.damaged == 0 && report.cut.is_none(),
        "{report:?}"
    );
    assert!(report.runs_dropped.is_empty(), "{report:?}");
    check(&store);
    let topic = store.topic_id(&topic()).unwrap();
    let more = Message::new(0, "more", 500);
    let placed = append(&store, topic, std::slice::from_ref(&more), false).unwrap()[0];
    assert_eq!(placed.queue_offset.0, u64::from(MESSAGES / QUEUES));
    store.wait_flushed(store.written()).unwrap();
    store.close().unwrap();
    drop(store);
    let (store, _) = Store::open(config(&dir), env()).unwrap();
    assert_eq!(read_record(&store, placed.at), Some(more));
}

#[test]
fn without_its_indexes_the_same_is_read() {
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path().join("data");
    copy(&fixture(), &dir);
    fs::remove_dir_all(dir.join("index")).unwrap();
    let (store, report) = Store::open(config(&dir), env()).unwrap();
    assert_eq!(report.indexed, u64::from(MESSAGES));
    check(&store);
}

fn check(store: &Store) {
    assert_eq!(store.topic_id(&TopicName::new("deleted").unwrap()), None);
    let topic = store.topic_id(&topic()).unwrap();
    let query = KeyQuery {
        from_ms: 0,
        to_ms: NOW,
        max: 10,
        before: None,
    };
    for queue in 0..QUEUES {
        let expected: Vec<_> = (0..MESSAGES)
            .filter(|i| i % QUEUES == queue)
            .map(message)
            .collect();
        assert_eq!(read_queue(store, topic, queue), expected);
    }
    for i in 0..MESSAGES {
        let message = message(i);
        let hits = store.find_key(None, &message.key, &query).unwrap().hits;
        let [at] = hits[..] else {
            panic!("{}: {hits:?}", message.key)
        };
        let entry = store
            .entry(
                QueueKey {
                    topic,
                    queue: message.queue,
                },
                offset(i),
            )
            .unwrap();
        assert_eq!(entry.map(|entry| entry.at), Some(at));
        assert_eq!(read_record(store, at), Some(message));
    }
    assert_eq!(
        store.record(LogOffset(24)).unwrap(),
        None,
        "the first record belongs to a deleted topic"
    );
}

fn offset(i: u32) -> remoting::types::QueueOffset {
    remoting::types::QueueOffset(u64::from(i / QUEUES))
}

#[test]
#[ignore = "writes testdata/store-v1, once per format version"]
fn write_the_fixture() {
    let dir = fixture();
    if dir.exists() {
        fs::remove_dir_all(&dir).unwrap();
    }
    let (store, _) = Store::open(config(&dir), env()).unwrap();
    let deleted = TopicName::new("deleted").unwrap();
    let old = store.create_topic(&deleted).unwrap();
    let mut batch = store.batch();
    harness::push_to(&mut batch, old, "deleted", &Message::new(0, "gone", 100)).unwrap();
    store.append(&mut batch).unwrap();
    store.delete_topic(&deleted).unwrap();
    let topic = store.create_topic(&topic()).unwrap();
    for from in (0..MESSAGES).step_by(3) {
        let messages: Vec<_> = (from..from + 3).map(message).collect();
        append(&store, topic, &messages, from % 2 == 0).unwrap();
        store.wait_flushed(store.written()).unwrap();
    }
    store.close().unwrap();
    fs::remove_file(dir.join("LOCK")).unwrap();
}
