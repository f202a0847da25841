//! A log that exists only as a list, an index over it, and the same questions asked of both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use remoting::properties::tag_hash;
use remoting::types::{LogOffset, QueueOffset, TopicName};

use super::super::hash::key_word;
use super::super::*;
use crate::dispatch::Terms;
use crate::fault::FaultDisk;
use crate::keys::TopicId;

pub(super) const SEGMENT_LEN: u64 = 16 * 1024;
const RUN_LEN: u64 = 5 * 1024;
pub(super) const TOPICS: [&str; 2] = ["orders", "payments"];
pub(super) const QUEUES: u32 = 3;
pub(super) const KEYS: [&str; 4] = ["alpha", "beta", "gamma", "nobody"];
pub(super) const TAGS: [&str; 4] = ["", "Aa", "BB", "new"];

#[derive(Clone, Debug)]
pub(super) struct Rec {
    pub(super) queue: QueueKey,
    pub(super) queue_offset: u64,
    pub(super) at: u64,
    pub(super) len: u32,
    pub(super) time: i64,
    pub(super) tag: &'static str,
    pub(super) keys: Vec<&'static str>,
    pub(super) words: Vec<u64>,
}

impl Rec {
    pub(super) fn dispatched(&self) -> DispatchedRecord<'_> {
        DispatchedRecord {
            queue: self.queue,
            queue_offset: QueueOffset(self.queue_offset),
            at: LogOffset(self.at),
            len: self.len,
            store_time: self.time,
            terms: Terms {
                tag: (!self.tag.is_empty()).then_some(self.tag),
                tag_hash: tag_hash(self.tag),
                keys: &self.words,
            },
        }
    }
}

pub(super) struct World {
    pub(super) disk: FaultDisk,
    pub(super) index: Index,
    pub(super) log: Vec<Rec>,
    pub(super) log_start: u64,
    pub(super) end: u64,
    pub(super) now: i64,
    next: BTreeMap<QueueKey, u64>,
    topics: Vec<TopicId>,
}

pub(super) fn hasher() -> KeyHasher {
    KeyHasher::new([3; 16])
}

pub(super) fn dir() -> PathBuf {
    PathBuf::from("/data/index")
}

fn open(disk: &FaultDisk, meta: &Arc<Meta>, log_start: u64) -> (Index, Vec<StoreError>) {
    let config = IndexConfig {
        dir: dir(),
        disk: disk.env(0).disk,
        hasher: hasher(),
        segment_len: SEGMENT_LEN,
        run_len: RUN_LEN,
    };
    Index::open(config, meta.clone(), LogOffset(log_start)).unwrap()
}

impl World {
    pub(super) fn new() -> Self {
        let disk = FaultDisk::default();
        let meta = Meta::open(Path::new("/data/meta.redb"), disk.env(0).disk);
        let meta = Arc::new(meta.unwrap());
        let create = |name| {
            let name = TopicName::new(name).unwrap();
            meta.create_topic(&name, LogOffset(0)).unwrap()
        };
        let topics = TOPICS.map(create).to_vec();
        Self {
            index: open(&disk, &meta, 0).0,
            disk,
            log: Vec::new(),
            log_start: 0,
            end: 0,
            now: 1000,
            next: BTreeMap::new(),
            topics,
        }
    }

    /// Opens the index anew and dispatches what it lacks; what was dropped.
    pub(super) fn reopen(&mut self) -> Vec<StoreError> {
        let (index, dropped) = open(&self.disk, &self.index.meta, self.log_start);
        self.index = index;
        let from = self.index.indexed_to().0;
        assert!(from <= self.end, "the index knows nothing beyond the log");
        let missing = self
            .log
            .iter()
            .filter(|r| r.at >= self.log_start && r.at >= from);
        for record in missing {
            self.index
                .dispatch([record.dispatched()], frame_end(record));
        }
        self.index.dispatch([], LogOffset(self.end));
        dropped
    }

    /// What is found on the disk, without what only memory has.
    pub(super) fn opened_again(&self) -> Index {
        open(&self.disk, &self.index.meta, self.log_start).0
    }

    pub(super) fn queue(&self, topic: usize, queue: u32) -> QueueKey {
        QueueKey {
            topic: self.topics[topic],
            queue,
        }
    }

    /// Appends to the list only.
    pub(super) fn write(&mut self, queue: QueueKey, len: u32, tag: usize, keys: &[usize]) -> usize {
        let mut frame = self.end;
        if frame / SEGMENT_LEN != (frame + u64::from(len) + 40) / SEGMENT_LEN {
            frame = frame.next_multiple_of(SEGMENT_LEN);
        }
        let next = self.next.entry(queue).or_default();
        let topic = TOPICS[self.topics.iter().position(|t| *t == queue.topic).unwrap()];
        let keys: Vec<_> = keys.iter().map(|k| KEYS[*k]).collect();
        let word = |key: &&str| key_word(hasher().key(key), hasher().topic(topic));
        let record = Rec {
            queue,
            queue_offset: *next,
            at: frame + frame::HEADER_LEN as u64,
            len,
            time: self.now,
            tag: TAGS[tag],
            words: keys.iter().map(word).collect(),
            keys,
        };
        *next += 1;
        self.end = frame_end(&record).0;
        self.log.push(record);
        self.log.len() - 1
    }

    /// Queue offsets that no record will have: as if their records were lost to damage.
    pub(super) fn skip(&mut self, queue: QueueKey, count: u64) {
        *self.next.entry(queue).or_default() += count;
    }

    pub(super) fn append(&mut self, queue: QueueKey, len: u32, tag: usize, keys: &[usize]) {
        let i = self.write(queue, len, tag, keys);
        self.index
            .dispatch([self.log[i].dispatched()], LogOffset(self.end));
    }

    pub(super) fn seal(&self) {
        while self.index.seal(LogOffset(self.end)).unwrap() {}
    }

    /// Everything in one run or more.
    pub(super) fn seal_all(&self) {
        let tail = self.index.state().tail.clone();
        if tail.first_at().is_some() {
            self.index.freeze(&tail);
        }
        self.seal();
    }

    /// Removes the log below the segment that `at` lies in.
    pub(super) fn remove_before(&mut self, at: u64) {
        let start = (at / SEGMENT_LEN * SEGMENT_LEN)
            .min(self.index.sealed_to().0 / SEGMENT_LEN * SEGMENT_LEN);
        if start > self.log_start {
            self.index.truncate_before(LogOffset(start)).unwrap();
            self.log_start = start;
            self.index.remove_obsolete().unwrap();
        }
    }

    fn live(&self) -> impl DoubleEndedIterator<Item = &Rec> {
        self.log.iter().filter(|r| r.at >= self.log_start)
    }

    fn queues(&self) -> impl Iterator<Item = QueueKey> {
        (0..TOPICS.len())
            .flat_map(|t| (0..QUEUES).map(move |q| (t, q)))
            .map(|(t, q)| self.queue(t, q))
    }

    /// Compares every answer of the index with what the list says.
    pub(super) fn check(&self) {
        self.check_queues();
        self.check_keys();
        self.check_times();
        self.check_tags();
    }

    fn check_queues(&self) {
        for queue in self.queues() {
            let of_queue: Vec<_> = self.live().filter(|r| r.queue == queue).collect();
            // The gap at a queue's end is known only from what follows it.
            let last = self.log.iter().rfind(|r| r.queue == queue);
            let next = last.map_or(0, |r| r.queue_offset + 1);
            let bounds = Bounds {
                min: QueueOffset(of_queue.first().map_or(next, |r| r.queue_offset)),
                max: QueueOffset(next),
            };
            assert_eq!(self.index.bounds(queue), bounds, "{queue}");
            assert_eq!(self.index.next_offset(queue), bounds.max);
            for offset in 0..=next {
                let expected = of_queue
                    .iter()
                    .find(|r| r.queue_offset == offset)
                    .map(|r| entry(r));
                assert_eq!(
                    self.index.entry(queue, QueueOffset(offset)).unwrap(),
                    expected,
                    "{queue} {offset}"
                );
            }
            let mut walked = Vec::new();
            let mut from = QueueOffset(0);
            loop {
                let mut some = Vec::new();
                let first = self.index.entries(queue, from, 7, &mut some).unwrap();
                assert!(first >= from && some.len() <= 7);
                if some.is_empty() {
                    break;
                }
                from = QueueOffset(first.0 + some.len() as u64);
                walked.extend((first.0..).zip(some));
            }
            let expected: Vec<_> = of_queue
                .iter()
                .map(|r| (r.queue_offset, entry(r)))
                .collect();
            assert_eq!(walked, expected, "{queue}");
        }
    }

    fn check_keys(&self) {
        for key in KEYS {
            for topic in [None, Some(0), Some(1)] {
                let fits = |r: &&Rec| {
                    r.keys.contains(&key) && topic.is_none_or(|t| r.queue.topic == self.topics[t])
                };
                let expected: Vec<_> = self
                    .live()
                    .rev()
                    .filter(fits)
                    .map(|r| LogOffset(r.at))
                    .collect();
                let mut found = Vec::new();
                let mut end = LogOffset(u64::MAX);
                loop {
                    let probe = KeyProbe {
                        key: hasher().key(key),
                        topic: topic.map(|t| hasher().topic(TOPICS[t])),
                        range: LogOffset(0)..end,
                        max: 3,
                    };
                    let page = self.index.key_candidates(&probe).unwrap();
                    assert!(page.at.len() <= 3);
                    end = page.at.last().copied().unwrap_or_default();
                    found.extend(page.at);
                    if !page.more {
                        break;
                    }
                }
                assert_eq!(found, expected, "{key} in {topic:?}");
            }
        }
    }

    fn check_times(&self) {
        let mut times: Vec<_> = self
            .log
            .iter()
            .flat_map(|r| [r.time - 1, r.time, r.time + 1])
            .collect();
        times.extend([i64::MIN, i64::MAX]);
        times.sort_unstable();
        times.dedup();
        // All of them take too long, and the ends matter most.
        let step = (times.len() / 20).max(1);
        for time in times
            .iter()
            .copied()
            .step_by(step)
            .chain(times.last().copied())
        {
            for queue in self.queues() {
                let bounds = self.index.bounds(queue);
                let of_queue: Vec<_> = self.live().filter(|r| r.queue == queue).collect();
                let lower = of_queue
                    .iter()
                    .find(|r| r.time >= time)
                    .map_or(bounds.max.0, |r| r.queue_offset);
                let upper = of_queue
                    .iter()
                    .rfind(|r| r.time <= time)
                    .map_or(0, |r| r.queue_offset);
                let read =
                    |at: LogOffset| Ok(self.log.iter().find(|r| r.at == at.0).map(|r| r.time));
                let asked = |boundary| {
                    self.index
                        .offset_at(queue, time, boundary, &read)
                        .unwrap()
                        .0
                };
                // Where offsets are missing, any of them means the next record.
                let present = |offset| {
                    of_queue
                        .iter()
                        .find(|r| r.queue_offset >= offset)
                        .map(|r| r.queue_offset)
                };
                let found = asked(Boundary::Lower);
                assert_eq!(present(found).unwrap_or(found), lower, "{queue} at {time}");
                let found = asked(Boundary::Upper);
                let before = of_queue
                    .iter()
                    .rfind(|r| r.queue_offset <= found)
                    .map_or(0, |r| r.queue_offset);
                assert_eq!(before, upper, "{queue} until {time}");
            }
        }
    }

    fn check_tags(&self) {
        for topic in &self.topics {
            let mut tags: BTreeMap<&str, Tally> = BTreeMap::new();
            let mut total = Tally::default();
            for record in self.live().filter(|r| r.queue.topic == *topic) {
                let one = Tally {
                    count: 1,
                    bytes: record.len.into(),
                    last_ms: record.time,
                };
                tags.entry(record.tag).or_default().add(one);
                total.add(one);
            }
            tags.remove("");
            let mut counts = self.index.tag_counts(*topic).unwrap();
            assert!(counts.is_sorted_by(|a, b| a.count >= b.count));
            counts.sort_by(|a, b| a.tag.cmp(&b.tag));
            let counts: Vec<_> = counts
                .iter()
                .map(|c| (&*c.tag, c.count, c.bytes, c.last_ms))
                .collect();
            let expected: Vec<_> = tags
                .iter()
                .map(|(tag, t)| (*tag, t.count, t.bytes, t.last_ms))
                .collect();
            assert_eq!(counts, expected);
            assert_eq!(self.index.topic_tally(*topic), total);
        }
    }

    pub(super) fn run_files(&self) -> Vec<PathBuf> {
        let mut files = self.disk.paths();
        files.retain(|path| path.extension().is_some_and(|e| e == "run"));
        files.sort();
        files
    }
}

pub(super) fn frame_end(record: &Rec) -> LogOffset {
    LogOffset(frame::frame_end(LogOffset(record.at), record.len))
}

fn entry(record: &Rec) -> Entry {
    Entry {
        at: LogOffset(record.at),
        len: record.len,
        tag_hash: tag_hash(record.tag),
    }
}
