//! What happens without anybody asking: one task, once a second.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::limits;
use crate::state::State;

const TICK: Duration = Duration::from_secs(1);
/// Seconds between looks for silent clients and expired locks.
const SWEEP_EVERY: u64 = 10;
/// Seconds between looks at the store's age and the disk.
const STORE_EVERY: u64 = 5;

pub(crate) async fn run(state: Arc<State>, mut stop: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(TICK);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut second: u64 = 0;
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        second += 1;
        in_memory(&state, second);
        let offsets = second.is_multiple_of(limits::OFFSET_PERSIST.as_secs());
        let store = second.is_multiple_of(STORE_EVERY);
        if offsets || store {
            on_disk(&state, offsets, store).await;
        }
    }
}

fn in_memory(state: &State, second: u64) {
    let now_ms = state.now_ms();
    state.set_second(now_ms);
    state.held.sweep(now_ms);
    state.each_link(|link| {
        link.check_waits(now_ms);
        if link.is_overdue(now_ms) {
            tracing::debug!(peer = %link.peer(), "a connection is idle or does not read, and is closed");
            link.close();
        }
    });
    state.tick_rates();
    if second.is_multiple_of(SWEEP_EVERY) {
        state.locks.sweep(now_ms);
        for group in state.clients.sweep(now_ms) {
            state.notify_group(&group);
        }
    }
}

/// On the blocking pool; one run at a time.
async fn on_disk(state: &Arc<State>, offsets: bool, store: bool) {
    let state = Arc::clone(state);
    let work = tokio::task::spawn_blocking(move || {
        if offsets && let Err(error) = state.offsets.persist() {
            tracing::error!(%error, "consumer offsets could not be written, they are tried again");
        }
        if store && let Err(error) = state.store.tick() {
            tracing::error!(%error, "retention could not do its work, it is tried again");
        }
    });
    if work.await.is_err() {
        tracing::error!("the work of this second on the disk ended without a result");
    }
}
