//! Consumer offsets: up to where each group has finished each message queue.
//!
//! In memory under one lock (a client commits every 5 s and with its pulls), written to `meta` every two seconds and at
//! the end. Row: `group 0x00 topic 0x00 queue u32` -> `offset u64`, big-endian, so that a group's rows are neighbours.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use remoting::types::{GroupName, QueueOffset, QueueRef, TopicName};
use store::Tables;

use crate::error::BrokerError;
use crate::limits;
use crate::rows::{self, Row};

const TABLE: &str = "broker.consumer_offsets";

type Queues = BTreeMap<u32, QueueOffset>;

#[derive(Default)]
struct Offsets {
    groups: HashMap<GroupName, HashMap<TopicName, Queues>>,
    count: usize,
    /// What `meta` does not know yet: set here or removed here.
    dirty: HashSet<(GroupName, TopicName, u32)>,
}

pub(crate) struct ConsumerOffsets {
    offsets: Mutex<Offsets>,
    /// Held while writing, so that an older value never overwrites a younger one.
    writing: Mutex<()>,
    tables: Tables,
}

impl ConsumerOffsets {
    pub(crate) fn open(tables: Tables) -> Result<Self, BrokerError> {
        let mut offsets = Offsets::default();
        for (key, value) in rows::scan(&tables, TABLE)? {
            let (group, topic, queue) = parse_key(&key)
                .ok_or_else(|| rows::damaged(TABLE, &key, "not group, topic and queue"))?;
            let value = <[u8; 8]>::try_from(&value[..])
                .map_err(|_| rows::damaged(TABLE, &key, "value is not 8 bytes"))?;
            offsets.put(
                &group,
                &topic,
                queue,
                QueueOffset(u64::from_be_bytes(value)),
            );
        }
        offsets.dirty.clear();
        Ok(Self {
            offsets: Mutex::new(offsets),
            writing: Mutex::new(()),
            tables,
        })
    }

    pub(crate) fn get(
        &self,
        group: &GroupName,
        topic: &TopicName,
        queue: u32,
    ) -> Option<QueueOffset> {
        self.lock()
            .groups
            .get(group)?
            .get(topic)?
            .get(&queue)
            .copied()
    }

    /// Takes the client's word, also backwards (reference §4.3).
    pub(crate) fn set(
        &self,
        group: &GroupName,
        topic: &TopicName,
        queue: u32,
        offset: QueueOffset,
    ) -> Result<(), BrokerError> {
        let mut offsets = self.lock();
        if offsets.count >= limits::OFFSETS_MAX {
            return Err(BrokerError::TooMany {
                field: "consumer offsets",
                len: offsets.count,
                max: limits::OFFSETS_MAX,
            });
        }
        offsets.put(group, topic, queue, offset);
        Ok(())
    }

    /// Everything a group has an offset for, sorted.
    pub(crate) fn of_group(&self, group: &GroupName) -> Vec<(QueueRef, QueueOffset)> {
        let mut out = Vec::new();
        for (topic, queues) in self.lock().groups.get(group).into_iter().flatten() {
            out.extend(queues.iter().map(|(id, offset)| {
                (
                    QueueRef {
                        topic: topic.clone(),
                        id: *id,
                    },
                    *offset,
                )
            }));
        }
        out.sort();
        out
    }

    pub(crate) fn groups_of_topic(&self, topic: &TopicName) -> Vec<GroupName> {
        self.lock()
            .groups
            .iter()
            .filter(|(_, topics)| topics.contains_key(topic))
            .map(|(group, _)| group.clone())
            .collect()
    }

    /// Groups that have ever committed anything.
    pub(crate) fn groups(&self) -> Vec<GroupName> {
        self.lock().groups.keys().cloned().collect()
    }

    pub(crate) fn remove_topic(&self, topic: &TopicName) {
        let mut offsets = self.lock();
        let groups: Vec<GroupName> = offsets.groups.keys().cloned().collect();
        for group in groups {
            let Some(queues) = offsets
                .groups
                .get_mut(&group)
                .and_then(|topics| topics.remove(topic))
            else {
                continue;
            };
            offsets.count -= queues.len();
            offsets.dirty.extend(
                queues
                    .into_keys()
                    .map(|queue| (group.clone(), topic.clone(), queue)),
            );
            if offsets.groups.get(&group).is_some_and(HashMap::is_empty) {
                offsets.groups.remove(&group);
            }
        }
    }

    /// Offsets beyond the end of their queue (the end was lost in a crash) go back to it; answers what was moved.
    pub(crate) fn clamp(
        &self,
        end: impl Fn(&TopicName, u32) -> Option<QueueOffset>,
    ) -> Vec<(GroupName, QueueRef, QueueOffset)> {
        let mut moved = Vec::new();
        let mut offsets = self.lock();
        for (group, topics) in &mut offsets.groups {
            for (topic, queues) in topics {
                for (id, offset) in queues {
                    let Some(end) = end(topic, *id).filter(|end| end < offset) else {
                        continue;
                    };
                    moved.push((
                        group.clone(),
                        QueueRef {
                            topic: topic.clone(),
                            id: *id,
                        },
                        *offset,
                    ));
                    *offset = end;
                }
            }
        }
        offsets.dirty.extend(
            moved
                .iter()
                .map(|(group, queue, _)| (group.clone(), queue.topic.clone(), queue.id)),
        );
        moved
    }

    /// Writes what has changed. On failure it is tried again the next time.
    pub(crate) fn persist(&self) -> Result<(), BrokerError> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (dirty, rows) = {
            let mut offsets = self.lock();
            let dirty = std::mem::take(&mut offsets.dirty);
            let rows: Vec<Row> = dirty.iter().map(|at| offsets.row(at)).collect();
            (dirty, rows)
        };
        if rows.is_empty() {
            return Ok(());
        }
        let written = rows::write(&self.tables, TABLE, rows);
        if written.is_err() {
            self.lock().dirty.extend(dirty);
        }
        written
    }

    fn lock(&self) -> MutexGuard<'_, Offsets> {
        self.offsets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Offsets {
    fn put(&mut self, group: &GroupName, topic: &TopicName, queue: u32, offset: QueueOffset) {
        // Two look-ups instead of `entry`, so that the usual commit clones no name.
        let known = self
            .groups
            .get_mut(group)
            .and_then(|topics| topics.get_mut(topic))
            .and_then(|queues| queues.get_mut(&queue));
        match known {
            Some(current) if *current == offset => return,
            Some(current) => *current = offset,
            None => {
                self.groups
                    .entry(group.clone())
                    .or_default()
                    .entry(topic.clone())
                    .or_default()
                    .insert(queue, offset);
                self.count += 1;
            }
        }
        self.dirty.insert((group.clone(), topic.clone(), queue));
    }

    fn row(&self, (group, topic, queue): &(GroupName, TopicName, u32)) -> Row {
        let offset = self
            .groups
            .get(group)
            .and_then(|topics| topics.get(topic))
            .and_then(|queues| queues.get(queue));
        Row {
            key: key(group, topic, *queue),
            value: offset.map(|offset| offset.0.to_be_bytes().to_vec()),
        }
    }
}

fn key(group: &GroupName, topic: &TopicName, queue: u32) -> Vec<u8> {
    let mut key = Vec::with_capacity(group.as_str().len() + topic.as_str().len() + 6);
    key.extend_from_slice(group.as_str().as_bytes());
    key.push(0);
    key.extend_from_slice(topic.as_str().as_bytes());
    key.push(0);
    key.extend_from_slice(&queue.to_be_bytes());
    key
}

fn parse_key(key: &[u8]) -> Option<(GroupName, TopicName, u32)> {
    let (names, queue) = key.split_last_chunk::<4>()?;
    let names = std::str::from_utf8(names).ok()?;
    let (group, topic) = names.strip_suffix('\0')?.split_once('\0')?;
    Some((
        GroupName::new(group).ok()?,
        TopicName::new(topic).ok()?,
        u32::from_be_bytes(*queue),
    ))
}
