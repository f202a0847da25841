//! The store against a plain model: whatever is appended is read, looked up and still there after a reopen; after a crash
//! what is there is a beginning of what was written, and all that was acknowledged.

#![allow(clippy::unwrap_used, reason = "tests, and helpers of tests")]

#[path = "support/harness.rs"]
#[allow(dead_code, reason = "each test file uses its part")]
mod harness;

use std::collections::BTreeMap;

use harness::{Message, NOW, append, open, read_queue, read_record, topic};
use proptest::prelude::*;
use store::fault::{Dice, FaultDisk};
use store::{FlushMode, KeyQuery, Placed, QueueKey, Store, TopicId};

const QUEUES: u32 = 4;

#[derive(Clone, Debug)]
enum Step {
    Append {
        messages: Vec<(u32, usize)>,
        group: bool,
    },
    Flush,
    Reopen,
    Crash {
        seed: u64,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let message = (
        0..QUEUES,
        prop_oneof![4 => 0_usize..300, 1 => 1_000_usize..9_000],
    );
    let step = prop_oneof![
        12 => (proptest::collection::vec(message, 1..5), any::<bool>())
            .prop_map(|(messages, group)| Step::Append { messages, group }),
        2 => Just(Step::Flush),
        1 => Just(Step::Reopen),
        2 => any::<u64>().prop_map(|seed| Step::Crash { seed }),
    ];
    proptest::collection::vec(step, 1..60)
}

/// One append: it counts as a whole if it is a group, else message by message.
struct Written {
    messages: Vec<(Message, Placed)>,
    group: bool,
    end: u64,
}

struct World {
    disk: FaultDisk,
    flush: FlushMode,
    /// `None` only while no process runs.
    process: Option<Store>,
    topic: TopicId,
    written: Vec<Written>,
    count: u64,
}

impl World {
    fn new(flush: FlushMode) -> Self {
        let disk = FaultDisk::default();
        let (store, _) = open(&disk, flush);
        let topic = store.create_topic(&topic()).unwrap();
        Self {
            disk,
            flush,
            process: Some(store),
            topic,
            written: Vec::new(),
            count: 0,
        }
    }

    fn store(&self) -> &Store {
        self.process.as_ref().expect("a process runs")
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Append { messages, group } => self.append(messages, *group),
            Step::Flush => self.store().wait_flushed(self.store().written()).unwrap(),
            Step::Reopen => {
                self.store().close().unwrap();
                let (store, report) = open(&self.disk, self.flush);
                assert!(
                    report.clean && report.damaged == 0 && report.cut.is_none(),
                    "{report:?}"
                );
                self.process = Some(store);
                self.check();
            }
            Step::Crash { seed } => self.crash(*seed),
        }
    }

    fn append(&mut self, wanted: &[(u32, usize)], group: bool) {
        let messages: Vec<_> = wanted
            .iter()
            .map(|(queue, len)| {
                self.count += 1;
                Message::new(*queue, format!("k{}", self.count), *len)
            })
            .collect();
        let placed = append(self.store(), self.topic, &messages, group).unwrap();
        let end = self.store().written().0;
        if self.flush == FlushMode::Sync {
            self.store().wait_flushed(self.store().written()).unwrap();
        }
        self.written.push(Written {
            messages: messages.into_iter().zip(placed).collect(),
            group,
            end,
        });
    }

    fn crash(&mut self, seed: u64) {
        let acknowledged = self.store().flushed().0;
        self.process = None;
        self.disk.crash(&mut Dice(seed));
        let (store, report) = open(&self.disk, self.flush);
        assert_eq!(
            report.damaged, 0,
            "a crash damages nothing that was flushed: {report:?}"
        );
        assert!(
            report.log_end.0 >= acknowledged,
            "acknowledged up to {acknowledged}, there up to {}",
            report.log_end
        );
        self.process = Some(store);
        let end = report.log_end.0;
        self.written.retain_mut(|write| {
            if write.group {
                return write.end <= end;
            }
            write.messages.retain(|(_, placed)| placed.at.0 < end);
            !write.messages.is_empty()
        });
        self.check();
    }

    fn check(&self) {
        let mut queues: BTreeMap<u32, Vec<Message>> = BTreeMap::new();
        for (message, placed) in self.written.iter().flat_map(|write| &write.messages) {
            let queue = queues.entry(message.queue).or_default();
            assert_eq!(placed.queue_offset.0, queue.len() as u64);
            queue.push(message.clone());
        }
        for queue in 0..QUEUES {
            let expected = queues.remove(&queue).unwrap_or_default();
            assert_eq!(
                read_queue(self.store(), self.topic, queue),
                expected,
                "queue {queue}"
            );
            let bounds = self.store().bounds(QueueKey {
                topic: self.topic,
                queue,
            });
            assert_eq!((bounds.min.0, bounds.max.0), (0, expected.len() as u64));
        }
        let query = KeyQuery {
            from_ms: 0,
            to_ms: NOW,
            max: 10,
            before: None,
        };
        for (message, placed) in self.written.iter().flat_map(|write| &write.messages) {
            assert_eq!(read_record(self.store(), placed.at).as_ref(), Some(message));
            let hits = self
                .store()
                .find_key(Some(self.topic), &message.key, &query)
                .unwrap();
            assert_eq!(hits.hits, [placed.at], "key {}", message.key);
            assert_eq!(
                self.store()
                    .find_key(None, &message.key, &query)
                    .unwrap()
                    .hits,
                [placed.at]
            );
        }
    }
}

fn run(flush: FlushMode, steps: &[Step]) {
    let mut world = World::new(flush);
    for step in steps {
        world.step(step);
    }
    world.step(&Step::Flush);
    world.check();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(20), ..ProptestConfig::default() })]

    #[test]
    fn sync_flush_equals_the_model(steps in steps()) {
        run(FlushMode::Sync, &steps);
    }

    #[test]
    fn async_flush_equals_the_model(steps in steps()) {
        run(FlushMode::Async, &steps);
    }
}
