//! The threads that serve connections, each with a scheduler of its own and its share of the connections.
//!
//! A connection is short work after every read. One scheduler over all threads would wake a second thread for half of it
//! and put it to sleep again: measured, a futex call for every message. Here nothing moves between threads.

use std::io;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// More threads than this only fight for the log.
const LANES_MAX: usize = 8;

pub(crate) struct Lanes {
    lanes: Vec<Lane>,
    next: AtomicUsize,
}

struct Lane {
    handle: Handle,
    /// The thread ends when this is dropped, and with it what it still serves.
    _stop: oneshot::Sender<()>,
}

impl Lanes {
    /// One per core.
    pub(crate) fn start() -> io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        let lanes = (0..cores.min(LANES_MAX))
            .map(Lane::start)
            .collect::<io::Result<_>>()?;
        Ok(Self {
            lanes,
            next: AtomicUsize::new(0),
        })
    }

    /// Runs `serve` on the next lane.
    pub(crate) fn spawn(&self, serve: impl Future<Output = ()> + Send + 'static) {
        let lane = self.next.fetch_add(1, Ordering::Relaxed) % self.lanes.len();
        self.lanes[lane].handle.spawn(serve);
    }
}

impl Lane {
    fn start(number: usize) -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        std::thread::Builder::new()
            .name(format!("connections-{number}"))
            .spawn(move || {
                // An error says that the sender is gone: that is the end we wait for.
                runtime.block_on(async { stopped.await.unwrap_or(()) });
                runtime.shutdown_background();
            })?;
        Ok(Self {
            handle,
            _stop: stop,
        })
    }
}
