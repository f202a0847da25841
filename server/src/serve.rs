//! Start in order, serve, stop in order: doors and store first, the console after them, `ready.json` last.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use app::ssr::Site;
use broker::Broker;
use console::Console;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Config;
use crate::embedded::ASSETS;
use crate::error::ServerError;
use crate::http::{self, Health};
use crate::metrics;
use crate::ready::{self, Addresses, Ready};

/// Open requests and streams get this long, then the store is flushed and closed.
const DRAIN: Duration = Duration::from_secs(4);
/// The broker's part of the ten seconds that a stop may take.
const BROKER_STOP: Duration = Duration::from_secs(5);

pub(crate) async fn serve(config: Config) -> Result<(), ServerError> {
    let dir = config.broker.store.dir.clone();
    ready::remove_stale(&dir);
    // The console's address first: it is the cheapest thing that can be wrong.
    let address = config.console_listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| ServerError::Listen { address, source })?;
    let console_address = listener
        .local_addr()
        .map_err(|source| ServerError::Listen { address, source })?;
    let stop = stop_signal()?;

    let broker = Broker::start(config.broker).await?;
    let served = serve_console(listener, &broker, stop, &dir, console_address).await;
    ready::remove(&dir);
    let stopped = broker.stop(BROKER_STOP).await;
    served?;
    stopped?;
    tracing::info!("stopped, everything is flushed");
    Ok(())
}

async fn serve_console(
    listener: TcpListener,
    broker: &Broker,
    stop: watch::Receiver<bool>,
    dir: &std::path::Path,
    console_address: SocketAddr,
) -> Result<(), ServerError> {
    let site = Site {
        assets: ASSETS,
        console: Console::new(broker.clone()),
    };
    let router = http::router(&site, Arc::new(BrokerHealth(broker.clone())));
    announce(broker, dir, console_address)?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service).with_graceful_shutdown(asked(stop.clone()));
    tokio::select! {
        ended = server => ended.map_err(ServerError::Console),
        () = async { asked(stop).await; tokio::time::sleep(DRAIN).await } => {
            tracing::warn!(after_s = DRAIN.as_secs(), "open requests of the console are cut off");
            Ok(())
        }
    }
}

/// Writes `ready.json` and says where everything is.
fn announce(
    broker: &Broker,
    dir: &std::path::Path,
    console_address: SocketAddr,
) -> Result<(), ServerError> {
    let doors = broker.addresses();
    let ready = Ready {
        pid: std::process::id(),
        start_id: broker.status().start_id,
        addresses: Addresses {
            name_server: doors.name_server.to_string(),
            broker: doors.broker.to_string(),
            vip: doors.vip.map(|vip| vip.to_string()),
            console: console_address.to_string(),
        },
    };
    ready.write(dir).map_err(|source| ServerError::Ready {
        path: dir.join("ready.json"),
        source,
    })?;
    tracing::info!(
        name_server = ready.addresses.name_server,
        broker = ready.addresses.broker,
        vip = ready.addresses.vip,
        console = format!("http://{}", ready.addresses.console),
        data_dir = %dir.display(),
        "gantry serves"
    );
    Ok(())
}

/// Turns true at SIGTERM or Ctrl-C. Listens from now on, so that a signal during the start is not lost.
fn stop_signal() -> Result<watch::Receiver<bool>, ServerError> {
    let mut terminate = signal(SignalKind::terminate()).map_err(ServerError::Signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(ServerError::Signals)?;
    let (tell, told) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::info!("stopping: open work is finished and flushed");
        tell.send_replace(true);
    });
    Ok(told)
}

async fn asked(mut stop: watch::Receiver<bool>) {
    // An error means that the listener for signals is gone: nobody can ask any more, so it counts as asked.
    drop(stop.wait_for(|asked| *asked).await);
}

struct BrokerHealth(Broker);

impl Health for BrokerHealth {
    fn ready(&self) -> bool {
        self.0.ready()
    }

    fn metrics(&self) -> String {
        metrics::render(&self.0.metrics())
    }
}
