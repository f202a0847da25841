//! What a machine has, and how what is missing is set up.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::{Fallible, root, steps};

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

pub(crate) fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Whether a program is there and answers.
pub(crate) fn answers(program: &str, flag: &str) -> bool {
    let status = Command::new(program)
        .arg(flag)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// The wasm target of the pinned toolchain, added by rustup where it is missing.
pub(crate) fn wasm_target() -> Fallible<()> {
    let out = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM])
        .current_dir(root())
        .output()?;
    let libs = String::from_utf8_lossy(&out.stdout).trim().to_owned();
    if out.status.success() && Path::new(&libs).exists() {
        return Ok(());
    }
    steps::timed("add the wasm target", || {
        steps::must(
            Command::new("rustup")
                .args(["target", "add", WASM])
                .current_dir(root()),
        )
    })
}

/// Installs what the lock file of `dir` names. False, after a word, where there is no Node or no registry.
pub(crate) fn npm_install(dir: &str) -> bool {
    let place = root().join(dir);
    let installed = place.join("node_modules/.package-lock.json");
    let age = |path: &Path| std::fs::metadata(path).and_then(|m| m.modified()).ok();
    if age(&installed).is_some_and(|done| Some(done) >= age(&place.join("package-lock.json"))) {
        return true;
    }
    if !answers("node", "--version") || !answers("npm", "--version") {
        return false;
    }
    let install = || {
        steps::must(
            Command::new("npm")
                .args(["ci", "--silent", "--no-audit", "--no-fund"])
                .current_dir(&place),
        )
    };
    steps::timed(&format!("npm ci in {dir}"), install)
        .inspect_err(|error| eprintln!("{error}"))
        .is_ok()
}
