//! What an operator may set about the broker. Plain values; the server fills them from file, environment and flags.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

pub use store::{FlushMode, RetentionConfig, StoreConfig};

use crate::limits;

/// The second broker port that older clients and admin tools ask on (broker port − 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VipPort {
    /// Broker port − 2.
    Auto,
    /// Not opened.
    Off,
    /// This port.
    Port(u16),
}

/// The address that routes and message ids carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advertise {
    /// The local address of the connection that asks.
    Auto,
    /// This address, for clients behind address translation.
    Ip(IpAddr),
}

/// How much the doors take on at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerLimits {
    /// Connections over all doors; further ones are closed at once.
    pub connections: usize,
    /// Bytes of half-received requests, over all connections: whoever would exceed it is cut off.
    pub buffered_bytes: usize,
    /// Bytes of answers that clients have not read yet, over all connections.
    pub unsent_bytes: usize,
    /// Bytes of log that may wait for the disk; above it sends are answered `[OVERLOAD]`.
    pub unflushed_bytes: u64,
}

impl Default for BrokerLimits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            buffered_bytes: 256 * 1024 * 1024,
            unsent_bytes: limits::OUT_TOTAL_MAX,
            unflushed_bytes: 512 * 1024 * 1024,
        }
    }
}

/// Everything the broker needs to start.
#[derive(Clone, Debug)]
pub struct BrokerConfig {
    /// Where the doors listen.
    pub listen: IpAddr,
    /// 0 takes a free port.
    pub name_server_port: u16,
    /// 0 takes a free port whose VIP port is free too.
    pub broker_port: u16,
    /// The VIP door.
    pub vip: VipPort,
    /// What routes answer.
    pub advertise: Advertise,
    /// Name of the cluster on the wire.
    pub cluster_name: String,
    /// Name of the broker on the wire.
    pub broker_name: String,
    /// The data directory and how it is written.
    pub store: StoreConfig,
    /// Create topics at the first send to them, as RocketMQ does.
    pub auto_create_topic: bool,
    /// How much the doors take on at once.
    pub limits: BrokerLimits,
}

impl BrokerConfig {
    /// RocketMQ's ports on the loopback address.
    #[must_use]
    pub fn new(dir: &Path) -> Self {
        Self {
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            name_server_port: 9876,
            broker_port: 10911,
            vip: VipPort::Auto,
            advertise: Advertise::Auto,
            cluster_name: "DefaultCluster".to_owned(),
            broker_name: "broker-a".to_owned(),
            store: StoreConfig::new(dir),
            auto_create_topic: true,
            limits: BrokerLimits::default(),
        }
    }

    /// Free ports and small files, so that tests reach the limits.
    #[must_use]
    pub fn test_small(dir: &Path) -> Self {
        Self {
            name_server_port: 0,
            broker_port: 0,
            store: StoreConfig::test_small(dir),
            ..Self::new(dir)
        }
    }
}
