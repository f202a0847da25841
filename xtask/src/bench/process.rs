//! A process under load: what it costs, and its end.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Fallible, steps};

/// Kernel ticks a second in `/proc/PID/stat`; 100 on every Linux that Gantry runs on.
const TICKS_PER_SECOND: f64 = 100.0;
const PATIENCE: Duration = Duration::from_secs(60);
const STOP_PATIENCE: Duration = Duration::from_secs(15);

/// Ends with its owner.
pub(crate) struct Process {
    child: Child,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Fallible<Self> {
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .map_err(|e| format!("{command:?}: {e}"))?;
        Ok(Self { child })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing of the process runs after it.
    pub(crate) fn kill(&mut self) -> Fallible<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// User and system time so far; 0 when the process is gone.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        cpu_seconds(self.id()).unwrap_or(0.0)
    }

    pub(crate) fn rss_mib(&self) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kib / 1024.0)
    }

    /// Asks until `done` answers, as long as the process lives.
    pub(crate) fn wait_until<T>(
        &mut self,
        what: &str,
        poll: Duration,
        mut done: impl FnMut() -> Option<T>,
    ) -> Fallible<T> {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(value) = done() {
                return Ok(value);
            }
            if let Some(status) = self.child.try_wait()? {
                return Err(format!("{what} did not come: the process ended with {status}").into());
            }
            if Instant::now() > end {
                return Err(format!("{what} did not come within {PATIENCE:?}").into());
            }
            std::thread::sleep(poll);
        }
    }
}

impl Drop for Process {
    /// SIGTERM first: what was started shall end as it does for an operator.
    fn drop(&mut self) {
        if !matches!(self.child.try_wait(), Ok(None)) {
            return;
        }
        let told = steps::must(Command::new("kill").args(["-TERM", &self.id().to_string()]));
        let end = Instant::now() + STOP_PATIENCE;
        while told.is_ok() && Instant::now() < end {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn cpu_seconds(pid: u32) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything; the fields are counted behind it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_PER_SECOND)
}

/// The processor's name and how many of them there are.
pub(crate) fn hardware() -> String {
    let info = fs::read_to_string(Path::new("/proc/cpuinfo")).unwrap_or_default();
    let name = info
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .and_then(|rest| rest.split_once(':'));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "{cores} x {}",
        name.map_or("unknown processor", |(_, name)| name.trim())
    )
}
