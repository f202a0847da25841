//! Steps that say what they do and how long they took.

use std::process::Command;
use std::time::Instant;

use crate::Fallible;

pub(crate) fn timed<T>(name: &str, step: impl FnOnce() -> Fallible<T>) -> Fallible<T> {
    eprintln!("== {name}");
    let started = Instant::now();
    let result = step();
    eprintln!("== {name}: {:.1} s", started.elapsed().as_secs_f64());
    result
}

/// Runs to the end; anything but success is an error that names the command.
pub(crate) fn must(command: &mut Command) -> Fallible<()> {
    let status = command.status().map_err(|e| format!("{command:?}: {e}"))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} ended with {status}").into())
    }
}
