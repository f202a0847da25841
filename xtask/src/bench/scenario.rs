//! The loads that are measured: one table, used alone, against the echo, and against Apache RocketMQ.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::echo::{self, Echo};
use super::frames::{Pulls, Sends, Work};
use super::generator::{self, Measured, Plan};
use crate::Fallible;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Send,
    Pull,
}

#[derive(Clone, Copy)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) connections: usize,
    /// Requests of one connection on their way.
    pub(crate) window: usize,
    pub(crate) body: usize,
    /// Messages in a request; messages asked for in a pull.
    pub(crate) batch: usize,
}

const fn send(
    name: &'static str,
    connections: usize,
    window: usize,
    body: usize,
    batch: usize,
) -> Scenario {
    Scenario {
        name,
        kind: Kind::Send,
        connections,
        window,
        body,
        batch,
    }
}

const fn pull(name: &'static str, connections: usize, body: usize) -> Scenario {
    Scenario {
        name,
        kind: Kind::Pull,
        connections,
        window: 1,
        body,
        batch: 32,
    }
}

pub(crate) const SENDS: &[Scenario] = &[
    send("one sender, 1 KiB", 1, 1, 1024, 1),
    send("16 x 4, 128 B", 16, 4, 128, 1),
    send("16 x 4, 1 KiB", 16, 4, 1024, 1),
    send("1 x 64, 128 B", 1, 64, 128, 1),
    send("batches of 32, 4 x 4, 128 B", 4, 4, 128, 32),
    send("batches of 32, 4 x 4, 1 KiB", 4, 4, 1024, 32),
];
pub(crate) const PULLS: &[Scenario] = &[
    pull("pull of 32, one connection, 1 KiB", 1, 1024),
    pull("pull of 32, 4 connections, 1 KiB", 4, 1024),
];

/// How long one measurement takes.
#[derive(Clone, Copy)]
pub(crate) struct Slice {
    pub(crate) warm: Duration,
    pub(crate) measured: Duration,
}

/// In a queue of its own for each connection of a pull.
const FILL_FRAMES: u64 = 12_000;
/// With a rate, so many may be on their way: more than any schedule falls behind in a slice that works.
const OPEN_WINDOW: usize = 512;

/// Each run's messages have unique keys of their own.
static RUNS: AtomicU32 = AtomicU32::new(1);

impl Scenario {
    pub(crate) fn works(&self, against_echo: bool) -> Fallible<Vec<Box<dyn Work>>> {
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        (0..self.connections)
            .map(|connection| self.work(run, connection, against_echo))
            .collect()
    }

    fn work(&self, run: u32, connection: usize, against_echo: bool) -> Fallible<Box<dyn Work>> {
        let topic = format!("bench-{}", self.body);
        let source = run << 16 | u32::try_from(connection)?;
        Ok(match self.kind {
            Kind::Send => Box::new(Sends::new(&topic, self.body, self.batch, source)?),
            Kind::Pull => Box::new(Pulls::new(
                "bench-pull",
                u32::try_from(self.batch)?,
                connection,
                against_echo,
            )?),
        })
    }

    pub(crate) fn plan(&self, address: SocketAddr, slice: Slice) -> Plan {
        Plan {
            address,
            connections: self.connections,
            window: self.window,
            warm: slice.warm,
            measured: slice.measured,
            rate: None,
            answers_max: u64::MAX,
        }
    }

    /// As fast as the window allows.
    pub(crate) fn saturate(
        &self,
        address: SocketAddr,
        slice: Slice,
        cpu: &dyn Fn() -> f64,
    ) -> Fallible<Measured> {
        generator::run(&self.plan(address, slice), self.works(false)?, cpu)
    }

    /// Open-loop, so many requests a second.
    pub(crate) fn at_rate(
        &self,
        address: SocketAddr,
        slice: Slice,
        rate: f64,
    ) -> Fallible<Measured> {
        let plan = Plan {
            rate: Some(rate),
            window: OPEN_WINDOW,
            ..self.plan(address, slice)
        };
        generator::run(&plan, self.works(false)?, &|| 0.0)
    }

    pub(crate) fn against_echo(&self, slice: Slice) -> Fallible<Measured> {
        let reply = match self.kind {
            Kind::Send => echo::send_reply(),
            Kind::Pull => echo::pull_reply(self.batch, self.body),
        };
        let echo = Echo::start(reply)?;
        generator::run(&self.plan(echo.address, slice), self.works(true)?, &|| 0.0)
    }
}

/// What the pulls read: batches over all queues of their topic.
pub(crate) fn fill_for_pulls(address: SocketAddr) -> Fallible<()> {
    let works = (0..4)
        .map(|connection| {
            Ok(Box::new(Sends::new("bench-pull", 1024, 32, connection)?) as Box<dyn Work>)
        })
        .collect::<Fallible<_>>()?;
    let plan = Plan {
        address,
        connections: 4,
        window: 2,
        warm: Duration::ZERO,
        measured: Duration::from_secs(120),
        rate: None,
        answers_max: FILL_FRAMES,
    };
    generator::run(&plan, works, &|| 0.0)?;
    Ok(())
}

impl Measured {
    pub(crate) fn per_second(&self) -> f64 {
        self.messages as f64 / self.seconds
    }

    pub(crate) fn per_cpu_second(&self) -> f64 {
        self.messages as f64 / self.cpu_seconds
    }

    /// In microseconds.
    pub(crate) fn p(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 10.0
    }
}
