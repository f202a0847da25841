//! The index as a whole, over a disk in memory: every answer is compared with a plain list, before and after sealing,
//! merging, removing, damage and opening again.

mod world;

use proptest::prelude::*;
use remoting::properties::tag_hash;
use remoting::types::LogOffset;

use super::*;
use crate::dispatch::Terms;
use crate::env::Open;
use crate::index::run::{PAGE_LEN, bad_mark};
use crate::limits;
use world::{KEYS, QUEUES, SEGMENT_LEN, TAGS, TOPICS, World, dir, frame_end};

/// A world of some segments: several runs, merged ones among them, and a tail.
fn filled(records: u64) -> World {
    let mut world = World::new();
    fill(&mut world, records);
    world
}

fn fill(world: &mut World, records: u64) {
    for i in 0..records {
        let queue = world.queue((i % 5 / 3) as usize, (i * i % 3) as u32);
        let keys: &[usize] = [&[0, 1][..], &[1], &[], &[2, 0]][(i % 4) as usize];
        world.now += (i % 3) as i64;
        world.append(
            queue,
            100 + (i * 37 % 300) as u32,
            (i % 7 % 4) as usize,
            keys,
        );
        if i % 16 == 0 {
            world.seal();
        }
    }
}

#[test]
fn an_empty_index_answers() {
    World::new().check();
}

#[test]
fn runs_and_tail_answer_as_one() {
    let world = filled(400);
    assert!(
        world.index.run_count() > 5,
        "runs: {}",
        world.index.run_count()
    );
    world.check();
    world.seal_all();
    world.check();
}

#[test]
fn runs_of_a_filled_segment_are_merged() {
    let world = filled(600);
    let mut last_segment = None;
    let runs = world.index.state().runs.clone();
    let (open, filled) = runs.split_last().unwrap();
    for run in filled {
        let segment = run.head().first_at.0 / SEGMENT_LEN;
        if segment != open.head().first_at.0 / SEGMENT_LEN {
            assert_ne!(
                last_segment.replace(segment),
                Some(segment),
                "one run a segment"
            );
        }
    }
    assert_eq!(
        world.run_files().len(),
        runs.len(),
        "what was merged is gone"
    );
}

#[test]
fn a_rebuilt_index_answers_like_the_original() {
    let mut world = filled(300);
    world.remove_before(2 * SEGMENT_LEN);
    world.check();
    for file in world.run_files() {
        world.disk.env(0).disk.remove(&file).unwrap();
    }
    assert!(world.reopen().is_empty(), "nothing was damaged");
    world.check();
    world.seal_all();
    world.check();
}

#[test]
fn what_is_cut_off_is_dispatched_again() {
    let mut world = filled(300);
    world.seal_all();
    let files = world.run_files();
    for kept in (0..files.len()).rev() {
        world.disk.env(0).disk.remove(&files[kept]).unwrap();
        world.reopen();
        world.check();
    }
}

#[test]
fn a_missing_run_takes_those_after_it_along() {
    for missing in [0, 1] {
        let mut world = filled(300);
        world.seal_all();
        let files = world.run_files();
        world.disk.env(0).disk.remove(&files[missing]).unwrap();
        let dropped = world.reopen();
        assert!(
            matches!(&dropped[..], [StoreError::Corrupt { file, .. }] if *file == files[missing + 1]),
            "{dropped:?}"
        );
        assert_eq!(world.run_files(), files[..missing]);
        world.check();
    }
}

#[test]
fn a_flipped_bit_is_found_and_its_run_built_again() {
    let mut world = filled(120);
    world.seal_all();
    let files = world.run_files();
    let victim = &files[1];
    let len = world.disk.read(victim).unwrap().len();
    // Every section begins on a page; the odd step comes by all of them.
    for at in (0..len).step_by(509) {
        let data = world.disk.read(victim).unwrap();
        let in_use = data[at / PAGE_LEN * PAGE_LEN..]
            .iter()
            .take(PAGE_LEN)
            .any(|b| *b != 0);
        assert!(in_use, "a page without anything in it");
        world.disk.flip(victim, at as u64, (at % 8) as u8);
        let mut dropped = world.reopen();
        if dropped.is_empty() {
            // In a page that is read when it is needed, or in what fills a page up.
            let whole = read_everything(&world);
            let marked = world.disk.read(&bad_mark(victim)).is_some();
            assert_eq!(whole.is_err(), marked, "byte {at}: {whole:?}");
            dropped.extend(whole.err());
        }
        let named = dropped
            .iter()
            .all(|e| matches!(e, StoreError::Corrupt { file, .. } if file == victim));
        assert!(named, "{dropped:?}");
        world.reopen();
        world.check();
        world.seal_all();
        if world.disk.read(victim).is_none_or(|now| now != data) {
            // It lay in a filling that nobody reads, or the tail was cut elsewhere: begin again.
            world = filled(120);
            world.seal_all();
        }
    }
}

/// The first error any read of entries, keys or tags meets.
fn read_everything(world: &World) -> Result<(), StoreError> {
    for (topic, queue) in (0..TOPICS.len()).flat_map(|t| (0..QUEUES).map(move |q| (t, q))) {
        let queue = world.queue(topic, queue);
        let mut out = Vec::new();
        let mut from = QueueOffset(0);
        while from < world.index.bounds(queue).max {
            let before = out.len();
            let first = world.index.entries(queue, from, 50, &mut out)?;
            from = QueueOffset(first.0 + (out.len() - before) as u64);
        }
        world.index.tag_counts(queue.topic)?;
    }
    // Every key of the run, and some that lie between.
    for key in (0..1 << 48).step_by(1 << 40) {
        let range = LogOffset(0)..LogOffset(u64::MAX);
        world.index.key_candidates(&KeyProbe {
            key,
            topic: None,
            range,
            max: 1000,
        })?;
    }
    Ok(())
}

#[test]
fn what_is_no_run_is_no_harm() {
    let mut world = filled(60);
    world.seal_all();
    let disk = world.disk.env(0).disk;
    let put = |name: &str, data: &[u8]| {
        disk.open(&dir().join(name), Open::Create)
            .unwrap()
            .write_at(data, 0)
            .unwrap()
    };
    put("next.tmp", b"half a run");
    put("notes.txt", b"somebody's");
    put(
        &Run::file_name(&(LogOffset(world.end)..LogOffset(world.end + 9))),
        b"no run",
    );
    let dropped = world.reopen();
    assert_eq!(dropped.len(), 1, "{dropped:?}");
    world.check();
    let names: Vec<_> = world
        .disk
        .paths()
        .into_iter()
        .filter(|p| p.starts_with(dir()))
        .collect();
    assert!(names.contains(&dir().join("notes.txt")) && !names.contains(&dir().join("next.tmp")));
}

#[test]
fn runs_of_another_directory_do_not_count() {
    let mut world = filled(60);
    world.seal_all();
    let config = IndexConfig {
        dir: dir(),
        disk: world.disk.env(0).disk,
        hasher: KeyHasher::new([9; 16]),
        segment_len: SEGMENT_LEN,
        run_len: 1,
    };
    let (index, dropped) = Index::open(config, world.index.meta.clone(), LogOffset(0)).unwrap();
    assert_eq!(
        (index.run_count(), index.indexed_to(), dropped.len()),
        (0, LogOffset(0), 1)
    );
    world.reopen();
    world.check();
}

#[test]
fn a_merge_that_was_cut_short_leaves_one_of_both() {
    let mut world = filled(90);
    world.seal_all();
    let runs = world.index.state().runs.clone();
    run::merge(&runs[..2], world.disk.env(0).disk, &dir()).unwrap();
    assert!(world.reopen().is_empty());
    assert_eq!(world.run_files().len(), runs.len() - 1);
    world.check();
}

#[test]
fn only_what_is_flushed_is_sealed() {
    let mut world = World::new();
    let queue = world.queue(0, 0);
    while !world.index.should_seal() {
        world.append(queue, 500, 0, &[0]);
    }
    let end = world.end;
    assert!(!world.index.seal(LogOffset(end - 1)).unwrap());
    assert_eq!(world.index.run_count(), 0);
    assert!(world.index.seal(LogOffset(end)).unwrap());
    assert!(!world.index.should_seal());
    assert_eq!(world.index.sealed_to(), LogOffset(end));
    world.check();
}

#[test]
fn a_sealer_that_falls_behind_is_told_and_catches_up() {
    let mut world = World::new();
    let queue = world.queue(0, 0);
    for _ in 0..=limits::UNSEALED_TAILS_PACED {
        assert!(!world.index.is_behind());
        let sealed_from = world.index.state().frozen.len();
        while world.index.state().frozen.len() == sealed_from {
            world.append(queue, 500, 0, &[0]);
        }
    }
    assert!(world.index.is_behind());
    assert!(world.index.seal(LogOffset(world.end)).unwrap());
    assert!(!world.index.is_behind());
    world.check();
}

#[test]
fn dispatching_again_changes_nothing() {
    let mut world = filled(50);
    for i in [0, 30, 49] {
        let record = &world.log[i];
        world
            .index
            .dispatch([record.dispatched()], frame_end(record));
    }
    world.check();
    world.reopen();
    world.check();
}

#[test]
fn a_full_segment_may_go_once_its_records_are_in_runs() {
    let mut world = World::new();
    let queue = world.queue(0, 0);
    while world.end < SEGMENT_LEN {
        world.append(queue, 900, 0, &[]);
    }
    assert!(world.index.sealed_to() < LogOffset(SEGMENT_LEN));
    world.seal();
    assert!(
        world.index.sealed_to() >= LogOffset(SEGMENT_LEN),
        "the rest of the segment holds no record"
    );
}

#[test]
fn an_emptied_queue_goes_on_where_it_was() {
    let mut world = World::new();
    let (quiet, busy) = (world.queue(0, 0), world.queue(1, 1));
    for _ in 0..5 {
        world.append(quiet, 100, 1, &[0]);
    }
    while world.end < 3 * SEGMENT_LEN {
        world.append(busy, 900, 0, &[]);
    }
    world.seal_all();
    world.remove_before(2 * SEGMENT_LEN);
    let five = Bounds {
        min: QueueOffset(5),
        max: QueueOffset(5),
    };
    assert_eq!(world.index.bounds(quiet), five);
    world.check();
    world.reopen();
    assert_eq!(
        world.index.bounds(quiet),
        five,
        "also from an index that never saw it"
    );
    world.append(quiet, 100, 1, &[0]);
    world.check();
    world.seal_all();
    world.reopen();
    world.check();
}

#[test]
fn a_run_across_the_start_of_the_log_is_counted_again() {
    let mut world = World::new();
    for i in 0..400u64 {
        let queue = world.queue((i % 2) as usize, (i % 3) as u32);
        world.now += 1;
        world.append(queue, 10 + i as u32, [0, 1, 3][(i / 3 % 3) as usize], &[0]);
    }
    world.seal_all();
    let runs = world.index.state().runs.clone();
    let across = runs.iter().max_by_key(|run| run.head().records).unwrap();
    let inside = world
        .log
        .iter()
        .filter(|r| across.head().range.contains(&LogOffset(r.at)));
    let mut inside = inside.skip(across.head().records as usize / 3);
    let third = inside.next().unwrap();
    world.log_start = frame::frame_at(LogOffset(third.at)).unwrap();
    world
        .index
        .truncate_before(LogOffset(world.log_start))
        .unwrap();
    world.index.remove_obsolete().unwrap();
    world.check();
    assert!(world.reopen().is_empty());
    world.check();
}

#[test]
fn tags_beyond_the_limit_are_counted_together() {
    let world = World::new();
    let (queue, mut at, mut offset) = (world.queue(0, 0), 24, 0);
    let mut dispatch = |tag: &str| {
        let terms = Terms {
            tag: Some(tag),
            tag_hash: tag_hash(tag),
            keys: &[],
        };
        let record = DispatchedRecord {
            queue,
            queue_offset: QueueOffset(offset),
            at: LogOffset(at),
            len: 8,
            store_time: 5,
            terms,
        };
        (at, offset) = (at + 32, offset + 1);
        world.index.dispatch([record], LogOffset(at - 24));
    };
    dispatch(&"x".repeat(limits::TAG_LEN_MAX + 1));
    for i in 0..limits::TAGS_PER_TOPIC_MAX + 50 {
        dispatch(&format!("tag {i}"));
        dispatch("tag 0");
    }
    let listed = |index: &Index| index.tag_counts(queue.topic).unwrap();
    let records = 2 * limits::TAGS_PER_TOPIC_MAX as u64 + 101;
    for sealed in [false, true] {
        if sealed {
            let tail = world.index.state().tail.clone();
            world.index.freeze(&tail);
            while world.index.seal(LogOffset(u64::MAX)).unwrap() {}
        }
        let counts = listed(&world.index);
        assert_eq!(
            (&*counts[0].tag, counts[0].count),
            ("tag 0", limits::TAGS_PER_TOPIC_MAX as u64 + 51)
        );
        assert!(
            counts.len() >= limits::TAGS_PER_TOPIC_MAX,
            "{}",
            counts.len()
        );
        assert!(counts.iter().all(|c| c.tag.len() <= limits::TAG_LEN_MAX));
        let tally = Tally {
            count: records,
            bytes: 8 * records,
            last_ms: 5,
        };
        for index in [&world.index, &world.opened_again()] {
            let found = index.topic_tally(queue.topic);
            let expected = if index.indexed_to() > LogOffset(0) {
                tally
            } else {
                Tally::default()
            };
            assert_eq!(found, expected, "nothing is missing in the sum");
        }
    }
}

#[test]
fn lost_records_leave_a_gap() {
    let mut world = World::new();
    for round in 0..12 {
        for topic in 0..TOPICS.len() {
            let queue = world.queue(topic, 0);
            world.append(queue, 700, 2, &[1]);
            if round % 3 == 1 {
                world.skip(queue, 1 + round);
            }
        }
        world.check();
        world.seal();
    }
    world.seal_all();
    world.check();
    world.reopen();
    world.check();
}

#[test]
fn many_records_with_one_key_are_walked_in_pages() {
    let mut world = World::new();
    let queue = world.queue(1, 2);
    for _ in 0..1500 {
        world.append(queue, 20, 0, &[0]);
    }
    world.seal_all();
    let run = world
        .index
        .state()
        .runs
        .iter()
        .map(|run| run.section_len(run::SectionKind::Keys))
        .max();
    assert!(
        run > Some(PAGE_LEN as u64),
        "a run has the key on more than one page"
    );
    let probe = |end| KeyProbe {
        key: world::hasher().key(KEYS[0]),
        topic: None,
        range: LogOffset(0)..end,
        max: 100,
    };
    let mut found = Vec::new();
    let mut end = LogOffset(u64::MAX);
    loop {
        let page = world.index.key_candidates(&probe(end)).unwrap();
        end = page.at.last().copied().unwrap_or_default();
        found.extend(page.at);
        if !page.more {
            break;
        }
    }
    let expected: Vec<_> = world.log.iter().rev().map(|r| LogOffset(r.at)).collect();
    assert_eq!(found, expected);
}

#[test]
fn words_that_collide_are_all_candidates() {
    let mut world = World::new();
    let queue = world.queue(0, 0);
    for sealed in [false, true] {
        // Two keys whose hashes are the same: the index cannot tell them apart, and hides neither.
        for _ in 0..2 {
            let i = world.write(queue, 100, 0, &[3]);
            world.log[i].words = vec![hash::key_word(77, 1), hash::key_word(77, 2)];
            world
                .index
                .dispatch([world.log[i].dispatched()], LogOffset(world.end));
        }
        if sealed {
            world.seal_all();
        }
    }
    let range = LogOffset(0)..LogOffset(world.end);
    let probe = KeyProbe {
        key: 77,
        topic: None,
        range,
        max: 10,
    };
    let found = world.index.key_candidates(&probe).unwrap();
    let expected: Vec<_> = world.log.iter().rev().map(|r| LogOffset(r.at)).collect();
    assert_eq!(
        found,
        Candidates {
            at: expected,
            more: false
        }
    );
}

#[test]
fn readers_see_whole_queues_while_runs_are_made() {
    let mut world = World::new();
    let queue = world.queue(0, 1);
    for _ in 0..3000 {
        world.write(queue, 60, 0, &[]);
    }
    let (index, log) = (&world.index, &world.log);
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            for batch in log.chunks(5) {
                index.dispatch(
                    batch.iter().map(world::Rec::dispatched),
                    frame_end(&batch[4]),
                );
            }
        });
        scope.spawn(move || {
            while index.indexed_to() < frame_end(&log[2999]) {
                while index.seal(index.indexed_to()).unwrap() {}
                std::thread::yield_now();
            }
        });
        while !writer.is_finished() {
            let bounds = index.bounds(queue);
            assert_eq!(bounds.min, QueueOffset(0));
            let mut from = bounds.max.0 / 2;
            while from < bounds.max.0 {
                let mut entries = Vec::new();
                let first = index
                    .entries(queue, QueueOffset(from), 64, &mut entries)
                    .unwrap();
                assert_eq!(first.0, from, "no entry is out of sight");
                assert!(!entries.is_empty());
                for (entry, record) in entries.iter().zip(&log[from as usize..]) {
                    assert_eq!(entry.at.0, record.at);
                }
                from += entries.len() as u64;
            }
        }
    });
    world.check();
}

#[derive(Clone, Debug)]
enum Step {
    Append {
        topic: usize,
        queue: u32,
        len: u32,
        tag: usize,
        keys: Vec<usize>,
        later: i64,
    },
    Lose {
        topic: usize,
        queue: u32,
        count: u64,
    },
    Seal,
    SealAll,
    Remove {
        segments: u64,
    },
    Reopen,
    LoseRuns {
        kept: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let keys = proptest::collection::vec(0..KEYS.len(), 0..3);
    let append = (
        0..TOPICS.len(),
        0..QUEUES,
        1..900u32,
        0..TAGS.len(),
        keys,
        0..3i64,
    )
        .prop_map(|(topic, queue, len, tag, mut keys, later)| {
            keys.sort_unstable();
            keys.dedup();
            Step::Append {
                topic,
                queue,
                len,
                tag,
                keys,
                later,
            }
        });
    prop_oneof![
        40 => append,
        1 => (0..TOPICS.len(), 0..QUEUES, 1..5u64).prop_map(|(topic, queue, count)| Step::Lose { topic, queue, count }),
        4 => Just(Step::Seal),
        1 => Just(Step::SealAll),
        1 => (1..3u64).prop_map(|segments| Step::Remove { segments }),
        1 => Just(Step::Reopen),
        1 => (0..6usize).prop_map(|kept| Step::LoseRuns { kept }),
    ]
}

impl World {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Append {
                topic,
                queue,
                len,
                tag,
                keys,
                later,
            } => {
                self.now += later;
                self.append(self.queue(*topic, *queue), *len, *tag, keys);
            }
            Step::Lose {
                topic,
                queue,
                count,
            } => self.skip(self.queue(*topic, *queue), *count),
            Step::Seal => self.seal(),
            Step::SealAll => self.seal_all(),
            Step::Remove { segments } => {
                self.remove_before(self.log_start + segments * SEGMENT_LEN)
            }
            Step::Reopen => assert!(self.reopen().is_empty()),
            Step::LoseRuns { kept } => {
                for file in self.run_files().iter().skip(*kept) {
                    self.disk.env(0).disk.remove(file).unwrap();
                }
                self.reopen();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(2),
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_happens_the_index_answers_like_the_list(steps in proptest::collection::vec(step(), 1..250)) {
        let mut world = World::new();
        for step in &steps {
            world.take(step);
        }
        world.check();
        world.reopen();
        world.check();
    }
}
