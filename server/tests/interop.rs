//! Clients nobody here wrote, against the real binary: the stock Java client with `mqadmin`, and the Node client `ali-ons`.
//! Their programs are in `end2end/clients`; each prints `ok NAME` or `FAIL NAME: why` per behaviour.
//!
//! Minutes long and in need of Java and Node, so only run when asked: `cargo xtask test`, or `cargo test -p server --test
//! interop -- --ignored`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

#[path = "support/gantry.rs"]
mod gantry;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use gantry::Gantry;

fn clients(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../end2end/clients")
        .join(language)
}

/// Whether the programs are there. In CI they must be.
fn has(programs: &[&str]) -> bool {
    let lacking: Vec<_> = programs
        .iter()
        .filter(|program| !answers(program))
        .collect();
    if lacking.is_empty() {
        return true;
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "CI lacks {lacking:?}"
    );
    println!("skipped: this machine lacks {lacking:?}");
    false
}

fn answers(program: &str) -> bool {
    let asked = Command::new(program)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success())
}

fn build(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

fn built_java() -> Command {
    build(
        Command::new("mvn")
            .args(["-q", "-B", "package"])
            .current_dir(clients("java")),
    );
    let mut java = Command::new("java");
    java.args([
        "-Xmx256m",
        "-cp",
        "target/classes:target/lib/*",
        "gantry.clients.Main",
    ])
    .current_dir(clients("java"));
    java
}

/// Runs a client program, shows what it printed, and wants at least `cases` behaviours, all of them ok.
fn passes(program: &mut Command, cases: usize) {
    let output = program.stdin(Stdio::null()).output().unwrap();
    let lines = String::from_utf8_lossy(&output.stdout);
    print!("{lines}");
    let passed = lines.lines().filter(|line| line.starts_with("ok ")).count();
    let failed = lines
        .lines()
        .filter(|line| line.starts_with("FAIL "))
        .count();
    let fine = output.status.success() && failed == 0 && passed >= cases;
    assert!(
        fine,
        "{passed} passed of {cases}, {failed} failed, {}\n{}",
        output.status,
        complaint(&output)
    );
}

/// The end of what the client said besides: clients log a lot.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(80)..].join("\n")
}

#[test]
#[ignore = "needs Java and Maven, takes a minute"]
fn the_java_client_and_mqadmin() {
    if !has(&["java", "mvn"]) {
        return;
    }
    let mut java = built_java();
    let dir = tempfile::tempdir().unwrap();
    let gantry = Gantry::start(dir.path(), &[]);
    passes(
        java.args([
            "suite",
            "--namesrv",
            &gantry.address("name_server").to_string(),
        ]),
        16,
    );
    gantry.stop();
}

#[test]
#[ignore = "needs Java and Maven, takes a minute"]
fn the_java_client_s_offsets_over_a_restart() {
    if !has(&["java", "mvn"]) {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    for phase in ["offsets-before", "offsets-after"] {
        let gantry = Gantry::start(dir.path(), &[]);
        let name_server = gantry.address("name_server").to_string();
        passes(
            built_java().args([phase, "--namesrv", &name_server, "--run", "restarted"]),
            1,
        );
        gantry.stop();
    }
}

#[test]
#[ignore = "needs Node and npm"]
fn the_node_client() {
    if !has(&["node", "npm"]) {
        return;
    }
    build(
        Command::new("npm")
            .args(["ci", "--silent"])
            .current_dir(clients("node")),
    );
    let dir = tempfile::tempdir().unwrap();
    let gantry = Gantry::start(dir.path(), &[]);
    passes(
        Command::new("node")
            .args([
                "main.js",
                "suite",
                &gantry.address("name_server").to_string(),
            ])
            .current_dir(clients("node")),
        2,
    );
    gantry.stop();
}
