//! test
use std::process::ExitCode;
use crate::Fallible;
pub(crate) fn run() -> Fallible<ExitCode> { Err("later".into()) }
