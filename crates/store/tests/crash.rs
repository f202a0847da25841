//! Crashes under load, full disks, failed writes and flushes: what was acknowledged stays, what was refused never shows.

#![allow(clippy::unwrap_used, reason = "tests, and helpers of tests")]

#[path = "support/harness.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod harness;

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use harness::{Message, append, open, read_queue, topic};
use store::fault::{Dice, FaultDisk};
use store::{FlushMode, Store, StoreError, TopicId, Writability};

const ROUNDS: u64 = 100;
const SENDERS: u32 = 4;

fn keys(store: &Store, topic: TopicId, queue: u32) -> Vec<String> {
    read_queue(store, topic, queue)
        .into_iter()
        .map(|message| message.key)
        .collect()
}

/// Sends until the disk is gone. Every key is noted before it is sent, and again when it is acknowledged.
fn send(
    store: &Store,
    topic: TopicId,
    queue: u32,
    counter: &AtomicU64,
    sent: &Mutex<BTreeSet<String>>,
) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let key = format!("k{}", counter.fetch_add(1, Ordering::Relaxed));
        sent.lock().unwrap().insert(key.clone());
        let message = Message::new(queue, key.as_str(), 600);
        let mut batch = store.batch();
        harness::push(&mut batch, topic, &message).unwrap();
        match store
            .append(&mut batch)
            .and_then(|done| store.wait_flushed(done.end))
        {
            Ok(()) => acknowledged.push(key),
            Err(_) => return acknowledged,
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_unsent_is_read() {
    let disk = FaultDisk::default();
    let (mut store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    let (counter, sent) = (AtomicU64::new(0), Mutex::new(BTreeSet::new()));
    let mut there: Vec<Vec<String>> = vec![Vec::new(); SENDERS as usize];
    for round in 0..ROUNDS {
        let target = counter.load(Ordering::Relaxed) + 40;
        let acknowledged: Vec<_> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..SENDERS)
                .map(|queue| {
                    let (store, counter, sent) = (&store, &counter, &sent);
                    scope.spawn(move || send(store, topic, queue, counter, sent))
                })
                .collect();
            while counter.load(Ordering::Relaxed) < target {
                std::thread::yield_now();
            }
            disk.crash(&mut Dice(round));
            senders
                .into_iter()
                .map(|sender| sender.join().unwrap())
                .collect()
        });
        let (reopened, report) = open(&disk, FlushMode::Sync);
        store = reopened;
        assert_eq!(report.damaged, 0, "round {round}: {report:?}");
        for (queue, acknowledged) in acknowledged.into_iter().enumerate() {
            let found = keys(&store, topic, queue as u32);
            let mut expected = there[queue].clone();
            expected.extend(acknowledged);
            assert_eq!(
                found[..expected.len()],
                expected,
                "round {round}, queue {queue}"
            );
            assert!(
                found.len() <= expected.len() + 1,
                "one was under way at most"
            );
            assert!(found.iter().all(|key| sent.lock().unwrap().contains(key)));
            there[queue] = found;
        }
    }
    assert!(
        there.iter().map(Vec::len).sum::<usize>() > 1_000,
        "the test did something"
    );
}

#[test]
fn recovery_may_crash_too() {
    for seed in 0..50 {
        let disk = FaultDisk::default();
        let (store, _) = open(&disk, FlushMode::Async);
        let topic = store.create_topic(&topic()).unwrap();
        for i in 0..30 {
            append(
                &store,
                topic,
                &[Message::new(0, format!("k{i}"), 5_000)],
                false,
            )
            .unwrap();
            if i == 15 {
                store.wait_flushed(store.written()).unwrap();
            }
        }
        disk.crash(&mut Dice(seed));
        drop(store);
        let (store, first) = open(&disk, FlushMode::Async);
        let found = keys(&store, topic, 0);
        assert!(found.len() >= 16);
        disk.crash(&mut Dice(seed + 1_000));
        drop(store);
        let (store, second) = open(&disk, FlushMode::Async);
        assert_eq!(keys(&store, topic, 0), found, "seed {seed}");
        assert_eq!((second.log_end, second.damaged), (first.log_end, 0));
        assert!(second.epoch > first.epoch);
    }
}

#[test]
fn a_full_disk_refuses_and_takes_again() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    let taken = |disk: &FaultDisk| {
        disk.paths()
            .iter()
            .map(|p| disk.read(p).unwrap().len() as u64)
            .sum::<u64>()
    };
    disk.set_capacity(Some(taken(&disk) + 80_000));
    let mut kept = Vec::new();
    let refused = loop {
        let key = format!("k{}", kept.len());
        match append(
            &store,
            topic,
            &[Message::new(0, key.as_str(), 9_000)],
            false,
        ) {
            Ok(_) => kept.push(key),
            Err(e) => break e,
        }
        assert!(kept.len() < 100, "the disk never ran full");
    };
    assert!(refused.is_out_of_space(), "{refused}");
    store.wait_flushed(store.written()).unwrap();
    assert_eq!(keys(&store, topic, 0), kept, "reading goes on");
    disk.set_capacity(None);
    append(&store, topic, &[Message::new(0, "after", 9_000)], false).unwrap();
    kept.push("after".into());
    store.wait_flushed(store.written()).unwrap();
    disk.crash(&mut Dice(1));
    drop(store);
    let (store, report) = open(&disk, FlushMode::Sync);
    assert_eq!((keys(&store, topic, 0), report.damaged), (kept, 0));
}

#[test]
fn above_the_disk_mark_appends_are_refused_with_figures() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    let taken: u64 = disk
        .paths()
        .iter()
        .map(|p| disk.read(p).unwrap().len() as u64)
        .sum();
    disk.set_capacity(Some(taken * 100 / 95));
    store.tick().unwrap();
    let refused = append(&store, topic, &[Message::new(0, "k", 10)], false).unwrap_err();
    assert!(
        matches!(
            refused,
            StoreError::DiskFull {
                used_pct: 91..,
                limit_pct: 90
            }
        ),
        "{refused}"
    );
    assert!(matches!(
        store.status().writable,
        Writability::DiskFull { .. }
    ));
    disk.set_capacity(None);
    store.tick().unwrap();
    append(&store, topic, &[Message::new(0, "k", 10)], false).unwrap();
    assert_eq!(store.status().writable, Writability::Yes);
}

#[test]
fn a_failed_flush_is_final() {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    append(&store, topic, &[Message::new(0, "kept", 10)], false).unwrap();
    store.wait_flushed(store.written()).unwrap();
    disk.fail_syncs(true);
    let told = std::sync::Arc::new(Mutex::new(Vec::new()));
    let hear = std::sync::Arc::clone(&told);
    store.on_flush(Box::new(move |flushed| {
        hear.lock().unwrap().push(flushed.is_ok())
    }));
    append(&store, topic, &[Message::new(0, "lost", 10)], false).unwrap();
    assert!(matches!(
        store.wait_flushed(store.written()),
        Err(StoreError::Poisoned(_))
    ));
    disk.fail_syncs(false);
    let refused = append(&store, topic, &[Message::new(0, "refused", 10)], false).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "store is read-only after a failed flush: injected sync error"
    );
    assert!(matches!(store.status().writable, Writability::Failed(_)));
    assert_eq!(
        keys(&store, topic, 0),
        ["kept"],
        "what was not flushed never became visible"
    );
    assert_eq!(*told.lock().unwrap(), [false]);
    assert!(store.close().is_err());
    drop(store);
    // The page cache still shows the lost record; the device does not have it.
    let (store, _) = open(&disk, FlushMode::Sync);
    assert_eq!(keys(&store, topic, 0), ["kept"]);
    append(&store, topic, &[Message::new(0, "again", 10)], false).unwrap();
    store.wait_flushed(store.written()).unwrap();
    assert_eq!(keys(&store, topic, 0), ["kept", "again"]);
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    for seed in 0..20 {
        let disk = FaultDisk::default();
        let (store, _) = open(&disk, FlushMode::Sync);
        let topic = store.create_topic(&topic()).unwrap();
        append(&store, topic, &[Message::new(0, "a", 500)], false).unwrap();
        disk.fail_writes(1);
        // The half that is written holds x and y whole; b then takes the place of x exactly, in front of y.
        let mut batch = store.batch();
        for (key, len) in [("x", 500), ("y", 500), ("z", 5_000)] {
            harness::push(&mut batch, topic, &Message::new(0, key, len)).unwrap();
        }
        store.append(&mut batch).unwrap_err();
        let placed = append(&store, topic, &[Message::new(0, "b", 500)], false).unwrap();
        assert_eq!(
            placed[0].queue_offset.0, 1,
            "the failed write took no offset"
        );
        store.wait_flushed(store.written()).unwrap();
        let mut expected = vec!["a", "b"];
        if seed % 2 == 0 {
            let done = store.append(&mut batch).expect("the same batch again");
            store.wait_flushed(done.end).unwrap();
            expected.extend(["x", "y", "z"]);
        }
        assert_eq!(keys(&store, topic, 0), expected);
        drop(store);
        disk.crash(&mut Dice(seed));
        let (store, report) = open(&disk, FlushMode::Sync);
        assert_eq!(
            (keys(&store, topic, 0), report.damaged),
            (expected.iter().map(ToString::to_string).collect(), 0)
        );
    }
}
