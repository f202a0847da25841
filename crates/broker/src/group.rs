//! Consumer groups: their configuration, kept in `meta` like topics are (name -> JSON of [`GroupConfig`]).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use remoting::body::group_config::RetryPolicy;
use remoting::types::GroupName;
use serde::{Deserialize, Serialize};
use store::Tables;

use crate::error::BrokerError;
use crate::limits;
use crate::names;
use crate::rows::{self, DataVersion, Row};

const TABLE: &str = "broker.groups";

/// What an operator has set; the defaults are RocketMQ's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct GroupConfig {
    pub(crate) consume_enable: bool,
    pub(crate) consume_from_min_enable: bool,
    pub(crate) consume_broadcast_enable: bool,
    pub(crate) consume_orderly: bool,
    pub(crate) retry_queues: u32,
    pub(crate) retry_max_times: i32,
    pub(crate) retry_policy: RetryPolicy,
    pub(crate) notify_ids_changed: bool,
    pub(crate) sys_flag: i32,
    pub(crate) consume_timeout_minutes: i32,
    pub(crate) attributes: BTreeMap<String, String>,
}

impl Default for GroupConfig {
    fn default() -> Self {
        Self {
            consume_enable: true,
            consume_from_min_enable: true,
            consume_broadcast_enable: true,
            consume_orderly: false,
            retry_queues: 1,
            retry_max_times: 16,
            retry_policy: RetryPolicy::default(),
            notify_ids_changed: true,
            sys_flag: 0,
            consume_timeout_minutes: 15,
            attributes: BTreeMap::new(),
        }
    }
}

pub(crate) struct Groups {
    groups: RwLock<HashMap<GroupName, Arc<GroupConfig>>>,
    /// One change at a time, durable before it shows.
    changing: Mutex<DataVersion>,
    tables: Tables,
}

impl Groups {
    pub(crate) fn open(tables: Tables) -> Result<Self, BrokerError> {
        let mut groups = HashMap::new();
        for name in names::BUILT_IN_GROUPS {
            groups.insert(GroupName::new(name)?, Arc::default());
        }
        for (key, value) in rows::scan(&tables, TABLE)? {
            let name = std::str::from_utf8(&key).map_err(|why| rows::damaged(TABLE, &key, why))?;
            let name = GroupName::new(name).map_err(|why| rows::damaged(TABLE, &key, why))?;
            let config =
                serde_json::from_slice(&value).map_err(|why| rows::damaged(TABLE, &key, why))?;
            groups.insert(name, Arc::new(config));
        }
        let version = DataVersion::load(&tables, TABLE)?;
        Ok(Self {
            groups: RwLock::new(groups),
            changing: Mutex::new(version),
            tables,
        })
    }

    pub(crate) fn get(&self, name: &GroupName) -> Option<Arc<GroupConfig>> {
        self.groups
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned()
    }

    pub(crate) fn require(&self, name: &GroupName) -> Result<Arc<GroupConfig>, BrokerError> {
        self.get(name)
            .ok_or_else(|| BrokerError::unknown_group(name))
    }

    /// All groups, by name.
    pub(crate) fn list(&self) -> Vec<(GroupName, Arc<GroupConfig>)> {
        let groups = self.groups.read().unwrap_or_else(PoisonError::into_inner);
        let mut groups: Vec<_> = groups
            .iter()
            .map(|(name, config)| (name.clone(), Arc::clone(config)))
            .collect();
        groups.sort_by(|a, b| a.0.cmp(&b.0));
        groups
    }

    pub(crate) fn version(&self) -> DataVersion {
        *self.change()
    }

    /// The group, made with the defaults when it is not there. Writes to `meta` the first time.
    pub(crate) fn create_missing(
        &self,
        name: &GroupName,
        now_ms: i64,
    ) -> Result<Arc<GroupConfig>, BrokerError> {
        if let Some(config) = self.get(name) {
            return Ok(config);
        }
        let mut version = self.change();
        match self.get(name) {
            Some(config) => Ok(config),
            None => self.put(&mut version, name, GroupConfig::default(), now_ms),
        }
    }

    /// For a group that only reads: when the disk refuses, it is known until the next start. Reads go on without the disk.
    pub(crate) fn create_to_read(&self, name: &GroupName, now_ms: i64) -> Result<(), BrokerError> {
        match self.create_missing(name, now_ms) {
            Ok(_) => Ok(()),
            Err(BrokerError::Store(error)) => {
                tracing::warn!(group = %name, %error, "a new group could not be written and is known until the next start");
                let mut groups = self.groups.write().unwrap_or_else(PoisonError::into_inner);
                if groups.len() < limits::GROUPS_MAX {
                    groups.entry(name.clone()).or_default();
                }
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    pub(crate) fn update(
        &self,
        name: &GroupName,
        now_ms: i64,
        change: impl FnOnce(Option<&GroupConfig>) -> GroupConfig,
    ) -> Result<Arc<GroupConfig>, BrokerError> {
        let mut version = self.change();
        let known = self.get(name);
        let config = change(known.as_deref());
        match known {
            Some(known) if *known == config => Ok(known),
            _ => self.put(&mut version, name, config, now_ms),
        }
    }

    fn put(
        &self,
        version: &mut DataVersion,
        name: &GroupName,
        config: GroupConfig,
        now_ms: i64,
    ) -> Result<Arc<GroupConfig>, BrokerError> {
        let count = self
            .groups
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .len();
        if self.get(name).is_none() && count >= limits::GROUPS_MAX {
            return Err(BrokerError::TooMany {
                field: "groups",
                len: count,
                max: limits::GROUPS_MAX,
            });
        }
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
        let config = Arc::new(config);
        self.groups
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.clone(), Arc::clone(&config));
        Ok(config)
    }

    fn change(&self) -> MutexGuard<'_, DataVersion> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
