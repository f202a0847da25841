//! Structured log lines on standard error: text for people, JSON for programs.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::config::LogConfig;

/// An unreadable filter falls back to `info`, and says so.
pub(crate) fn start(config: &LogConfig) {
    let filter = EnvFilter::try_new(&config.filter);
    let broken = filter.as_ref().err().map(ToString::to_string);
    let builder = fmt()
        .with_env_filter(filter.unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr);
    if config.json {
        builder.json().init();
    } else {
        builder
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .init();
    }
    if let Some(why) = broken {
        tracing::warn!(
            filter = config.filter,
            why,
            "log.filter cannot be read, info is used"
        );
    }
}
