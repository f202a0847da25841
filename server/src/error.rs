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
    #[error(transparent)]
    Broker(#[from] BrokerError),
    #[error("the console stopped: {0}")]
    Console(io::Error),
    #[error("signals cannot be received: {0}")]
    Signals(io::Error),
}

impl ServerError {
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Listen { .. } | Self::Broker(BrokerError::Listen { .. }) => EXIT_ADDRESS,
            Self::Broker(BrokerError::Store(StoreError::Config { .. })) => EXIT_CONFIG,
            Self::Broker(BrokerError::Store(_) | BrokerError::Row { .. }) | Self::Ready { .. } => {
                EXIT_DATA
            }
            _ => EXIT_FAILED,
        }
    }
}
