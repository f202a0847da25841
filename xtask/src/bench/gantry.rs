//! Our own binary as a subject of measurements.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::generator::{self, Plan};
use super::process::Process;
use super::scenario::{Kind, Scenario, Slice};
use crate::Fallible;

pub(crate) struct Gantry {
    pub(crate) process: Process,
    pub(crate) broker: SocketAddr,
    dir: PathBuf,
}

impl Gantry {
    pub(crate) fn start(binary: &Path, dir: &Path, flush: &str) -> Fallible<Self> {
        let log = fs::File::create(dir.with_extension("log"))?;
        let mut process = Process::start(
            Command::new(binary)
                .arg("--data-dir")
                .arg(dir)
                .args(["--name-server-port", "0", "--broker-port", "0"])
                .args(["--console-listen", "127.0.0.1:0", "--flush", flush])
                .stdout(Stdio::null())
                .stderr(log),
        )?;
        let pid = process.id();
        let broker = process.wait_until("ready.json", Duration::from_millis(1), || {
            broker_address(dir, pid)
        })?;
        Ok(Self {
            process,
            broker,
            dir: dir.to_path_buf(),
        })
    }

    /// Frees the disk as well.
    pub(crate) fn discard(self) -> Fallible<()> {
        drop(self.process);
        Ok(fs::remove_dir_all(&self.dir)?)
    }
}

fn broker_address(dir: &Path, pid: u32) -> Option<SocketAddr> {
    let text = fs::read(dir.join("ready.json")).ok()?;
    let ready: serde_json::Value = serde_json::from_slice(&text).ok()?;
    if ready["pid"] != pid {
        return None;
    }
    ready["addresses"]["broker"].as_str()?.parse().ok()
}

/// Sends one message and waits for its acknowledgement.
pub(crate) fn acknowledge_one(broker: SocketAddr) -> Fallible<()> {
    let one = Scenario {
        name: "first",
        kind: Kind::Send,
        connections: 1,
        window: 1,
        body: 128,
        batch: 1,
    };
    let slice = Slice {
        warm: Duration::ZERO,
        measured: Duration::from_secs(30),
    };
    let plan = Plan {
        answers_max: 1,
        ..one.plan(broker, slice)
    };
    generator::run(&plan, one.works(false)?, &|| 0.0)?;
    Ok(())
}

/// A server that has just acknowledged its first message, and how many milliseconds after its start.
pub(crate) fn first_ack(binary: &Path, dir: &Path) -> Fallible<(Gantry, f64)> {
    let start = Instant::now();
    let gantry = Gantry::start(binary, dir, "sync")?;
    acknowledge_one(gantry.broker)?;
    Ok((gantry, start.elapsed().as_secs_f64() * 1e3))
}
