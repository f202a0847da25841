//! Why the process ended, and with which code (`gantry --help` lists them).

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use broker::{BrokerError, StoreError};

pub(crate) const EXIT_FAILED: u8 = 1;
pub(crate) const EXIT_CONFIG: u8 = 2;
pub(crate) const EXIT_DATA: u8 = 3;
pub(crate) const EXIT_ADDRESS: u8 = 4;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ServerError {
    #[error("the runtime cannot be started: {0}")]
    Runtime(io::Error),
    #[error("console_listen {address}: {source}")]
    Listen {
        address: SocketAddr,
        source: io::Error,
    },
    #[error("{path}: {source}", path = path.display())]
    Ready { path: PathBuf, source: io::Error },
    /// A setting of the store, by the name it has in the configuration.
    #[error("{key} is {value}: {rule}")]
    Setting {
        key: &'static str,
        value: u64,
        rule: &'static str,
    },
    #[error(transparent)]
    Broker(BrokerError),
    #[error("the console stopped: {0}")]
    Console(io::Error),
    #[error("signals cannot be received: {0}")]
    Signals(io::Error),
}

impl From<BrokerError> for ServerError {
    fn from(error: BrokerError) -> Self {
        match error {
            BrokerError::Store(StoreError::Config { field, value, rule }) => Self::Setting {
                key: setting(field),
                value,
                rule,
            },
            other => Self::Broker(other),
        }
    }
}

/// The store's own names are not what its user wrote.
fn setting(field: &'static str) -> &'static str {
    match field {
        "segment_len" => "store.segment_bytes",
        "run_len" => "store.index_run_bytes",
        "retention.disk_clean_pct" => "store.disk_clean_pct",
        "retention.disk_force_pct" => "store.disk_force_pct",
        "retention.disk_refuse_pct" => "store.disk_refuse_pct",
        other => other,
    }
}

impl ServerError {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Listen { .. } | Self::Broker(BrokerError::Listen { .. }) => EXIT_ADDRESS,
            Self::Setting { .. } => EXIT_CONFIG,
            Self::Broker(BrokerError::Store(_) | BrokerError::Row { .. }) | Self::Ready { .. } => {
                EXIT_DATA
            }
            _ => EXIT_FAILED,
        }
    }
}
