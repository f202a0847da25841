//! The rules of RocketMQ over the store: remoting doors, name server, topics, groups, offsets, clients.
//!
//! [`Broker`] is the facade that the console and the server call; what it hands out is plain data (`info`). Request codes
//! are listed in one place, `processor`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

mod burst;
mod client;
mod config;
mod consumer_offset;
mod error;
mod facade;
mod flush_wait;
mod group;
mod info;
pub mod limits;
mod lock;
mod long_poll;
mod name_server;
mod names;
mod processor;
mod rates;
mod remoting_server;
mod rows;
mod service;
mod state;
mod subscription;
mod topic;

pub use config::{
    Advertise, BrokerConfig, BrokerLimits, FlushMode, RetentionConfig, StoreConfig, VipPort,
};
pub use error::BrokerError;
pub use info::{
    Addresses, BrokerStatus, ClientInfo, ConsumeMode, FoundMessages, GroupInfo, MessageKind,
    Metric, MetricKind, OutgoingMessage, QueueStats, SentMessage, StoredMessage, SubscriptionInfo,
    TopicInfo, TopicPerm, TopicSpec, TopicStats,
};
pub use store::{
    Boundary, Env, KeyQuery, SegmentInfo, StoreError, StoreStatus, TableOp, Tables, TagCount,
    Writability,
};

use remoting_server::Doors;
use state::State;

/// How often a stop looks whether the connections have gone.
const DRAIN_LOOK: Duration = Duration::from_millis(10);
/// What a stop keeps of its time for the store.
const CLOSE_RESERVE: Duration = Duration::from_secs(2);

/// A running broker. Clones share it.
#[derive(Clone)]
pub struct Broker {
    state: Arc<State>,
    stop: Arc<watch::Sender<bool>>,
}

impl Broker {
    /// Opens the store and the doors, and serves.
    ///
    /// # Errors
    /// When a door's port is taken, or the data directory cannot be used.
    pub async fn start(config: BrokerConfig) -> Result<Self, BrokerError> {
        Self::start_in(config, Env::system()).await
    }

    /// The same over a disk, clock and randomness of the caller's.
    ///
    /// # Errors
    /// See [`Broker::start`].
    pub async fn start_in(config: BrokerConfig, env: Env) -> Result<Self, BrokerError> {
        let doors = Doors::open(&config).await?;
        let addresses = doors.addresses.clone();
        let opened = tokio::task::spawn_blocking(move || State::open(config, env, addresses)).await;
        let state = Arc::new(opened.map_err(|_| BrokerError::WorkerLost)??);
        let (stop, stopped) = watch::channel(false);
        doors.serve(&state, &stopped);
        tokio::spawn(service::run(Arc::clone(&state), stopped));
        Ok(Self {
            state,
            stop: Arc::new(stop),
        })
    }

    /// Answers what is under way, flushes and closes, within `deadline`. Connections that have not finished by then are cut.
    ///
    /// # Errors
    /// When the store could not be closed in order: what was acknowledged is safe, the next start takes longer.
    pub async fn stop(&self, deadline: Duration) -> Result<(), BrokerError> {
        if !self.state.begin_stop() {
            return Ok(());
        }
        let until = Instant::now() + deadline.saturating_sub(CLOSE_RESERVE.min(deadline / 2));
        self.stop.send_replace(true);
        self.state.each_link(|link| link.drain());
        while self.state.connections() > 0 && Instant::now() < until {
            // Also pulls that were held after the last look.
            self.state.held.wake_all();
            tokio::time::sleep(DRAIN_LOOK).await;
        }
        self.state.each_link(|link| link.close());
        let state = Arc::clone(&self.state);
        let closed = tokio::task::spawn_blocking(move || {
            let offsets = state.offsets.persist();
            state.store.close()?;
            offsets
        });
        closed.await.map_err(|_| BrokerError::WorkerLost)?
    }

    /// Serving, and the store takes messages.
    #[must_use]
    pub fn ready(&self) -> bool {
        !self.state.is_stopping() && matches!(self.state.store.status().writable, Writability::Yes)
    }

    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.state.addresses.clone()
    }
}
