//! Where the log ends, and what is damage: the rows of recovery's decision table, and bits that flip under a running store.

#![allow(clippy::unwrap_used, reason = "tests, and helpers of tests")]

#[path = "support/harness.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod harness;

use std::path::Path;

use harness::{DIR, Message, NOW, append, config, log_file, open, read_queue, read_record, topic};
use store::env::{Disk, Open};
use store::fault::FaultDisk;
use store::{FlushMode, Placed, Store, StoreError, TopicId};

const HEADER_LEN: u64 = 24;

struct World {
    disk: FaultDisk,
    store: Store,
    topic: TopicId,
}

fn world() -> World {
    let disk = FaultDisk::default();
    let (store, _) = open(&disk, FlushMode::Sync);
    let topic = store.create_topic(&topic()).unwrap();
    World { disk, store, topic }
}

impl World {
    /// Appends with one write, and flushes it.
    fn flushed(&self, keys: &[&str]) -> Vec<Placed> {
        self.append(keys, false)
    }

    fn append(&self, keys: &[&str], group: bool) -> Vec<Placed> {
        let messages: Vec<_> = keys.iter().map(|key| Message::new(0, *key, 100)).collect();
        let placed = append(&self.store, self.topic, &messages, group).unwrap();
        self.store.wait_flushed(self.store.written()).unwrap();
        placed
    }

    /// The process is gone, the disk stays as it is; `change` is done to it.
    fn killed(self, change: impl FnOnce(&FaultDisk)) -> (Self, store::RecoveryReport) {
        let Self { disk, store, topic } = self;
        drop(store);
        change(&disk);
        let (store, report) = open(&disk, FlushMode::Sync);
        (Self { disk, store, topic }, report)
    }

    fn keys(&self) -> Vec<String> {
        read_queue(&self.store, self.topic, 0)
            .into_iter()
            .map(|message| message.key)
            .collect()
    }
}

fn flip(disk: &FaultDisk, at: Placed) {
    disk.flip(&log_file(0), at.at.0 + 90, 3);
}

#[test]
fn a_torn_tail_is_the_end() {
    let world = world();
    world.flushed(&["a"]);
    let b = world.flushed(&["b"])[0];
    let (world, report) = world.killed(|disk| flip(disk, b));
    assert_eq!(world.keys(), ["a"]);
    assert_eq!(report.damaged, 0);
    let cut = report.cut.expect("something was there");
    assert_eq!(
        (cut.at, cut.rule),
        (b.at.0 - HEADER_LEN, "checksum does not match")
    );
    assert_eq!(report.log_end.0, b.at.0 - HEADER_LEN);
    let c = world.flushed(&["c"])[0];
    assert_eq!(
        (c.at, c.queue_offset),
        (b.at, b.queue_offset),
        "its place is taken by the next"
    );
    assert_eq!(world.keys(), ["a", "c"]);
}

#[test]
fn a_hole_under_younger_frames_is_the_end() {
    let world = world();
    world.flushed(&["a"]);
    let placed = world.flushed(&["b", "c"]);
    let (world, report) = world.killed(|disk| flip(disk, placed[0]));
    assert_eq!(
        world.keys(),
        ["a"],
        "c is whole, but nothing says that b ever was"
    );
    assert_eq!(
        (report.damaged, report.log_end.0),
        (0, placed[0].at.0 - HEADER_LEN)
    );
    let (world, report) = world.killed(|_| {});
    assert_eq!(
        (world.keys(), report.cut),
        (vec!["a".to_owned()], None),
        "the hole was punched over c"
    );
}

#[test]
fn a_stale_frame_does_not_come_back() {
    let world = world();
    world.flushed(&["a"]);
    let placed = world.flushed(&["b", "c"]);
    let stale_at = placed[1].at.0 - HEADER_LEN;
    let stale = world.disk.read(&log_file(0)).unwrap()[stale_at as usize..][..400].to_vec();
    let (world, _) = world.killed(|disk| flip(disk, placed[0]));
    let again = world.flushed(&["d"])[0];
    assert_eq!(again.at, placed[0].at);
    let (world, report) = world.killed(|disk| disk.scribble(&log_file(0), stale_at, &stale));
    assert_eq!(world.keys(), ["a", "d"]);
    let cut = report.cut.expect("the old c was there");
    assert_eq!(
        (cut.at, cut.rule),
        (stale_at, "stale frame of an earlier opening")
    );
}

#[test]
fn a_stale_frame_right_behind_the_last_index_run_does_not_come_back() {
    let world = world();
    world.flushed(&["a"]);
    let placed = world.flushed(&["b", "c"]);
    let stale_at = placed[1].at.0 - HEADER_LEN;
    let stale = world.disk.read(&log_file(0)).unwrap()[stale_at as usize..][..400].to_vec();
    let (world, _) = world.killed(|disk| flip(disk, placed[0]));
    drop(world.store);
    // A run for every flush: the scan then starts at the end of d, and has no frame before c to compare it with.
    let config = store::StoreConfig {
        run_len: 1,
        ..harness::config(FlushMode::Sync)
    };
    let (store, _) = Store::open(config, world.disk.env(harness::NOW)).unwrap();
    let world = World { store, ..world };
    let runs = world.store.status().runs;
    world.flushed(&["d"]);
    while world.store.status().runs == runs {
        std::thread::yield_now();
    }
    let (world, report) = world.killed(|disk| disk.scribble(&log_file(0), stale_at, &stale));
    assert_eq!(report.log_end.0, stale_at, "{report:?}");
    assert_eq!(
        report.cut.map(|cut| cut.rule),
        Some("stale frame of an earlier opening")
    );
    assert_eq!(world.keys(), ["a", "d"]);
}

#[test]
fn damage_below_the_watermark_is_reported_and_its_neighbours_are_read() {
    let world = world();
    let a = world.flushed(&["a"])[0];
    let b = world.flushed(&["b"])[0];
    let c = world.flushed(&["c"])[0];
    let (world, report) = world.killed(|disk| flip(disk, b));
    assert_eq!(world.keys(), ["a", "c"]);
    let [damage] = &report.damage[..] else {
        panic!("{report:?}")
    };
    assert_eq!(damage.file, log_file(0));
    assert_eq!(
        (damage.at, damage.at + damage.len),
        (b.at.0 - HEADER_LEN, c.at.0 - HEADER_LEN)
    );
    assert!(report.cut.is_none());
    assert_eq!(read_record(&world.store, a.at).unwrap().key, "a");
    assert_eq!(read_record(&world.store, c.at).unwrap().key, "c");
    let d = world.flushed(&["d"])[0];
    assert_eq!(d.queue_offset.0, 3, "offsets go on behind the gap");
    assert_eq!(world.keys(), ["a", "c", "d"]);
}

#[test]
fn a_damaged_length_below_the_watermark_hides_only_its_own_record() {
    let world = world();
    let placed: Vec<_> = ["a", "b", "c", "d"]
        .iter()
        .map(|key| world.flushed(&[key])[0])
        .collect();
    let at = placed[1].at.0 - HEADER_LEN;
    let (world, report) = world.killed(|disk| disk.scribble(&log_file(0), at, &[0xF8, 0xFF, 0, 0]));
    assert_eq!(world.keys(), ["a", "c", "d"]);
    assert_eq!(report.damaged, 1);
}

#[test]
fn a_group_without_its_end_is_not_there() {
    let world = world();
    world.flushed(&["a"]);
    let group = world.append(&["b", "c", "d"], true);
    let (world, report) = world.killed(|disk| flip(disk, group[2]));
    assert_eq!(world.keys(), ["a"]);
    assert_eq!(report.log_end.0, group[0].at.0 - HEADER_LEN);
    world.flushed(&["e"]);
    assert_eq!(world.keys(), ["a", "e"]);
}

#[test]
fn a_damaged_member_of_a_group_does_not_hide_the_others() {
    let world = world();
    let group = world.append(&["b", "c", "d"], true);
    world.flushed(&["e"]);
    let (world, report) = world.killed(|disk| flip(disk, group[1]));
    assert_eq!(
        (world.keys(), report.damaged),
        (vec!["b".into(), "d".into(), "e".into()], 1)
    );
}

#[test]
fn a_damaged_end_of_a_group_below_the_watermark_does_not_hide_the_others() {
    let world = world();
    let group = world.append(&["b", "c", "d"], true);
    world.store.close().unwrap();
    let (world, report) = world.killed(|disk| flip(disk, group[2]));
    assert!(report.clean, "so the watermark is the end of the group");
    assert_eq!(
        (world.keys(), report.damaged),
        (vec!["b".into(), "c".into()], 1)
    );
    assert_eq!(world.flushed(&["e"])[0].queue_offset.0, 2);
}

#[test]
fn a_missing_segment_is_damage_and_the_others_are_read() {
    let world = world();
    let keys: Vec<String> = (0..12).map(|i| format!("k{i}")).collect();
    for key in &keys {
        append(
            &world.store,
            world.topic,
            &[Message::new(0, key.as_str(), 16_000)],
            false,
        )
        .unwrap();
        world.store.wait_flushed(world.store.written()).unwrap();
    }
    let (world, report) = world.killed(|disk| disk.remove(&log_file(65_536)).unwrap());
    assert_eq!(
        report
            .damage
            .iter()
            .map(|d| (&d.file, d.rule))
            .collect::<Vec<_>>(),
        [(&log_file(65_536), "segment is missing")]
    );
    let kept = world.keys();
    assert_eq!(kept.first(), keys.first());
    assert_eq!(kept.last(), keys.last());
    assert!(kept.len() < keys.len());
    world.flushed(&["more"]);
}

#[test]
fn a_lost_checkpoint_is_reported_and_nothing_else_is_lost() {
    let world = world();
    world.flushed(&["a"]);
    world.flushed(&["b"]);
    let (world, report) = world.killed(|disk| {
        let file = Path::new(DIR).join("checkpoint");
        for slot in [0, 4096] {
            if disk.read(&file).unwrap().len() > slot {
                disk.scribble(&file, slot as u64, &[0xAA; 20]);
            }
        }
    });
    assert_eq!(world.keys(), ["a", "b"]);
    assert_eq!(report.damage[0].rule, "checkpoint cannot be read");
    assert!(report.epoch > 1, "epochs go on from what the frames say");
}

#[test]
fn every_flipped_bit_of_a_stored_record_is_found_and_stays_local() {
    let world = world();
    let placed: Vec<_> = ["a", "b", "c"]
        .iter()
        .map(|key| world.flushed(&[key])[0])
        .collect();
    world.store.close().unwrap();
    let World { disk, topic, .. } = world;
    let (store, _) = open(&disk, FlushMode::Sync);
    let len = placed[2].at.0 - placed[1].at.0;
    // Its length, epoch and the like say where a frame is: without them it is not recognised as one any more.
    for byte in (0..len).filter(|byte| *byte >= 24 || (4..8).contains(byte)) {
        for bit in [0, 7] {
            let at = placed[1].at.0 - HEADER_LEN + byte;
            disk.flip(&log_file(0), at, bit);
            let found = store.record(placed[1].at);
            let Err(StoreError::Corrupt {
                file, at: in_file, ..
            }) = found
            else {
                panic!("byte {byte}: {found:?}")
            };
            assert_eq!((file, in_file), (log_file(0), placed[1].at.0 - HEADER_LEN));
            disk.flip(&log_file(0), at, bit);
        }
    }
    disk.flip(&log_file(0), placed[1].at.0 + 95, 0);
    let keys: Vec<_> = read_queue(&store, topic, 0)
        .into_iter()
        .map(|message| message.key)
        .collect();
    assert_eq!(keys, ["a", "c"], "a consumer passes over what is damaged");
    assert_eq!(read_record(&store, placed[0].at).unwrap().key, "a");
    assert_eq!(read_record(&store, placed[2].at).unwrap().key, "c");
}

#[test]
fn no_other_place_reads_as_a_record() {
    let world = world();
    let placed = world.flushed(&["a", "b", "c"]);
    for at in 0..world.store.written().0 + 100 {
        let found = read_record(&world.store, remoting::types::LogOffset(at));
        assert_eq!(
            found.is_some(),
            placed.iter().any(|p| p.at.0 == at),
            "at {at}"
        );
    }
}

#[test]
fn a_body_that_looks_like_a_frame_is_not_a_record() {
    let world = world();
    world.flushed(&["a"]);
    let frame =
        world.disk.read(&log_file(0)).unwrap()[..(world.store.written().0) as usize].to_vec();
    // The copy says it lies where the original does, so its own place gives it away.
    let message = Message {
        queue: 0,
        key: "b".into(),
        body: frame,
    };
    let outer = append(&world.store, world.topic, &[message], false).unwrap()[0];
    world.store.wait_flushed(world.store.written()).unwrap();
    for at in outer.at.0 + 1..world.store.written().0 {
        assert!(
            !matches!(
                world.store.record(remoting::types::LogOffset(at)),
                Ok(Some(_))
            ),
            "at {at}"
        );
    }
}

#[test]
fn a_newer_format_is_refused_in_a_sentence() {
    let world = world();
    world.store.close().unwrap();
    world
        .disk
        .scribble(&Path::new(DIR).join("FORMAT"), 14, b"9");
    let refused = Store::open(
        harness::config(FlushMode::Sync),
        world.disk.env(harness::NOW),
    )
    .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "/data has format 9, this version reads up to format 1: start the newer version, or point at another directory"
    );
}

#[test]
fn a_directory_in_use_is_refused() {
    let world = world();
    let refused = Store::open(
        harness::config(FlushMode::Sync),
        world.disk.env(harness::NOW),
    )
    .unwrap_err();
    assert_eq!(refused.to_string(), "/data is in use by another process");
    world.store.close().unwrap();
    open(&world.disk, FlushMode::Sync);
}

#[test]
fn a_log_without_its_metadata_is_refused() {
    let World { disk, store, .. } = world();
    drop(store);
    disk.env(NOW)
        .disk
        .remove(&Path::new(DIR).join("meta.redb"))
        .unwrap();
    let refused = Store::open(config(FlushMode::Sync), disk.env(NOW)).unwrap_err();
    assert!(refused.to_string().contains("meta.redb"), "{refused}");
    assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
}

#[test]
fn damaged_metadata_is_refused_by_name() {
    let World { disk, store, .. } = world();
    store.close().unwrap();
    let path = Path::new(DIR).join("meta.redb");
    let file = disk.env(NOW).disk.open(&path, Open::Write).unwrap();
    file.set_len(5000).unwrap();
    let refused = Store::open(config(FlushMode::Sync), disk.env(NOW)).unwrap_err();
    assert!(refused.to_string().contains("meta.redb"), "{refused}");
}
