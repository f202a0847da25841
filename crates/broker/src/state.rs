//! What every handler can reach: the store, the tables over it, who is connected, and the clock.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU16, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use remoting::command::Command;
use remoting::message_id::{self, UniqueKey};
use remoting::request::notify_consumer_ids_changed::NotifyConsumerIdsChanged;
use remoting::types::GroupName;
use store::env::Clock;
use store::{Arrival, Env, FlushMode, RecoveryReport, Store};

use crate::client::Clients;
use crate::config::{Advertise, BrokerConfig};
use crate::consumer_offset::ConsumerOffsets;
use crate::error::BrokerError;
use crate::flush_wait::FlushWait;
use crate::group::Groups;
use crate::info::Addresses;
use crate::limits;
use crate::lock::QueueLocks;
use crate::long_poll::HeldPulls;
use crate::rates::Meter;
use crate::remoting_server::{Link, LinkId, Refusals};
use crate::topic::Topics;

pub(crate) struct State {
    pub(crate) config: BrokerConfig,
    pub(crate) addresses: Addresses,
    pub(crate) store: Store,
    pub(crate) topics: Topics,
    pub(crate) groups: Groups,
    pub(crate) offsets: ConsumerOffsets,
    pub(crate) clients: Clients,
    pub(crate) locks: QueueLocks,
    pub(crate) held: Arc<HeldPulls>,
    pub(crate) flush: Arc<FlushWait>,
    pub(crate) received: Meter,
    pub(crate) delivered: Meter,
    pub(crate) refusals: Refusals,
    /// Bytes that all connections have still to write, small amounts left out.
    pub(crate) unsent: Arc<AtomicUsize>,
    pub(crate) start_id: String,
    pub(crate) started_ms: i64,
    clock: Arc<dyn Clock>,
    /// The clock as of the last second, for what needs no better one.
    second_ms: AtomicI64,
    links: Mutex<HashMap<LinkId, Arc<Link>>>,
    /// Requests on the blocking pool.
    blocking: AtomicUsize,
    stopping: AtomicBool,
    key_source: u32,
    key_counter: AtomicU16,
    turn: AtomicU32,
}

impl State {
    /// Opens the store and the tables in it. Blocks.
    pub(crate) fn open(
        config: BrokerConfig,
        env: Env,
        addresses: Addresses,
    ) -> Result<Self, BrokerError> {
        let clock = Arc::clone(&env.clock);
        let mut random = [0; 12];
        env.random.fill(&mut random);
        let (store, report) = Store::open(config.store.clone(), env)?;
        log_recovery(&report);
        let now_ms = clock.now_ms();
        let state = Self {
            topics: Topics::open(&config, &store)?,
            groups: Groups::open(store.tables())?,
            offsets: ConsumerOffsets::open(store.tables())?,
            clients: Clients::default(),
            locks: QueueLocks::default(),
            held: Arc::default(),
            flush: Arc::default(),
            received: Meter::default(),
            delivered: Meter::default(),
            refusals: Refusals::default(),
            unsent: Arc::default(),
            start_id: random[..8]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            started_ms: now_ms,
            clock,
            second_ms: AtomicI64::new(now_ms),
            links: Mutex::default(),
            blocking: AtomicUsize::new(0),
            stopping: AtomicBool::new(false),
            key_source: u32::from_be_bytes([random[8], random[9], random[10], random[11]]),
            key_counter: AtomicU16::new(0),
            turn: AtomicU32::new(0),
            config,
            addresses,
            store,
        };
        state.clamp_offsets();
        state.listen_to_the_store();
        Ok(state)
    }

    /// A crash may have taken the end of a queue that a group had already been beyond.
    fn clamp_offsets(&self) {
        let end = |topic: &remoting::types::TopicName, queue| {
            let topic = self.topics.get(topic.as_str())?.id()?;
            Some(self.store.bounds(store::QueueKey { topic, queue }).max)
        };
        for (group, queue, offset) in self.offsets.clamp(end) {
            tracing::warn!(%group, %queue, %offset, "consumer offset was beyond the end of its queue and is set back to it");
        }
    }

    fn listen_to_the_store(&self) {
        self.flush.moved(self.store.flushed());
        let flush = Arc::clone(&self.flush);
        self.store.on_flush(Box::new(move |flushed| match flushed {
            Ok(end) => flush.moved(end),
            Err(error) => {
                tracing::error!(%error, "a flush failed, the store is read-only");
                flush.fail();
            }
        }));
        let held = Arc::clone(&self.held);
        self.store
            .on_visible(Box::new(move |arrivals: &[Arrival]| held.arrived(arrivals)));
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// At most a second old.
    pub(crate) fn second_ms(&self) -> i64 {
        self.second_ms.load(Ordering::Relaxed)
    }

    pub(crate) fn set_second(&self, now_ms: i64) {
        self.second_ms.store(now_ms, Ordering::Relaxed);
    }

    pub(crate) fn is_sync(&self) -> bool {
        self.config.store.flush == FlushMode::Sync
    }

    /// Where clients that came over `link` reach the broker door.
    pub(crate) fn broker_address(&self, link: &Link) -> SocketAddr {
        let ip = match self.config.advertise {
            Advertise::Ip(ip) => ip,
            Advertise::Auto => link.local().ip(),
        };
        SocketAddr::new(ip, self.addresses.broker.port())
    }

    /// The same for messages that come over no connection.
    pub(crate) fn own_address(&self) -> SocketAddr {
        let ip = match self.config.advertise {
            Advertise::Ip(ip) => ip,
            Advertise::Auto if self.config.listen.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            Advertise::Auto => self.config.listen,
        };
        SocketAddr::new(ip, self.addresses.broker.port())
    }

    /// A unique key for a message whose producer gave it none.
    pub(crate) fn unique_key(&self, host: IpAddr, now_ms: i64) -> String {
        message_id::unique_key(UniqueKey {
            ip: host,
            process: std::process::id() as u16,
            source: self.key_source,
            ms_in_month: ms_in_month(now_ms),
            counter: self.key_counter.fetch_add(1, Ordering::Relaxed),
        })
    }

    /// For choices nobody else makes.
    pub(crate) fn any_number(&self) -> u32 {
        self.turn.fetch_add(1, Ordering::Relaxed)
    }

    /// Refuses new messages while the disk is too far behind: memory and recovery stay bounded.
    pub(crate) fn check_room(&self) -> Result<(), BrokerError> {
        if self.is_stopping() {
            return Err(BrokerError::Stopping);
        }
        let unflushed = self
            .store
            .written()
            .0
            .saturating_sub(self.store.flushed().0);
        if unflushed > self.config.limits.unflushed_bytes {
            return Err(BrokerError::Overload {
                queue: "the queue to the disk",
            });
        }
        Ok(())
    }

    /// Tells the members of a group to divide its queues anew.
    pub(crate) fn notify_group(&self, group: &GroupName) {
        if self
            .groups
            .get(group)
            .is_some_and(|config| !config.notify_ids_changed)
        {
            return;
        }
        let request = NotifyConsumerIdsChanged {
            group: group.clone(),
        };
        for link in self.clients.rebalance_links(group) {
            link.notify_client(Command::of(&request));
        }
    }

    /// Registers a connection unless there are too many.
    pub(crate) fn connect(&self, link: &Arc<Link>) -> bool {
        let mut links = self.links();
        if links.len() >= self.config.limits.connections || self.is_stopping() {
            return false;
        }
        links.insert(link.id(), Arc::clone(link));
        true
    }

    /// Forgets an ended connection everywhere.
    pub(crate) fn disconnect(&self, link: &Link) {
        link.close();
        self.links().remove(&link.id());
        for group in self.clients.disconnect(link.id()) {
            self.notify_group(&group);
        }
    }

    pub(crate) fn connections(&self) -> usize {
        self.links().len()
    }

    pub(crate) fn each_link(&self, mut visit: impl FnMut(&Link)) {
        for link in self.links().values() {
            visit(link);
        }
    }

    pub(crate) fn take_blocking_slot(&self) -> bool {
        let taken = self.blocking.fetch_add(1, Ordering::AcqRel) < limits::BLOCKING_MAX;
        if !taken {
            self.free_blocking_slot();
        }
        taken
    }

    pub(crate) fn free_blocking_slot(&self) {
        self.blocking.fetch_sub(1, Ordering::AcqRel);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Acquire)
    }

    /// Answers whether this call is the one that stops.
    pub(crate) fn begin_stop(&self) -> bool {
        !self.stopping.swap(true, Ordering::AcqRel)
    }

    fn links(&self) -> MutexGuard<'_, HashMap<LinkId, Arc<Link>>> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn log_recovery(report: &RecoveryReport) {
    tracing::info!(?report, "store is open");
}

/// Milliseconds since the first of the month, UTC.
fn ms_in_month(now_ms: i64) -> i32 {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    // Days since the first of March of the year 0, in which every month begins at a fixed day of the year.
    let days = now_ms.div_euclid(DAY_MS) + 719_468;
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month + 2) / 5;
    (day_of_month * DAY_MS + now_ms.rem_euclid(DAY_MS)) as i32
}

#[cfg(test)]
mod tests {
    use super::ms_in_month;

    #[test]
    fn months_begin_where_the_calendar_says() {
        const DAY_MS: i64 = 86_400_000;
        assert_eq!(ms_in_month(0), 0, "1 January 1970");
        assert_eq!(ms_in_month(31 * DAY_MS), 0, "1 February 1970");
        assert_eq!(ms_in_month(31 * DAY_MS - 1), (31 * DAY_MS - 1) as i32);
        assert_eq!(
            ms_in_month(951_782_400_000 + 5),
            (28 * DAY_MS + 5) as i32,
            "29 February 2000"
        );
        assert_eq!(ms_in_month(951_868_800_000), 0, "1 March 2000");
    }
}
