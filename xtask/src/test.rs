//! `cargo xtask test`: every check and every test, then one summary; the last line is `N passed, N failed` and nothing else.
//! A stage that fails does not stop the next one. What the machine lacks is named; with CI=true that counts as failed.

mod counts;
mod stages;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::Fallible;
use counts::Counts;

/// What became of a stage.
enum Outcome {
    Ran(Counts),
    /// Not run: the machine lacks this.
    Lacks(String),
    /// Not run, and that is all right everywhere.
    Skipped(String),
}

type Stage = (&'static str, fn() -> Fallible<Outcome>);

const STAGES: &[Stage] = &[
    ("format", stages::format),
    ("clippy", stages::clippy),
    ("clippy of the islands", stages::clippy_islands),
    (
        "edge: no tokio in the browser",
        stages::no_tokio_in_the_browser,
    ),
    ("licences, bans, sources", stages::deny),
    ("advisories", stages::advisories),
    ("bundle", stages::bundle),
    ("tests", stages::cargo_tests),
    ("stock clients", stages::interop),
    ("browser", stages::end2end),
];

/// All stages, or those whose name contains one of `wanted`.
pub(crate) fn run(wanted: &[String]) -> Fallible<ExitCode> {
    let in_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    let mut lines = Vec::new();
    let mut total = Counts::default();
    let started = Instant::now();
    let asked =
        |name: &str| wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str()));
    for (name, stage) in STAGES.iter().filter(|(name, _)| asked(name)) {
        eprintln!("\n== {name}");
        let from = Instant::now();
        let outcome = stage();
        let (counts, word) = judge(outcome, in_ci);
        total.add(counts);
        lines.push(line(name, counts, &word, from.elapsed()));
    }
    summary(&lines, total, started.elapsed())?;
    Ok(if total.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn judge(outcome: Fallible<Outcome>, in_ci: bool) -> (Counts, String) {
    match outcome {
        Ok(Outcome::Ran(counts)) => (counts, String::new()),
        Ok(Outcome::Lacks(what)) if in_ci => {
            (Counts::failed(), format!("this machine lacks {what}"))
        }
        Ok(Outcome::Lacks(what)) => (
            Counts::default(),
            format!("not run: this machine lacks {what}"),
        ),
        Ok(Outcome::Skipped(why)) => (Counts::default(), format!("not run: {why}")),
        Err(error) => (Counts::failed(), error.to_string()),
    }
}

fn line(name: &str, counts: Counts, word: &str, took: Duration) -> String {
    let Counts {
        passed,
        failed,
        skipped,
    } = counts;
    let skipped = if skipped == 0 {
        String::new()
    } else {
        format!(", {skipped} skipped")
    };
    let line = format!(
        "{name:<32} {:>7.1} s  {passed:>4} passed, {failed} failed{skipped}  {word}",
        took.as_secs_f64()
    );
    line.trim_end().to_owned()
}

fn summary(lines: &[String], total: Counts, took: Duration) -> Fallible<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n== summary, {:.0} s", took.as_secs_f64())?;
    for line in lines {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{} passed, {} failed", total.passed, total.failed)?;
    Ok(())
}
