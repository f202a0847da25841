//! Messages per second: a total and two small rings per direction, moved on once a second by the broker's ticker.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Seconds the current rate is averaged over.
const WINDOW: usize = 10;
const SECONDS_PER_MINUTE: u32 = 60;
/// Minutes of history.
const MINUTES: usize = 60;

/// Counts events; cheap to add to, read through [`Meter::per_second`] and [`Meter::history`].
#[derive(Debug, Default)]
pub(crate) struct Meter {
    total: AtomicU64,
    ring: Mutex<Ring>,
}

#[derive(Debug, Default)]
struct Ring {
    seen: u64,
    /// The newest last, at most [`WINDOW`].
    seconds: Vec<u64>,
    /// Complete minutes, the newest last, at most [`MINUTES`].
    minutes: Vec<u64>,
    minute: u64,
    minute_age: u32,
    /// Seconds before the first event: most topics are idle, and an idle one keeps no rings.
    idle: u32,
}

impl Meter {
    pub(crate) fn add(&self, n: u64) {
        self.total.fetch_add(n, Ordering::Relaxed);
    }

    pub(crate) fn total(&self) -> u64 {
        self.total.load(Ordering::Relaxed)
    }

    /// One second has passed.
    pub(crate) fn tick(&self) {
        let total = self.total();
        let mut ring = self.lock();
        if total == 0 {
            ring.idle = ring.idle.saturating_add(1);
            return;
        }
        ring.begin();
        let new = total - ring.seen;
        ring.seen = total;
        push_bounded(&mut ring.seconds, new, WINDOW);
        ring.minute += new;
        ring.minute_age += 1;
        if ring.minute_age == SECONDS_PER_MINUTE {
            let minute = ring.minute;
            push_bounded(&mut ring.minutes, minute, MINUTES);
            ring.minute = 0;
            ring.minute_age = 0;
        }
    }

    /// Over the last ten seconds, or fewer just after the start; `None` before the first second is over.
    pub(crate) fn per_second(&self) -> Option<f64> {
        let ring = self.lock();
        if ring.seconds.is_empty() {
            return (ring.idle > 0).then_some(0.0);
        }
        Some(ring.seconds.iter().sum::<u64>() as f64 / ring.seconds.len() as f64)
    }

    /// Per minute over the last hour, as messages per second, the running minute last.
    pub(crate) fn history(&self) -> Vec<f64> {
        let mut ring = self.lock();
        if ring.seconds.is_empty() {
            return vec![0.0; (ring.idle.div_ceil(SECONDS_PER_MINUTE) as usize).min(MINUTES)];
        }
        let ring = &mut *ring;
        let mut out: Vec<f64> = ring
            .minutes
            .iter()
            .map(|n| *n as f64 / f64::from(SECONDS_PER_MINUTE))
            .collect();
        if ring.minute_age > 0 {
            out.push(ring.minute as f64 / f64::from(ring.minute_age));
        }
        if out.len() > MINUTES {
            out.remove(0);
        }
        out
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Ring> {
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    /// The first event: the idle time before it becomes part of the rings.
    fn begin(&mut self) {
        let idle = std::mem::take(&mut self.idle);
        if idle > 0 {
            self.seconds = vec![0; (idle as usize).min(WINDOW)];
            self.minutes = vec![0; ((idle / SECONDS_PER_MINUTE) as usize).min(MINUTES)];
            self.minute_age = idle % SECONDS_PER_MINUTE;
        }
    }
}

fn push_bounded(ring: &mut Vec<u64>, value: u64, len: usize) {
    if ring.len() == len {
        ring.remove(0);
    }
    ring.push(value);
}

#[cfg(test)]
mod tests {
    use super::Meter;

    #[test]
    fn nothing_is_known_before_the_first_second() {
        let meter = Meter::default();
        meter.add(5);
        assert_eq!(meter.per_second(), None);
        assert!(meter.history().is_empty());
    }

    #[test]
    fn the_rate_is_the_mean_of_the_window() {
        let meter = Meter::default();
        for n in [100, 0, 50] {
            meter.add(n);
            meter.tick();
        }
        assert_eq!(meter.per_second(), Some(50.0));
        for _ in 0..10 {
            meter.tick();
        }
        assert_eq!(meter.per_second(), Some(0.0));
    }

    #[test]
    fn idle_time_counts_without_being_kept() {
        let meter = Meter::default();
        for _ in 0..90 {
            meter.tick();
        }
        assert_eq!(meter.per_second(), Some(0.0));
        assert_eq!(meter.history(), [0.0, 0.0]);
        meter.add(60);
        meter.tick();
        assert_eq!(
            meter.per_second(),
            Some(6.0),
            "sixty in the last of ten seconds"
        );
        let history = meter.history();
        assert_eq!(history.len(), 2);
        assert!(history[0] == 0.0 && history[1] > 1.9, "{history:?}");
    }

    #[test]
    fn an_hour_is_kept_and_no_more() {
        let meter = Meter::default();
        for _ in 0..(60 * 70 + 30) {
            meter.add(2);
            meter.tick();
        }
        let history = meter.history();
        assert_eq!(history.len(), 60);
        assert!(history.iter().all(|rate| (*rate - 2.0).abs() < 1e-9));
    }
}
