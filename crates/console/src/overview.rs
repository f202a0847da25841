//! Overview: is it up, what flows, what is stored.

/// Numbers of a whole cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    pub addresses: Doors,
    /// Of Gantry.
    pub version: &'static str,
    pub started_ms: i64,
    pub now_ms: i64,
    /// Stored now, in topics of users.
    pub messages: Option<u64>,
    /// Whether a topic of users holds, or has ever held, a message: the first-run page ends with it.
    pub ever_received: bool,
    /// Topics of users; built-in ones are not counted.
    pub topics: u64,
    pub groups: u64,
    /// Clients connected now.
    pub clients: u64,
    pub in_per_s: Option<f64>,
    pub out_per_s: Option<f64>,
    /// Messages per second, one value a minute, the running minute last; `None`: nobody measured then.
    pub in_history: Vec<Option<f64>>,
    pub out_history: Vec<Option<f64>>,
    /// Length of the commit log.
    pub store_bytes: Option<u64>,
    pub disk_used_pct: Option<u8>,
    pub flush: Flush,
    pub writable: Writable,
}

/// Where clients connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doors {
    pub name_server: String,
    pub broker: String,
    pub grpc: Option<String>,
}

/// What an acknowledgement promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// On disk before it is acknowledged.
    Sync,
    /// Written; on disk at most 200 ms later.
    Async,
}

/// Whether the store takes messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Writable {
    Yes,
    DiskFull { used_pct: u8, limit_pct: u8 },
    /// A flush failed: only a restart makes it writable again.
    Failed(String),
}
