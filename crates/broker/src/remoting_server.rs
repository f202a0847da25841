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
mod link;
mod out;

use budget::Budget;
use connection::Connection;
pub(crate) use link::{Link, LinkId};
pub(crate) use out::Out;

/// The VIP port lies so far below the broker's.
const VIP_DISTANCE: u16 = 2;
/// Attempts to find a free broker port whose VIP port is free too.
const PORT_ATTEMPTS: usize = 64;
/// How long a door waits after the system refused it a connection (no descriptors left).
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The open doors.
pub(crate) struct Doors {
    name_server: TcpListener,
    broker: TcpListener,
    vip: Option<TcpListener>,
    pub(crate) addresses: Addresses,
}

impl Doors {
    pub(crate) async fn open(config: &BrokerConfig) -> Result<Self, BrokerError> {
        let name_server = bind("name server", config.listen, config.name_server_port).await?;
        let (broker, vip) = match (config.broker_port, config.vip) {
            (0, VipPort::Auto) => free_pair(config.listen).await?,
            (port, vip) => {
                let broker = bind("broker", config.listen, port).await?;
                let vip = match vip {
                    VipPort::Off => None,
                    VipPort::Port(port) => Some(bind("vip", config.listen, port).await?),
                    VipPort::Auto => Some(bind("vip", config.listen, vip_port(port)?).await?),
                };
                (broker, vip)
            }
        };
        let addresses = Addresses {
            name_server: local(&name_server)?,
            broker: local(&broker)?,
            vip: vip.as_ref().map(local).transpose()?,
        };
        Ok(Self {
            name_server,
            broker,
            vip,
            addresses,
        })
    }

    /// Accepts until `stop` is set.
    pub(crate) fn serve(self, state: &Arc<State>, stop: &watch::Receiver<bool>) {
        let reception = Arc::new(Reception {
            state: Arc::clone(state),
            next: AtomicU64::new(0),
            buffered: Arc::default(),
        });
        let doors = [
            Some(("name server", self.name_server)),
            Some(("broker", self.broker)),
            self.vip.map(|vip| ("vip", vip)),
        ];
        for (door, listener) in doors.into_iter().flatten() {
            tokio::spawn(Arc::clone(&reception).accept(door, listener, stop.clone()));
        }
    }
}

fn vip_port(broker: u16) -> Result<u16, BrokerError> {
    broker
        .checked_sub(VIP_DISTANCE)
        .filter(|port| *port > 0)
        .ok_or_else(|| {
            BrokerError::invalid(
                "broker port",
                broker,
                "leaves no room for the VIP port below it",
            )
        })
}

/// A broker port that the system chooses, with the port two below it free as well.
async fn free_pair(ip: IpAddr) -> Result<(TcpListener, Option<TcpListener>), BrokerError> {
    let mut refused = None;
    for _ in 0..PORT_ATTEMPTS {
        let broker = bind("broker", ip, 0).await?;
        match bind("vip", ip, vip_port(local(&broker)?.port())?).await {
            Ok(vip) => return Ok((broker, Some(vip))),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or(BrokerError::WorkerLost))
}

async fn bind(door: &'static str, ip: IpAddr, port: u16) -> Result<TcpListener, BrokerError> {
    let address = SocketAddr::new(ip, port);
    TcpListener::bind(address)
        .await
        .map_err(|source| BrokerError::Listen {
            door,
            address,
            source: Arc::new(source),
        })
}

fn local(listener: &TcpListener) -> Result<SocketAddr, BrokerError> {
    let unknown = SocketAddr::from(([0, 0, 0, 0], 0));
    listener.local_addr().map_err(|source| BrokerError::Listen {
        door: "open",
        address: unknown,
        source: Arc::new(source),
    })
}

/// Where connections come in.
struct Reception {
    state: Arc<State>,
    next: AtomicU64,
    /// Bytes of half-received requests, over all connections.
    buffered: Arc<AtomicUsize>,
}

impl Reception {
    async fn accept(
        self: Arc<Self>,
        door: &'static str,
        listener: TcpListener,
        mut stop: watch::Receiver<bool>,
    ) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                _ = stop.wait_for(|stop| *stop) => return,
            };
            match accepted {
                Ok((stream, peer)) => self.welcome(door, stream, peer),
                Err(error) => {
                    tracing::warn!(door, %error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    fn welcome(&self, door: &'static str, stream: TcpStream, peer: SocketAddr) {
        let link = match self.link(&stream, peer) {
            Ok(link) => Arc::new(link),
            Err(error) => {
                tracing::debug!(door, %peer, %error, "a connection ended before it began");
                return;
            }
        };
        if !self.state.connect(&link) {
            tracing::warn!(door, %peer, "a connection is refused, there are too many");
            return;
        }
        let state = Arc::clone(&self.state);
        let budget = Budget::new(
            Arc::clone(&self.buffered),
            state.config.limits.buffered_bytes,
        );
        tokio::spawn(async move {
            // Also when the task is dropped or panics, the connection leaves its groups.
            let guard = Leave {
                state: Arc::clone(&state),
                link: Arc::clone(&link),
            };
            let end = Connection::new(state, link, budget).run(stream).await;
            tracing::debug!(door, %peer, reason = %end, "connection ended");
            drop(guard);
        });
    }

    fn link(&self, stream: &TcpStream, peer: SocketAddr) -> io::Result<Link> {
        stream.set_nodelay(true)?;
        let id = LinkId(self.next.fetch_add(1, Ordering::Relaxed));
        Ok(Link::new(
            id,
            canonical(peer),
            canonical(stream.local_addr()?),
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
