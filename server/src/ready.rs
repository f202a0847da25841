//! `ready.json` in the data directory: who serves here and at which addresses. There only while everything serves.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Ready {
    pub(crate) pid: u32,
    /// New with every start.
    pub(crate) start_id: String,
    pub(crate) addresses: Addresses,
}

#[derive(Debug, Serialize, Deserialize, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) name_server: String,
    pub(crate) broker: String,
    /// None when the VIP port is off.
    pub(crate) vip: Option<String>,
    pub(crate) console: String,
}

fn file(dir: &Path) -> PathBuf {
    dir.join("ready.json")
}

impl Ready {
    /// Puts the file in place in one step: a reader sees all of it or none.
    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        let part = dir.join("ready.json.part");
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        fs::write(&part, text)?;
        fs::rename(part, file(dir))
    }
}

/// Removes what an earlier process left. A living one's is not ours to remove: the lock will tell.
pub(crate) fn remove_stale(dir: &Path) {
    let left: Option<Ready> = fs::read(file(dir))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let alive = left.is_some_and(|ready| {
        ready.pid != std::process::id() && Path::new("/proc").join(ready.pid.to_string()).exists()
    });
    if !alive {
        remove(dir);
    }
}

pub(crate) fn remove(dir: &Path) {
    match fs::remove_file(file(dir)) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(error = %e, dir = %dir.display(), "ready.json cannot be removed")
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(pid: u32) -> Ready {
        let at = |port: u16| format!("127.0.0.1:{port}");
        Ready {
            pid,
            start_id: "a".into(),
            addresses: Addresses {
                name_server: at(1),
                broker: at(2),
                vip: None,
                console: at(3),
            },
        }
    }

    #[test]
    fn a_dead_process_s_file_is_removed_and_a_living_one_s_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        ready(u32::MAX).write(dir.path()).unwrap();
        remove_stale(dir.path());
        assert!(!file(dir.path()).exists());
        ready(1).write(dir.path()).unwrap();
        remove_stale(dir.path());
        assert!(file(dir.path()).exists(), "process 1 lives");
    }

    #[test]
    fn half_a_file_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(file(dir.path()), "{\"pid\": 1").unwrap();
        remove_stale(dir.path());
        assert!(!file(dir.path()).exists());
    }
}
