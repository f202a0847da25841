//! Memory that all connections share: for half-received requests, and for answers that peers have not read yet. A peer that
//! announces much and sends little, or asks for much and reads little, holds little.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What every connection may hold without asking.
const FREE: usize = 64 * 1024;

/// One connection's share.
pub(crate) struct Budget {
    total: Arc<AtomicUsize>,
    max: usize,
    held: usize,
}

impl Budget {
    pub(crate) const fn new(total: Arc<AtomicUsize>, max: usize) -> Self {
        Self {
            total,
            max,
            held: 0,
        }
    }

    /// Holds `len` bytes instead of what was held so far; `false`: all connections together hold too much.
    pub(crate) fn hold(&mut self, len: usize) -> bool {
        let len = if len <= FREE { 0 } else { len };
        if len == self.held {
            return true;
        }
        self.total.fetch_sub(self.held, Ordering::Relaxed);
        self.held = len;
        self.total.fetch_add(len, Ordering::Relaxed) + len <= self.max
    }

    /// Whether all connections together hold more than so many times what they may.
    pub(crate) fn is_over(&self, times: usize) -> bool {
        self.total.load(Ordering::Relaxed) > self.max.saturating_mul(times)
    }
}

impl Drop for Budget {
    fn drop(&mut self) {
        self.total.fetch_sub(self.held, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Budget, FREE};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn small_needs_are_free_and_large_ones_are_shared() {
        let total = Arc::new(AtomicUsize::new(0));
        let mut one = Budget::new(Arc::clone(&total), 3 * FREE);
        let mut two = Budget::new(Arc::clone(&total), 3 * FREE);
        assert!(one.hold(FREE) && total.load(Ordering::Relaxed) == 0);
        assert!(one.hold(2 * FREE));
        assert!(!two.hold(2 * FREE));
        drop(two);
        assert!(one.hold(3 * FREE));
        drop(one);
        assert_eq!(total.load(Ordering::Relaxed), 0);
    }
}
