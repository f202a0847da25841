//! What cannot be derived from the log: topics with their ids and births, the next offsets of queues that retention emptied,
//! and the tables of the layers above. One redb file, `meta.redb`; slow-changing, and durable before the first message that
//! needs it.
//!
//! | table           | key                  | value                                                                |
//! | store.topics    | name                 | topic id u32, born at u64: older records are a namesake's            |
//! | store.counters  | `next topic id`      | u64; rises also when topics are deleted: an id is never given twice  |
//! | store.floors    | topic id u32, queue u32 | next queue offset u64                                             |
//! | layer.*         | bytes                | bytes, see `Tables`                                                  |

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

use redb::{ReadableTable, TableDefinition};
use remoting::types::{LogOffset, QueueOffset, TopicName};

use crate::env::Disk;
use crate::error::StoreError;
use crate::index::hash::IdMap;
use crate::keys::{QueueKey, TopicId};

mod backend;
mod database;
mod tables;
#[cfg(test)]
mod tests;

use database::Database;
pub use tables::{TableOp, Tables};

const TOPICS: TableDefinition<'_, &str, (u32, u64)> = TableDefinition::new("store.topics");
const COUNTERS: TableDefinition<'_, &str, u64> = TableDefinition::new("store.counters");
const FLOORS: TableDefinition<'_, (u32, u32), u64> = TableDefinition::new("store.floors");
const NEXT_TOPIC_ID: &str = "next topic id";

#[derive(Clone, Copy, Debug)]
struct Topic {
    id: TopicId,
    born_at: LogOffset,
}

pub(crate) struct Meta {
    database: Arc<Database>,
    topics: RwLock<Topics>,
    /// Topics are made and deleted by one at a time.
    changing: Mutex<()>,
}

/// All topics, in memory.
#[derive(Default)]
struct Topics {
    by_name: HashMap<TopicName, Topic>,
    by_id: IdMap<TopicId, TopicName>,
}

impl Meta {
    pub(crate) fn open(path: &Path, disk: Arc<dyn Disk>) -> Result<Self, StoreError> {
        let database = Database::open(path, disk)?;
        database.write("make tables", |transaction| {
            transaction.open_table(TOPICS)?;
            transaction.open_table(COUNTERS)?;
            transaction.open_table(FLOORS)?;
            Ok(())
        })?;
        let rows = database.read("read topics", |transaction| {
            let table = transaction.open_table(TOPICS)?;
            let mut rows = Vec::new();
            for row in table.iter()? {
                let (name, topic) = row?;
                rows.push((name.value().to_owned(), topic.value()));
            }
            Ok(rows)
        })?;
        let mut topics = Topics::default();
        for (name, (id, born_at)) in rows {
            let name = TopicName::new(&name).map_err(|e| StoreError::Meta {
                action: "read topics",
                why: e.to_string().into(),
            })?;
            topics.insert(
                name,
                Topic {
                    id: TopicId(id),
                    born_at: LogOffset(born_at),
                },
            );
        }
        Ok(Self {
            database: Arc::new(database),
            topics: RwLock::new(topics),
            changing: Mutex::default(),
        })
    }

    fn topics(&self) -> RwLockReadGuard<'_, Topics> {
        self.topics.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn topic_id(&self, name: &str) -> Option<TopicId> {
        self.topics().by_name.get(name).map(|topic| topic.id)
    }

    /// The topic a record at `at` belongs to. `None`: there is none of this name, or it is younger than the record.
    pub(crate) fn topic_at(&self, name: &str, at: LogOffset) -> Option<TopicId> {
        let topics = self.topics();
        topics
            .by_name
            .get(name)
            .filter(|topic| topic.born_at <= at)
            .map(|topic| topic.id)
    }

    pub(crate) fn topic_name(&self, id: TopicId) -> Option<TopicName> {
        self.topics().by_id.get(&id).cloned()
    }

    /// Durable when it returns. A topic that is there keeps its id.
    pub(crate) fn create_topic(
        &self,
        name: &TopicName,
        log_end: LogOffset,
    ) -> Result<TopicId, StoreError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(id) = self.topic_id(name.as_str()) {
            return Ok(id);
        }
        let next = self.database.read("read counters", |transaction| {
            let table = transaction.open_table(COUNTERS)?;
            Ok(table.get(NEXT_TOPIC_ID)?.map_or(1, |next| next.value()))
        })?;
        let id = u32::try_from(next).map_err(|_| StoreError::Meta {
            action: "create a topic",
            why: format!("topic ids are used up at {next}").into(),
        })?;
        self.database.write("create a topic", |transaction| {
            transaction
                .open_table(COUNTERS)?
                .insert(NEXT_TOPIC_ID, next + 1)?;
            transaction
                .open_table(TOPICS)?
                .insert(name.as_str(), (id, log_end.0))?;
            Ok(())
        })?;
        let topic = Topic {
            id: TopicId(id),
            born_at: log_end,
        };
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        topics.insert(name.clone(), topic);
        Ok(topic.id)
    }

    /// The id it had. Durable when it returns.
    pub(crate) fn delete_topic(&self, name: &TopicName) -> Result<Option<TopicId>, StoreError> {
        let _one = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(TopicId(id)) = self.topic_id(name.as_str()) else {
            return Ok(None);
        };
        self.database.write("delete a topic", |transaction| {
            transaction.open_table(TOPICS)?.remove(name.as_str())?;
            let mut floors = transaction.open_table(FLOORS)?;
            floors.retain_in((id, 0)..=(id, u32::MAX), |_, _| false)?;
            Ok(())
        })?;
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        topics.by_name.remove(name);
        topics.by_id.remove(&TopicId(id));
        Ok(Some(TopicId(id)))
    }

    /// Next offsets of queues whose records are all gone.
    pub(crate) fn floors(&self) -> Result<Vec<(QueueKey, QueueOffset)>, StoreError> {
        self.database.read("read floors", |transaction| {
            let table = transaction.open_table(FLOORS)?;
            let mut floors = Vec::new();
            for row in table.iter()? {
                let (key, next) = row?;
                let (topic, queue) = key.value();
                floors.push((
                    QueueKey {
                        topic: TopicId(topic),
                        queue,
                    },
                    QueueOffset(next.value()),
                ));
            }
            Ok(floors)
        })
    }

    /// Floors of topics that are no more are left out.
    pub(crate) fn save_floors(
        &self,
        floors: impl Iterator<Item = (QueueKey, QueueOffset)>,
    ) -> Result<(), StoreError> {
        let floors: Vec<_> = floors
            .filter(|(queue, _)| self.topic_name(queue.topic).is_some())
            .collect();
        if floors.is_empty() {
            return Ok(());
        }
        self.database.write("keep floors", |transaction| {
            let mut table = transaction.open_table(FLOORS)?;
            for (queue, next) in &floors {
                table.insert((queue.topic.0, queue.queue), next.0)?;
            }
            Ok(())
        })
    }

    /// Nothing can be read or written from now on but what is in memory.
    pub(crate) fn close(&self) {
        self.database.close();
    }

    pub(crate) fn tables(&self) -> Tables {
        Tables(self.database.clone())
    }
}

impl Topics {
    fn insert(&mut self, name: TopicName, topic: Topic) {
        self.by_id.insert(topic.id, name.clone());
        self.by_name.insert(name, topic);
    }
}
