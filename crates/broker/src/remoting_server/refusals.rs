//! Connections that end through a fault of their peer: counted by reason, and said in the log, so many lines a second.

use std::fmt::Display;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::limits;

/// Why a connection is refused or cut off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    Frame,
    Tls,
    Memory,
    Stall,
    TooMany,
}

impl Refusal {
    const ALL: [Self; 5] = [
        Self::Frame,
        Self::Tls,
        Self::Memory,
        Self::Stall,
        Self::TooMany,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Frame => "unreadable",
            Self::Tls => "tls",
            Self::Memory => "memory",
            Self::Stall => "stalled",
            Self::TooMany => "too_many",
        }
    }
}

#[derive(Default)]
pub(crate) struct Refusals {
    counts: [AtomicU64; Refusal::ALL.len()],
    lines: Mutex<Lines>,
}

impl Refusals {
    pub(crate) fn report(
        &self,
        refusal: Refusal,
        peer: SocketAddr,
        reason: &dyn Display,
        now_ms: i64,
    ) {
        self.counts[refusal as usize].fetch_add(1, Ordering::Relaxed);
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(suppressed) = lines.admit(now_ms) else {
            return;
        };
        drop(lines);
        if suppressed == 0 {
            tracing::warn!(%peer, %reason, "a connection was refused");
        } else {
            tracing::warn!(%peer, %reason, suppressed, "a connection was refused, like others before it");
        }
    }

    /// How many for each reason.
    pub(crate) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Refusal::ALL.into_iter().map(|refusal| {
            let count = self.counts[refusal as usize].load(Ordering::Relaxed);
            (refusal.name(), count)
        })
    }
}

/// Lets so many lines through in every second.
#[derive(Default)]
struct Lines {
    second: i64,
    written: u32,
    suppressed: u64,
}

impl Lines {
    /// The number of lines that were suppressed since the last one; `None`: this one is too.
    fn admit(&mut self, now_ms: i64) -> Option<u64> {
        let second = now_ms.div_euclid(1000);
        if second != self.second {
            self.second = second;
            self.written = 0;
        }
        if self.written >= limits::REFUSAL_LINES_PER_SECOND {
            self.suppressed += 1;
            return None;
        }
        self.written += 1;
        Some(std::mem::take(&mut self.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;
    use crate::limits::REFUSAL_LINES_PER_SECOND;

    #[test]
    fn a_flood_is_a_few_lines_and_a_number() {
        let mut lines = Lines::default();
        let written = (0..1000)
            .filter_map(|n| lines.admit(5_000 + n / 10))
            .collect::<Vec<_>>();
        assert_eq!(written, vec![0; REFUSAL_LINES_PER_SECOND as usize]);
        let rest = 1000 - u64::from(REFUSAL_LINES_PER_SECOND);
        assert_eq!(lines.admit(6_000), Some(rest));
        assert_eq!(lines.admit(6_001), Some(0), "said once");
    }
}
