//! What is looked after every few seconds: how full the disk is, and which segments may go.

use std::sync::PoisonError;

use remoting::types::LogOffset;

use crate::error::StoreError;
use crate::retention::{self, SegmentAge, Situation};
use crate::store::{Inner, Store, StoreStatus, Writability};

impl Store {
    /// Removes what retention lets go, and refuses or takes appends by how full the disk is. To be called every few seconds.
    pub fn tick(&self) -> Result<(), StoreError> {
        let _one = self.0.upkeep.lock().unwrap_or_else(PoisonError::into_inner);
        let ages = self.0.segment_ages();
        let used_pct = self.0.disk_used_pct();
        let situation = Situation {
            segments: &ages,
            sealed_to: self.0.index.sealed_to(),
            now_ms: self.0.env.clock.now_ms(),
            used_pct,
        };
        let decision = retention::decide(&self.0.config.retention, &situation);
        let limit_pct = self.0.config.retention.disk_refuse_pct;
        self.0.keeper.set_full(
            used_pct
                .filter(|_| decision.refuse_writes)
                .map(|used| (used, limit_pct)),
        );
        match decision
            .remove
            .checked_sub(1)
            .and_then(|last| ages.get(last))
        {
            Some(last) => self.0.remove_before(last.end),
            None => Ok(()),
        }
    }

    #[must_use]
    pub fn status(&self) -> StoreStatus {
        let writable = match self
            .0
            .flusher
            .check()
            .and_then(|()| self.0.keeper.check_room())
        {
            Ok(()) => Writability::Yes,
            Err(StoreError::DiskFull {
                used_pct,
                limit_pct,
            }) => Writability::DiskFull {
                used_pct,
                limit_pct,
            },
            Err(e) => Writability::Failed(e.to_string()),
        };
        let start = LogOffset(self.0.log.start().unwrap_or_default());
        StoreStatus {
            log: start..self.visible(),
            flushed: self.flushed(),
            written: self.written(),
            segments: self.0.log.segments(),
            runs: self.0.index.run_count(),
            disk_used_pct: self.0.disk_used_pct(),
            writable,
            flush: self.0.config.flush,
        }
    }
}

impl Inner {
    fn disk_used_pct(&self) -> Option<u8> {
        self.env
            .disk
            .usage(&self.config.dir)
            .ok()
            .map(|usage| usage.used_pct())
    }

    /// The segments that are not written any more, oldest first.
    fn segment_ages(&self) -> Vec<SegmentAge> {
        let end = self.visible.end().0;
        let full: Vec<_> = self
            .log
            .all()
            .into_iter()
            .filter(|s| s.end() <= end)
            .collect();
        let newest = |end| {
            self.log
                .first_store_time(LogOffset(end))
                .unwrap_or_else(|| self.visible.store_time())
        };
        full.iter()
            .map(|s| SegmentAge {
                end: LogOffset(s.end()),
                len: s.len,
                newest_ms: newest(s.end()),
            })
            .collect()
    }

    /// Every step leaves a store that opens: entries are hidden before their records go, and files go last.
    fn remove_before(&self, start: LogOffset) -> Result<(), StoreError> {
        self.index.truncate_before(start)?;
        self.checkpoint.update(|c| c.start = start.0)?;
        self.log.remove_before(start)?;
        self.index.remove_obsolete()
    }
}
