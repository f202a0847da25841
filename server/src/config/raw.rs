//! Exactly what was written, in a file or in variables: every key optional, none unknown.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;
use serde::de::{self, Deserializer};

use super::ConfigError;

/// How a variable of ours begins; the rest names a key, with `__` between the parts.
const PREFIX: &str = "GANTRY__";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConfig {
    /// Where everything is kept.
    pub(super) data_dir: Option<PathBuf>,
    /// Where the broker's doors listen.
    pub(super) listen: Option<IpAddr>,
    /// Where the console listens; loopback only.
    pub(super) console_listen: Option<SocketAddr>,
    /// The address that routes answer: `auto` or an IP.
    pub(super) advertise: Option<String>,
    pub(super) ports: RawPorts,
    pub(super) broker: RawBroker,
    pub(super) store: RawStore,
    pub(super) log: RawLog,
}

/// 0 takes a free port.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPorts {
    pub(super) name_server: Option<u16>,
    pub(super) broker: Option<u16>,
    /// `auto`, `off`, or a port.
    pub(super) vip: Option<RawVip>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawBroker {
    pub(super) cluster_name: Option<String>,
    pub(super) broker_name: Option<String>,
    /// Create a topic at the first send to it.
    pub(super) auto_create_topic: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawStore {
    pub(super) flush: Option<RawFlush>,
    pub(super) segment_bytes: Option<u64>,
    pub(super) index_run_bytes: Option<u64>,
    pub(super) keep_hours: Option<u32>,
    pub(super) max_bytes: Option<u64>,
    pub(super) disk_clean_pct: Option<u8>,
    pub(super) disk_force_pct: Option<u8>,
    pub(super) disk_refuse_pct: Option<u8>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawLog {
    pub(super) format: Option<RawLogFormat>,
    pub(super) filter: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawFlush {
    /// Answer a send once it is on the device.
    Sync,
    /// Answer once it is written; on the device at most 200 ms later.
    Async,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(super) enum RawLogFormat {
    Text,
    Json,
}

/// A word or a number, as people write ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawVip(pub(super) String);

impl<'de> Deserialize<'de> for RawVip {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(word) => Ok(Self(word)),
            toml::Value::Integer(port) => Ok(Self(port.to_string())),
            other => Err(de::Error::custom(format!(
                "vip is {other}: auto, off, or a port is needed"
            ))),
        }
    }
}

pub(super) fn from_toml(text: &str, origin: &str) -> Result<RawConfig, ConfigError> {
    toml::from_str(text).map_err(|e| unreadable(origin, e))
}

/// One variable at a time, so that an error names the one at fault.
pub(super) fn from_variables(
    env: impl IntoIterator<Item = (String, String)>,
) -> Result<RawConfig, ConfigError> {
    let mut ours: Vec<_> = env
        .into_iter()
        .filter(|(name, _)| name.starts_with(PREFIX))
        .collect();
    ours.sort();
    ours.into_iter()
        .try_fold(RawConfig::default(), |config, (name, value)| {
            let layer = nested(&name[PREFIX.len()..].to_ascii_lowercase(), &value);
            RawConfig::deserialize(layer)
                .map(|layer| config.overlaid_by(layer))
                .map_err(|e| unreadable(&name, e))
        })
}

fn unreadable(origin: &str, error: impl ToString) -> ConfigError {
    ConfigError::Unreadable {
        origin: origin.to_owned(),
        why: error.to_string().trim_end().to_owned(),
    }
}

/// `store__flush` and `async` become `{ store = { flush = "async" } }`. Numbers and booleans are taken as such.
fn nested(name: &str, value: &str) -> toml::Value {
    let leaf = match (value.parse::<i64>(), value.parse::<bool>()) {
        (Ok(number), _) => toml::Value::Integer(number),
        (_, Ok(switch)) => toml::Value::Boolean(switch),
        _ => toml::Value::String(value.to_owned()),
    };
    name.rsplit("__").fold(leaf, |inner, key| {
        toml::Value::Table(toml::Table::from_iter([(key.to_owned(), inner)]))
    })
}

impl RawConfig {
    /// What `upper` says wins; what it leaves open stays.
    pub(super) fn overlaid_by(self, upper: Self) -> Self {
        Self {
            data_dir: upper.data_dir.or(self.data_dir),
            listen: upper.listen.or(self.listen),
            console_listen: upper.console_listen.or(self.console_listen),
            advertise: upper.advertise.or(self.advertise),
            ports: RawPorts {
                name_server: upper.ports.name_server.or(self.ports.name_server),
                broker: upper.ports.broker.or(self.ports.broker),
                vip: upper.ports.vip.or(self.ports.vip),
            },
            broker: RawBroker {
                cluster_name: upper.broker.cluster_name.or(self.broker.cluster_name),
                broker_name: upper.broker.broker_name.or(self.broker.broker_name),
                auto_create_topic: upper
                    .broker
                    .auto_create_topic
                    .or(self.broker.auto_create_topic),
            },
            store: self.store.overlaid_by(upper.store),
            log: RawLog {
                format: upper.log.format.or(self.log.format),
                filter: upper.log.filter.or(self.log.filter),
            },
        }
    }
}

impl RawStore {
    fn overlaid_by(self, upper: Self) -> Self {
        Self {
            flush: upper.flush.or(self.flush),
            segment_bytes: upper.segment_bytes.or(self.segment_bytes),
            index_run_bytes: upper.index_run_bytes.or(self.index_run_bytes),
            keep_hours: upper.keep_hours.or(self.keep_hours),
            max_bytes: upper.max_bytes.or(self.max_bytes),
            disk_clean_pct: upper.disk_clean_pct.or(self.disk_clean_pct),
            disk_force_pct: upper.disk_force_pct.or(self.disk_force_pct),
            disk_refuse_pct: upper.disk_refuse_pct.or(self.disk_refuse_pct),
        }
    }
}
