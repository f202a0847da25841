//! The binary `gantry`: load the configuration, open, serve, stop.

mod config;
mod embedded;
mod error;
mod http;
mod logs;
mod metrics;
mod ready;
mod serve;

use std::process::ExitCode;

use config::{Asked, Config};
use error::ServerError;

fn main() -> ExitCode {
    let config = match Config::load(std::env::args_os(), std::env::vars()) {
        Ok(Asked::Serve(config)) => *config,
        Ok(Asked::Told(told)) => told.exit(),
        Err(error) => {
            eprintln!("gantry: {error}");
            return ExitCode::from(error::EXIT_CONFIG);
        }
    };
    logs::start(&config.log);
    match run(config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(config: Config) -> Result<(), ServerError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(ServerError::Runtime)?;
    let result = runtime.block_on(serve::serve(config));
    // A blocking read that still runs must not hold the process back.
    runtime.shutdown_timeout(std::time::Duration::from_millis(500));
    result
}
