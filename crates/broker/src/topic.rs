//! Topics: what is configured, under which number the store knows each, and how many messages pass.
//!
//! Kept in `meta`, one row per topic (name -> JSON of [`TopicConfig`]), together with the version that tools compare.
//! Looked up per message, changed rarely: reads share a lock, changes go one after the other and are durable first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use remoting::types::{GroupName, TopicName};
use store::{Store, Tables, TopicId};

use crate::config::BrokerConfig;
use crate::error::BrokerError;
use crate::info::{TopicInfo, TopicPerm};
use crate::limits;
use crate::names;
use crate::rates::Meter;
use crate::rows::{self, DataVersion, Row};

mod config;

pub(crate) use config::TopicConfig;

const TABLE: &str = "broker.topics";
/// Messages in and out, kept over changes of the configuration.
#[derive(Default)]
pub(crate) struct Traffic {
    pub(crate) received: Meter,
    pub(crate) delivered: Meter,
}

/// A topic at one configuration.
pub(crate) struct Topic {
    pub(crate) name: TopicName,
    pub(crate) config: TopicConfig,
    pub(crate) system: bool,
    pub(crate) traffic: Arc<Traffic>,
    /// Built-in topics get their number with their first message.
    id: OnceLock<TopicId>,
}

impl Topic {
    pub(crate) fn id(&self) -> Option<TopicId> {
        self.id.get().copied()
    }

    pub(crate) fn info(&self) -> TopicInfo {
        TopicInfo {
            name: self.name.clone(),
            read_queues: self.config.read_queues,
            write_queues: self.config.write_queues,
            perm: self.config.perm(),
            kind: self.config.kind(),
            order: self.config.order,
            system: self.system,
        }
    }
}

/// A topic that a send asks for without it being there (reference §4.1).
pub(crate) struct AutoCreate<'a> {
    pub(crate) template: &'a str,
    pub(crate) queues: u32,
    pub(crate) unit: bool,
}

pub(crate) struct Topics {
    topics: RwLock<HashMap<TopicName, Arc<Topic>>>,
    /// One change at a time, durable before it shows.
    changing: Mutex<DataVersion>,
    store: Store,
    tables: Tables,
    cluster: String,
    broker: String,
}

impl Topics {
    pub(crate) fn open(config: &BrokerConfig, store: &Store) -> Result<Self, BrokerError> {
        let tables = store.tables();
        let topics = Self {
            topics: RwLock::default(),
            changing: Mutex::new(DataVersion::load(&tables, TABLE)?),
            store: store.clone(),
            tables,
            cluster: config.cluster_name.clone(),
            broker: config.broker_name.clone(),
        };
        topics.load(config.auto_create_topic)?;
        Ok(topics)
    }

    fn load(&self, auto_create: bool) -> Result<(), BrokerError> {
        let mut topics = HashMap::new();
        for built_in in names::built_in_topics(&self.cluster, &self.broker) {
            let inherit =
                if built_in.template && (auto_create || built_in.name != names::TEMPLATE_TOPIC) {
                    TopicPerm::INHERIT
                } else {
                    0
                };
            let name = TopicName::new(&built_in.name)?;
            let config =
                TopicConfig::with_queues(built_in.queues, TopicPerm::READ_WRITE.bits() | inherit);
            topics.insert(name.clone(), self.topic(name, config));
        }
        for (key, value) in rows::scan(&self.tables, TABLE)? {
            let name = rows::name(TABLE, &key)?;
            let config =
                serde_json::from_slice(&value).map_err(|why| rows::damaged(TABLE, &key, why))?;
            topics.insert(name.clone(), self.topic(name, config));
        }
        *self.topics.write().unwrap_or_else(PoisonError::into_inner) = topics;
        Ok(())
    }

    fn topic(&self, name: TopicName, config: TopicConfig) -> Arc<Topic> {
        let id = self
            .store
            .topic_id(&name)
            .map_or_else(OnceLock::new, OnceLock::from);
        Arc::new(Topic {
            system: self.is_system(&name),
            config,
            traffic: Arc::default(),
            id,
            name,
        })
    }

    pub(crate) fn is_system(&self, name: &TopicName) -> bool {
        names::is_system_topic(name.as_str(), &self.cluster, &self.broker)
    }

    pub(crate) fn get(&self, name: &str) -> Option<Arc<Topic>> {
        self.topics
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    pub(crate) fn require(&self, name: &TopicName) -> Result<Arc<Topic>, BrokerError> {
        self.get(name.as_str())
            .ok_or_else(|| BrokerError::unknown_topic(name))
    }

    /// Whether this is the topic of that name, and not one that was deleted.
    pub(crate) fn is_current(&self, topic: &Topic) -> bool {
        self.get(topic.name.as_str())
            .is_some_and(|current| current.id() == topic.id())
    }

    pub(crate) fn check_current(&self, topic: &Topic) -> Result<(), BrokerError> {
        if self.is_current(topic) {
            Ok(())
        } else {
            Err(BrokerError::unknown_topic(&topic.name))
        }
    }

    /// All topics, by name.
    pub(crate) fn list(&self) -> Vec<Arc<Topic>> {
        let mut topics: Vec<_> = self
            .topics
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .cloned()
            .collect();
        topics.sort_by(|a, b| a.name.cmp(&b.name));
        topics
    }

    /// All topics, in no order and without a copy of the list.
    pub(crate) fn each(&self, visit: impl FnMut(&Arc<Topic>)) {
        self.topics
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .values()
            .for_each(visit);
    }

    pub(crate) fn version(&self) -> DataVersion {
        *self.change()
    }

    /// The topic's number in the store; writes to `meta` the first time.
    pub(crate) fn with_id(&self, topic: &Topic) -> Result<TopicId, BrokerError> {
        let _change = self.change();
        if let Some(id) = topic.id() {
            return Ok(id);
        }
        let id = self.store.create_topic(&topic.name)?;
        Ok(*topic.id.get_or_init(|| id))
    }

    /// For a send to an unknown topic: inherits from the template, or refuses.
    pub(crate) fn auto_create(
        &self,
        name: &TopicName,
        wish: &AutoCreate<'_>,
        now_ms: i64,
    ) -> Result<Arc<Topic>, BrokerError> {
        let config = if name.is_retry() || name.is_dlq() {
            TopicConfig::default()
        } else {
            self.inherited(name, wish)?
        };
        self.create_missing(name, config, now_ms)
    }

    fn inherited(
        &self,
        name: &TopicName,
        wish: &AutoCreate<'_>,
    ) -> Result<TopicConfig, BrokerError> {
        let template = self
            .get(wish.template)
            .filter(|template| template.config.perm & TopicPerm::INHERIT != 0);
        let template = template.ok_or_else(|| BrokerError::unknown_topic(name))?;
        let queues = wish.queues.min(template.config.write_queues).max(1);
        let mut config =
            TopicConfig::with_queues(queues, template.config.perm & !TopicPerm::INHERIT);
        config.multi_tag = template.config.multi_tag;
        config.sys_flag = i32::from(wish.unit);
        Ok(config)
    }

    /// `%RETRY%group`, which every connected group has.
    pub(crate) fn create_retry(
        &self,
        group: &GroupName,
        queues: u32,
        now_ms: i64,
    ) -> Result<Arc<Topic>, BrokerError> {
        self.create_missing(
            &TopicName::retry_of(group),
            TopicConfig::with_queues(queues, TopicPerm::READ_WRITE.bits()),
            now_ms,
        )
    }

    /// Creates the topic unless it is there already.
    pub(crate) fn create_missing(
        &self,
        name: &TopicName,
        config: TopicConfig,
        now_ms: i64,
    ) -> Result<Arc<Topic>, BrokerError> {
        let mut version = self.change();
        match self.get(name.as_str()) {
            Some(topic) => Ok(topic),
            None => self.put(&mut version, name, config, now_ms),
        }
    }

    /// Creates a topic that must not be there yet.
    pub(crate) fn create(
        &self,
        name: &TopicName,
        config: TopicConfig,
        now_ms: i64,
    ) -> Result<Arc<Topic>, BrokerError> {
        self.refuse_system(name)?;
        let mut version = self.change();
        if self.get(name.as_str()).is_some() {
            return Err(BrokerError::TopicExists {
                topic: name.clone(),
            });
        }
        self.put(&mut version, name, config, now_ms)
    }

    /// Creates or changes; `change` gets what is there. The same configuration again changes nothing.
    pub(crate) fn update(
        &self,
        name: &TopicName,
        now_ms: i64,
        change: impl FnOnce(Option<&TopicConfig>) -> TopicConfig,
    ) -> Result<Arc<Topic>, BrokerError> {
        self.refuse_system(name)?;
        let mut version = self.change();
        let known = self.get(name.as_str());
        let config = change(known.as_ref().map(|topic| &topic.config));
        match known {
            Some(topic) if topic.config == config => Ok(topic),
            _ => self.put(&mut version, name, config, now_ms),
        }
    }

    pub(crate) fn delete(&self, name: &TopicName, now_ms: i64) -> Result<(), BrokerError> {
        self.refuse_system(name)?;
        let mut version = self.change();
        let Some(topic) = self.get(name.as_str()) else {
            return Ok(());
        };
        let next = version.next(now_ms);
        rows::write_versioned(
            &self.tables,
            TABLE,
            vec![Row {
                key: name.as_str().into(),
                value: None,
            }],
            next,
        )?;
        *version = next;
        self.topics
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(name);
        if topic.id().is_some() {
            self.store.delete_topic(name)?;
        }
        Ok(())
    }

    fn put(
        &self,
        version: &mut DataVersion,
        name: &TopicName,
        config: TopicConfig,
        now_ms: i64,
    ) -> Result<Arc<Topic>, BrokerError> {
        config.check()?;
        let known = self.get(name.as_str());
        let count = self
            .topics
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        if known.is_none() && count >= limits::TOPICS_MAX {
            return Err(BrokerError::TooMany {
                field: "topics",
                len: count,
                max: limits::TOPICS_MAX,
            });
        }
        if known.is_none() && self.store.topic_id(name).is_some() {
            // A deletion that was interrupted between our row and the store: its messages must not come back.
            self.store.delete_topic(name)?;
        }
        let id = self.store.create_topic(name)?;
        let value = serde_json::to_vec(&config)
            .map_err(|why| rows::damaged(TABLE, name.as_str().as_bytes(), why))?;
        let next = version.next(now_ms);
        rows::write_versioned(
            &self.tables,
            TABLE,
            vec![Row {
                key: name.as_str().into(),
                value: Some(value),
            }],
            next,
        )?;
        *version = next;
        let traffic = known.map_or_else(Arc::default, |topic| Arc::clone(&topic.traffic));
        let topic = Arc::new(Topic {
            name: name.clone(),
            config,
            system: self.is_system(name),
            traffic,
            id: OnceLock::from(id),
        });
        self.topics
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.clone(), Arc::clone(&topic));
        Ok(topic)
    }

    fn refuse_system(&self, name: &TopicName) -> Result<(), BrokerError> {
        if self.is_system(name) && name.as_str() != names::TRACE_TOPIC {
            return Err(BrokerError::invalid(
                "topic",
                name,
                "is reserved for the broker itself",
            ));
        }
        Ok(())
    }

    fn change(&self) -> MutexGuard<'_, DataVersion> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
