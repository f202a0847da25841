//! The stages, each on its own: what it runs, what it needs, how it counts.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::Outcome;
use super::counts::Counts;
use crate::{Fallible, bundle, cargo, root, steps, tools, trunk};

/// One profile for clippy, tests, interop and browser: everything is compiled once.
const PROFILE: &str = "ci";

pub(super) fn format() -> Fallible<Outcome> {
    check(cargo().args(["fmt", "--all", "--check"]))
}

pub(super) fn clippy() -> Fallible<Outcome> {
    check(cargo().args([
        "clippy",
        "--all-targets",
        "--profile",
        PROFILE,
        "--",
        "-D",
        "warnings",
    ]))
}

/// Apart from the rest: in one invocation `ssr` and `hydrate` would unify.
pub(super) fn clippy_islands() -> Fallible<Outcome> {
    tools::wasm_target()?;
    check(cargo().args([
        "clippy",
        "-p",
        "frontend",
        "--target",
        tools::WASM,
        "--profile",
        PROFILE,
        "--",
        "-D",
        "warnings",
    ]))
}

/// Must succeed and print no tree: a misspelt package or feature fails instead of passing.
pub(super) fn no_tokio_in_the_browser() -> Fallible<Outcome> {
    let out = cargo()
        .args([
            "tree",
            "-p",
            "frontend",
            "--target",
            tools::WASM,
            "-i",
            "tokio",
        ])
        .stderr(Stdio::inherit())
        .output()?;
    let tree = String::from_utf8_lossy(&out.stdout);
    if !out.status.success() || !tree.trim().is_empty() {
        return Err(format!("cargo tree ended with {}:\n{tree}", out.status).into());
    }
    Ok(Outcome::Ran(Counts::passed()))
}

pub(super) fn deny() -> Fallible<Outcome> {
    if !tools::answers("cargo-deny", "--version") {
        return Ok(Outcome::Lacks(
            "cargo-deny (cargo install --locked cargo-deny)".to_owned(),
        ));
    }
    check(cargo().args([
        "deny",
        "--log-level",
        "error",
        "check",
        "licenses",
        "bans",
        "sources",
    ]))
}

/// The database is fetched; where it can't be reached there is nothing to check against.
pub(super) fn advisories() -> Fallible<Outcome> {
    if !tools::answers("cargo-deny", "--version") {
        return Ok(Outcome::Skipped("cargo-deny is missing".to_owned()));
    }
    let out = cargo()
        .args(["deny", "--log-level", "error", "check", "advisories"])
        .output()?;
    let said = String::from_utf8_lossy(&out.stderr);
    if out.status.success() {
        return Ok(Outcome::Ran(Counts::passed()));
    }
    if said.contains("advisory database") {
        return Ok(Outcome::Skipped(
            "the advisory database cannot be reached".to_owned(),
        ));
    }
    eprintln!("{said}");
    Ok(Outcome::Ran(Counts::failed()))
}

pub(super) fn bundle() -> Fallible<Outcome> {
    bundle::build().map(|_| Outcome::Ran(Counts::passed()))
}

/// Everything but the stock clients, which have a stage of their own.
pub(super) fn cargo_tests() -> Fallible<Outcome> {
    count(cargo().args(["test", "--profile", PROFILE, "--no-fail-fast"]))
}

pub(super) fn interop() -> Fallible<Outcome> {
    let lacking: Vec<_> = [
        ("java", "-version"),
        ("mvn", "--version"),
        ("node", "--version"),
        ("npm", "--version"),
    ]
    .into_iter()
    .filter(|(program, flag)| !tools::answers(program, flag))
    .map(|(program, _)| program)
    .collect();
    if !lacking.is_empty() {
        return Ok(Outcome::Lacks(lacking.join(", ")));
    }
    count(cargo().args([
        "test",
        "--profile",
        PROFILE,
        "-p",
        "server",
        "--test",
        "interop",
        "--",
        "--ignored",
        "--test-threads=1",
    ]))
}

pub(super) fn end2end() -> Fallible<Outcome> {
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
    if !tools::answers(&chromium, "--version") {
        return Ok(Outcome::Lacks("chromium".to_owned()));
    }
    if !tools::npm_install("end2end") {
        return Ok(Outcome::Lacks("Node with npm".to_owned()));
    }
    with_bundle(cargo().args(["build", "--profile", PROFILE, "-p", "server"]))
        .and_then(steps::must)?;
    let report = root().join("end2end/test-results/summary.json");
    if report.exists() {
        fs::remove_file(&report)?;
    }
    let mut playwright = Command::new("npx");
    playwright
        .args(["playwright", "test"])
        .current_dir(root().join("end2end"));
    let status = playwright
        .env(
            "GANTRY_BIN",
            tools::target_dir().join(PROFILE).join("gantry"),
        )
        .status()?;
    let text = fs::read_to_string(&report)
        .map_err(|e| format!("playwright ended with {status} and left no report: {e}"))?;
    let counts = Counts::of_playwright(&text)?;
    ended(status.success(), counts)
}

fn check(command: &mut Command) -> Fallible<Outcome> {
    steps::must(command).map(|()| Outcome::Ran(Counts::passed()))
}

/// Runs tests with the bundle inside the server, passes their output on, and adds up the result lines.
fn count(command: &mut Command) -> Fallible<Outcome> {
    let mut child = with_bundle(command)?.stdout(Stdio::piped()).spawn()?;
    let mut counts = Counts::default();
    for line in child
        .stdout
        .take()
        .into_iter()
        .flat_map(|out| BufReader::new(out).lines())
    {
        let line = line?;
        eprintln!("{line}");
        counts.add(Counts::of_cargo_line(&line).unwrap_or_default());
    }
    ended(child.wait()?.success(), counts)
}

/// A run that failed without a failed test (a build error, a crash) still counts as one; so does a run of nothing.
fn ended(success: bool, mut counts: Counts) -> Fallible<Outcome> {
    if (!success && counts.failed == 0) || counts.passed + counts.failed == 0 {
        counts.add(Counts::failed());
    }
    Ok(Outcome::Ran(counts))
}

fn with_bundle(command: &mut Command) -> Fallible<&mut Command> {
    let dist: PathBuf = root().join(trunk::build()?.dist);
    if !dist.exists() {
        return Err("there is no bundle to put into the server".into());
    }
    Ok(command.env("GANTRY_BUNDLE", dist))
}
