//! The real binary on free ports, in a directory that outlives it.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// No start and no stop takes so long; one that hangs fails.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(10);

/// Killed with `drop`, ended in order with `stop`.
pub(crate) struct Gantry {
    child: Child,
    ready: serde_json::Value,
}

impl Gantry {
    /// Serves when this returns. `settings` are variables such as `GANTRY__STORE__FLUSH`.
    pub(crate) fn start(dir: &Path, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_gantry"))
            .arg("--data-dir")
            .arg(dir)
            .args(["--name-server-port", "0", "--broker-port", "0"])
            .args(["--console-listen", "127.0.0.1:0"])
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let ready = wait_ready(&mut child, dir);
        Self { child, ready }
    }

    /// `what` as in `ready.json`: `name_server`, `broker`.
    pub(crate) fn address(&self, what: &str) -> SocketAddr {
        let address = self.ready["addresses"][what].as_str();
        address
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| panic!("no address of {what} in {}", self.ready))
    }

    /// SIGTERM, and the exit it leads to.
    pub(crate) fn stop(mut self) {
        let told = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(told.success());
        let status = wait("the stop", || self.child.try_wait().unwrap());
        assert!(
            status.success(),
            "SIGTERM must end in success, not {status}"
        );
    }
}

/// SIGKILL: nothing of the process runs after it, and a test that failed leaves no server behind.
impl Drop for Gantry {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }
}

fn wait_ready(child: &mut Child, dir: &Path) -> serde_json::Value {
    let started: Result<serde_json::Value, ExitStatus> = wait("ready.json", || {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(Err(status));
        }
        let text = std::fs::read(dir.join("ready.json")).ok()?;
        let ready: serde_json::Value = serde_json::from_slice(&text).ok()?;
        // Another pid is what a killed predecessor left.
        (ready["pid"] == child.id()).then_some(Ok(ready))
    });
    started.unwrap_or_else(|status| panic!("the server ended before it served: {status}"))
}

fn wait<T>(what: &str, mut done: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(value) = done() {
            return value;
        }
        assert!(
            Instant::now() < end,
            "{what} did not come within {PATIENCE:?}"
        );
        std::thread::sleep(POLL);
    }
}
