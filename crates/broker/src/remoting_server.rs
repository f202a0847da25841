//! The remoting doors: name server, broker, and the VIP port that older clients and tools ask on. All three answer the same
//! requests.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::config::{BrokerConfig, VipPort};
use crate::error::BrokerError;
use crate::info::Addresses;
use crate::state::State;

mod acks;
mod blocking;
mod budget;
mod connection;
mod lanes;
mod link;
mod out;
mod refusals;

use budget::Budget;
use connection::{Connection, End};
use lanes::Lanes;
pub(crate) use link::{Link, LinkId};
pub(crate) use out::Out;
use refusals::Refusal;
pub(crate) use refusals::Refusals;

/// The VIP port lies so far below the broker's.
const VIP_DISTANCE: u16 = 2;
/// Attempts to find a free broker port whose VIP port is free too.
const PORT_ATTEMPTS: usize = 64;
/// How long a door waits after the system refused it a connection (no descriptors left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The open doors.
pub(crate) struct Doors {
    name_server: Door,
    broker: Door,
    vip: Option<Door>,
    lanes: Lanes,
    pub(crate) addresses: Addresses,
}

/// A listener and where it listens.
struct Door {
    name: &'static str,
    listener: TcpListener,
    address: SocketAddr,
}

impl Doors {
    pub(crate) async fn open(config: &BrokerConfig) -> Result<Self, BrokerError> {
        let ip = config.listen;
        let name_server = Door::open("name server", ip, config.name_server_port).await?;
        let (broker, vip) = match (config.broker_port, config.vip) {
            (0, VipPort::Auto) => free_pair(ip).await?,
            (port, VipPort::Auto) => (
                Door::open("broker", ip, port).await?,
                Some(Door::open("vip", ip, vip_port(port)?).await?),
            ),
            (port, VipPort::Off) => (Door::open("broker", ip, port).await?, None),
            (port, VipPort::Port(vip)) => (
                Door::open("broker", ip, port).await?,
                Some(Door::open("vip", ip, vip).await?),
            ),
        };
        let addresses = Addresses {
            name_server: name_server.address,
            broker: broker.address,
            vip: vip.as_ref().map(|vip| vip.address),
        };
        let lanes = Lanes::start().map_err(|source| BrokerError::Threads {
            source: Arc::new(source),
        })?;
        Ok(Self {
            name_server,
            broker,
            vip,
            lanes,
            addresses,
        })
    }

    /// Accepts until `stop` is set.
    pub(crate) fn serve(self, state: &Arc<State>, stop: &watch::Receiver<bool>) {
        let reception = Arc::new(Reception {
            state: Arc::clone(state),
            lanes: self.lanes,
            next: AtomicU64::new(0),
            buffered: Arc::default(),
        });
        for door in [Some(self.name_server), Some(self.broker), self.vip]
            .into_iter()
            .flatten()
        {
            tokio::spawn(Arc::clone(&reception).accept(door, stop.clone()));
        }
    }
}

impl Door {
    async fn open(name: &'static str, ip: IpAddr, port: u16) -> Result<Self, BrokerError> {
        let address = SocketAddr::new(ip, port);
        let refused = |source| BrokerError::Listen {
            door: name,
            address,
            source: Arc::new(source),
        };
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        Ok(Self {
            name,
            listener,
            address,
        })
    }
}

fn vip_port(broker: u16) -> Result<u16, BrokerError> {
    let port = broker.checked_sub(VIP_DISTANCE).filter(|port| *port > 0);
    port.ok_or_else(|| {
        BrokerError::invalid(
            "broker port",
            broker,
            "leaves no room for the VIP port below it",
        )
    })
}

/// A broker port that the system chooses, with the port two below it free as well.
async fn free_pair(ip: IpAddr) -> Result<(Door, Option<Door>), BrokerError> {
    let mut attempts = 1;
    loop {
        let broker = Door::open("broker", ip, 0).await?;
        match Door::open("vip", ip, vip_port(broker.address.port())?).await {
            Ok(vip) => return Ok((broker, Some(vip))),
            Err(error) if attempts == PORT_ATTEMPTS => return Err(error),
            Err(_) => attempts += 1,
        }
    }
}

/// Where connections come in.
struct Reception {
    state: Arc<State>,
    lanes: Lanes,
    next: AtomicU64,
    /// Bytes of half-received requests, over all connections.
    buffered: Arc<AtomicUsize>,
}

impl Reception {
    async fn accept(self: Arc<Self>, door: Door, mut stop: watch::Receiver<bool>) {
        let name = door.name;
        loop {
            let accepted = tokio::select! {
                accepted = door.listener.accept() => accepted,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match accepted {
                Ok((stream, peer)) => self.welcome(name, stream, peer),
                Err(error) => {
                    tracing::warn!(door = name, %error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn welcome(self: &Arc<Self>, door: &'static str, stream: TcpStream, peer: SocketAddr) {
        let arrived = self
            .link(&stream, peer)
            .and_then(|link| Ok((Arc::new(link), stream.into_std()?)));
        let (link, stream) = match arrived {
            Ok(arrived) => arrived,
            Err(error) => {
                tracing::debug!(door, %peer, %error, "a connection ended before it began");
                return;
            }
        };
        if !self.state.connect(&link) {
            let now_ms = self.state.now_ms();
            self.state.refusals.report(
                Refusal::TooMany,
                peer,
                &"there are too many, or the broker stops",
                now_ms,
            );
            return;
        }
        let reception = Arc::clone(self);
        self.lanes.spawn(async move {
            let end = reception.serve(link, stream).await;
            if let Some(refusal) = end.refusal() {
                let state = &reception.state;
                state.refusals.report(refusal, peer, &end, state.now_ms());
            }
            tracing::debug!(door, %peer, reason = %end, "connection ended");
        });
    }

    /// On a lane. As long as it serves, there are lanes.
    async fn serve(&self, link: Arc<Link>, stream: std::net::TcpStream) -> End {
        // Also when the task is dropped or panics, the connection leaves its groups.
        let _leave = Leave {
            state: Arc::clone(&self.state),
            link: Arc::clone(&link),
        };
        let budget = Budget::new(
            Arc::clone(&self.buffered),
            self.state.config.limits.buffered_bytes,
        );
        match TcpStream::from_std(stream) {
            Ok(stream) => {
                Connection::new(Arc::clone(&self.state), link, budget)
                    .run(stream)
                    .await
            }
            Err(error) => error.into(),
        }
    }

    fn link(&self, stream: &TcpStream, peer: SocketAddr) -> io::Result<Link> {
        stream.set_nodelay(true)?;
        let id = LinkId(self.next.fetch_add(1, Ordering::Relaxed));
        Ok(Link::new(
            id,
            canonical(peer),
            canonical(stream.local_addr()?),
            Arc::clone(&self.state.unsent),
            self.state.second_ms(),
        ))
    }
}

/// IPv4 clients of a door that listens on `::` are IPv4 clients.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

struct Leave {
    state: Arc<State>,
    link: Arc<Link>,
}

impl Drop for Leave {
    fn drop(&mut self) {
        self.state.disconnect(&self.link);
    }
}
