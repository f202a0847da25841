//! Appending: order, groups, limits, listeners, topics that come and go.

#![allow(clippy::unwrap_used, reason = "tests, and helpers of tests")]

#[path = "support/harness.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod harness;

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use harness::{Message, NOW, append, config, open, read_queue, read_record, topic};
use store::fault::{FaultClock, FaultDisk};
use store::{FlushMode, QueueKey, Store, StoreError};

#[test]
fn senders_share_writes_and_flushes() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    let before = disk.syncs();
    std::thread::scope(|scope| {
        for queue in 0..16 {
            let store = &store;
            scope.spawn(move || {
                for i in 0..50 {
                    append(
                        store,
                        topic,
                        &[Message::new(queue, format!("q{queue}k{i}"), 50)],
                        false,
                    )
                    .unwrap();
                }
                store.wait_flushed(store.written()).unwrap();
            });
        }
    });
    for queue in 0..16 {
        let expected: Vec<_> = (0..50).map(|i| format!("q{queue}k{i}")).collect();
        let found: Vec<_> = read_queue(&store, topic, queue)
            .into_iter()
            .map(|message| message.key)
            .collect();
        assert_eq!(found, expected);
    }
    assert!(disk.syncs() - before < 800, "fewer flushes than messages");
}

#[test]
fn arrivals_are_told_once_each_and_in_order() {
    let disk = FaultDisk::default();
    for flush in [FlushMode::Sync, FlushMode::Async] {
        let (store, _) = open(&disk, flush);
        let topic = store.create_topic(&topic()).unwrap();
        let from = store.bounds(QueueKey { topic, queue: 0 }).max.0;
        let heard = Arc::new(Mutex::new(Vec::new()));
        let hear = Arc::clone(&heard);
        store.on_visible(Box::new(move |arrivals| {
            hear.lock()
                .unwrap()
                .extend(arrivals.iter().map(|a| a.next.0))
        }));
        for i in 0..5 {
            append(
                &store,
                topic,
                &[
                    Message::new(0, format!("a{i}"), 10),
                    Message::new(0, format!("b{i}"), 10),
                ],
                false,
            )
            .unwrap();
        }
        store.wait_flushed(store.written()).unwrap();
        assert_eq!(
            *heard.lock().unwrap(),
            (from + 1..=from + 10).collect::<Vec<_>>()
        );
        assert_eq!(store.visible(), store.written());
        store.close().unwrap();
    }
}

#[test]
fn store_times_never_step_back() {
    let disk = FaultDisk::default();
    let clock = Arc::new(FaultClock(NOW.into()));
    let env = || store::Env {
        clock: Arc::clone(&clock) as Arc<dyn store::env::Clock>,
        ..disk.env(0)
    };
    let (store, _) = Store::open(config(FlushMode::Sync), env()).unwrap();
    let topic = store.create_topic(&topic()).unwrap();
    let queue = QueueKey { topic, queue: 0 };
    append(&store, topic, &[Message::new(0, "a", 10)], false).unwrap();
    clock.0.store(NOW - 5_000, Ordering::SeqCst);
    append(&store, topic, &[Message::new(0, "b", 10)], false).unwrap();
    store.close().unwrap();
    let (store, _) = Store::open(config(FlushMode::Sync), env()).unwrap();
    append(&store, topic, &[Message::new(0, "c", 10)], false).unwrap();
    store.wait_flushed(store.written()).unwrap();
    for offset in 0..3 {
        assert_eq!(
            store
                .store_time(queue, remoting::types::QueueOffset(offset))
                .unwrap(),
            Some(NOW)
        );
    }
}

#[test]
fn limits_are_named() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    let mut batch = store.batch();
    let refused = harness::push(&mut batch, topic, &Message::new(0, "k", 66_000)).unwrap_err();
    assert!(
        matches!(refused, StoreError::RecordTooLong { .. }),
        "{refused}"
    );
    harness::push(&mut batch, topic, &Message::new(0, "k", 40_000)).unwrap();
    let refused = harness::push(&mut batch, topic, &Message::new(0, "k", 40_000)).unwrap_err();
    assert!(matches!(refused, StoreError::BatchFull { .. }), "{refused}");
    store.append(&mut batch).unwrap();
    harness::push(&mut batch, topic, &Message::new(0, "k", 40_000)).expect("starts anew");
    assert_eq!(batch.len(), 1);
}

#[test]
fn a_batch_is_read_back_as_it_was_and_rolls_to_the_next_segment_whole() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    append(&store, topic, &[Message::new(0, "a", 40_000)], false).unwrap();
    let group: Vec<_> = (0..3)
        .map(|i| Message::new(0, format!("g{i}"), 10_000))
        .collect();
    let placed = append(&store, topic, &group, true).unwrap();
    store.wait_flushed(store.written()).unwrap();
    assert_eq!(placed[0].at.0, 65_536 + 24, "one write in one segment");
    for (message, placed) in group.iter().zip(placed) {
        assert_eq!(read_record(&store, placed.at).as_ref(), Some(message));
    }
    store.close().unwrap();
    let (store, report) = open(&disk, FlushMode::Sync);
    assert_eq!((read_queue(&store, topic, 0).len(), report.damaged), (4, 0));
}

#[test]
fn a_deleted_topic_takes_nothing_and_its_namesake_starts_anew() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let old = store.create_topic(&topic()).unwrap();
    assert_eq!(
        store.create_topic(&topic()).unwrap(),
        old,
        "it is there already"
    );
    let first = append(&store, old, &[Message::new(0, "old", 10)], false).unwrap()[0];
    assert_eq!(store.delete_topic(&topic()).unwrap(), Some(old));
    let refused = append(&store, old, &[Message::new(0, "late", 10)], false).unwrap_err();
    assert!(matches!(refused, StoreError::UnknownTopic { topic } if topic == old));
    let new = store.create_topic(&topic()).unwrap();
    assert_ne!(new, old);
    let placed = append(&store, new, &[Message::new(0, "new", 10)], false).unwrap()[0];
    assert_eq!(placed.queue_offset.0, 0);
    store.wait_flushed(store.written()).unwrap();
    let check = |store: &Store| {
        assert_eq!(read_queue(store, new, 0), [Message::new(0, "new", 10)]);
        assert_eq!(read_record(store, first.at), None);
    };
    check(&store);
    drop(store);
    let (store, _) = open(&disk, FlushMode::Sync);
    check(&store);
}

#[test]
fn a_refused_batch_does_not_hurt_its_neighbours() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    let nobody = store::TopicId(4_000);
    std::thread::scope(|scope| {
        for queue in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for i in 0..50 {
                    let to = if queue % 2 == 0 { topic } else { nobody };
                    let done = append(
                        store,
                        to,
                        &[Message::new(queue, format!("k{i}"), 10)],
                        false,
                    );
                    assert_eq!(done.is_ok(), queue % 2 == 0);
                }
            });
        }
    });
    store.wait_flushed(store.written()).unwrap();
    for queue in (0..8).step_by(2) {
        assert_eq!(read_queue(&store, topic, queue).len(), 50);
    }
}

#[test]
fn a_closed_store_says_so() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    store.close().unwrap();
    let refused = append(&store, topic, &[Message::new(0, "k", 10)], false).unwrap_err();
    assert_eq!(refused.to_string(), "store is closed");
}
