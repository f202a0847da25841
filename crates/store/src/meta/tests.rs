//! Behaviour of meta, over the disk seam.

use std::path::Path;

use super::*;
use crate::fault::{Dice, FaultDisk};

const PATH: &str = "/data/meta.redb";

fn open(disk: &FaultDisk) -> Meta {
    Meta::open(Path::new(PATH), disk.env(0).disk).unwrap()
}

fn name(name: &str) -> TopicName {
    TopicName::new(name).unwrap()
}

fn queue(topic: TopicId, queue: u32) -> QueueKey {
    QueueKey { topic, queue }
}

#[test]
fn topics_survive_and_ids_are_never_given_twice() {
    let disk = FaultDisk::default();
    let meta = open(&disk);
    let a = meta.create_topic(&name("a"), LogOffset(0)).unwrap();
    let b = meta.create_topic(&name("b"), LogOffset(100)).unwrap();
    assert_eq!(
        meta.create_topic(&name("a"), LogOffset(500)).unwrap(),
        a,
        "there already"
    );
    assert_eq!(meta.delete_topic(&name("b")).unwrap(), Some(b));
    assert_eq!(meta.delete_topic(&name("b")).unwrap(), None);
    drop(meta);
    let meta = open(&disk);
    assert_eq!((meta.topic_id("a"), meta.topic_id("b")), (Some(a), None));
    assert_eq!(
        (meta.topic_name(a), meta.topic_name(b)),
        (Some(name("a")), None)
    );
    let again = meta.create_topic(&name("b"), LogOffset(700)).unwrap();
    assert!(again > b, "{again} after {b}");
}

#[test]
fn records_of_a_namesake_are_not_the_topics() {
    let disk = FaultDisk::default();
    let meta = open(&disk);
    let old = meta.create_topic(&name("t"), LogOffset(0)).unwrap();
    assert_eq!(meta.topic_at("t", LogOffset(24)), Some(old));
    meta.delete_topic(&name("t")).unwrap();
    assert_eq!(meta.topic_at("t", LogOffset(24)), None);
    let new = meta.create_topic(&name("t"), LogOffset(80)).unwrap();
    assert_eq!(meta.topic_at("t", LogOffset(79)), None);
    assert_eq!(meta.topic_at("t", LogOffset(80)), Some(new));
}

#[test]
fn a_crash_keeps_what_was_promised() {
    for seed in 0..20 {
        let disk = FaultDisk::default();
        let meta = open(&disk);
        let a = meta.create_topic(&name("a"), LogOffset(0)).unwrap();
        meta.tables().put("offsets", b"k", b"v").unwrap();
        disk.crash(&mut Dice(seed));
        drop(meta);
        let meta = open(&disk);
        assert_eq!(meta.topic_id("a"), Some(a), "seed {seed}");
        assert_eq!(
            meta.tables().get("offsets", b"k").unwrap().as_deref(),
            Some(&b"v"[..])
        );
    }
}

#[test]
fn floors_belong_to_topics_that_are_there() {
    let disk = FaultDisk::default();
    let meta = open(&disk);
    let a = meta.create_topic(&name("a"), LogOffset(0)).unwrap();
    let b = meta.create_topic(&name("b"), LogOffset(0)).unwrap();
    let floors = [
        (queue(a, 1), QueueOffset(7)),
        (queue(b, 0), QueueOffset(3)),
        (queue(TopicId(99), 0), QueueOffset(1)),
    ];
    meta.save_floors(floors.into_iter()).unwrap();
    meta.save_floors([(queue(a, 1), QueueOffset(9))].into_iter())
        .unwrap();
    meta.delete_topic(&name("b")).unwrap();
    drop(meta);
    assert_eq!(
        open(&disk).floors().unwrap(),
        [(queue(a, 1), QueueOffset(9))]
    );
}

#[test]
fn rows_are_scanned_in_order_and_apart_from_other_tables() {
    let disk = FaultDisk::default();
    let meta = open(&disk);
    let tables = meta.tables();
    assert_eq!(tables.scan_prefix("groups", b"").unwrap(), []);
    assert_eq!(tables.get("groups", b"a").unwrap(), None);
    assert_eq!(tables.last("groups").unwrap(), None);
    for key in ["b/2", "a/1", "b/1", "c"] {
        tables
            .put("groups", key.as_bytes(), key.as_bytes())
            .unwrap();
    }
    tables.put("other", b"b/3", b"").unwrap();
    let keys = |rows: Vec<tables::Row>| {
        rows.into_iter()
            .map(|(k, _)| String::from_utf8(k).unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(tables.scan_prefix("groups", b"b/").unwrap()),
        ["b/1", "b/2"]
    );
    assert_eq!(
        keys(tables.scan_prefix("groups", b"").unwrap()),
        ["a/1", "b/1", "b/2", "c"]
    );
    assert_eq!(
        keys(
            tables
                .scan_range("groups", b"a/1", Some(b"b/2"), 10)
                .unwrap()
        ),
        ["a/1", "b/1"]
    );
    assert_eq!(
        keys(tables.scan_range("groups", b"b", None, 2).unwrap()),
        ["b/1", "b/2"]
    );
    assert_eq!(
        keys(tables.last("groups").unwrap().into_iter().collect()),
        ["c"]
    );
    tables.delete("groups", b"c").unwrap();
    assert_eq!(
        keys(tables.last("groups").unwrap().into_iter().collect()),
        ["b/2"]
    );
}

#[test]
fn a_batch_is_written_whole_or_not_at_all() {
    let disk = FaultDisk::default();
    let meta = open(&disk);
    let tables = meta.tables();
    tables.put("t", b"old", b"1").unwrap();
    let batch = || {
        vec![
            TableOp::delete("t", *b"old"),
            TableOp::put("t", *b"new", *b"2"),
        ]
    };
    disk.fail_writes(1);
    assert!(matches!(
        tables.write(batch()),
        Err(StoreError::Meta { .. })
    ));
    assert_eq!(
        tables.scan_prefix("t", b"").unwrap(),
        [(b"old".to_vec(), b"1".to_vec())],
        "readable after the error"
    );
    tables.write(batch()).unwrap();
    assert_eq!(
        tables.scan_prefix("t", b"").unwrap(),
        [(b"new".to_vec(), b"2".to_vec())],
        "and writable"
    );
}

#[test]
fn a_failed_sync_is_told_and_the_next_write_works() {
    let disk = FaultDisk::default();
    let meta = open(&disk);
    disk.fail_syncs(true);
    assert!(meta.create_topic(&name("a"), LogOffset(0)).is_err());
    assert_eq!(
        meta.topic_id("a"),
        None,
        "a topic that is not durable is not there"
    );
    disk.fail_syncs(false);
    let id = meta.create_topic(&name("a"), LogOffset(0)).unwrap();
    drop(meta);
    assert_eq!(open(&disk).topic_id("a"), Some(id));
}

#[test]
fn a_nearly_full_disk_is_refused_before_anything_is_written() {
    let disk = FaultDisk::default();
    let meta = open(&disk);
    meta.tables().put("t", b"k", b"v").unwrap();
    disk.set_capacity(Some(crate::limits::META_FREE_MIN));
    let refused = meta.tables().put("t", b"k", b"w").unwrap_err();
    assert!(refused.is_out_of_space(), "{refused}");
    assert!(
        meta.create_topic(&name("a"), LogOffset(0))
            .unwrap_err()
            .is_out_of_space()
    );
    assert_eq!(
        meta.tables().get("t", b"k").unwrap().as_deref(),
        Some(&b"v"[..])
    );
    disk.set_capacity(None);
    meta.tables().put("t", b"k", b"w").unwrap();
}
