//! Which of the oldest segments go, and whether appends are refused. A pure decision; the store carries it out.
//!
//! | situation                              | what goes                                                      |
//! | newer segments hold `max_bytes` alone  | all of the oldest that are too much                            |
//! | expired: newest record past `keep_ms`  | one a round; all of them above the clean mark                  |
//! | disk above the force mark              | one a round, also when not expired                             |
//! | disk above the refuse mark             | the same, and appends are refused                              |
//!
//! Only what index runs cover may go: the next offsets of its queues are known from there.

use remoting::types::LogOffset;

use crate::config::RetentionConfig;

/// A segment that is not written any more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SegmentAge {
    pub(crate) end: LogOffset,
    pub(crate) len: u64,
    /// Store time of its newest record.
    pub(crate) newest_ms: i64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Situation<'a> {
    /// Oldest first.
    pub(crate) segments: &'a [SegmentAge],
    pub(crate) sealed_to: LogOffset,
    pub(crate) now_ms: i64,
    /// `None`: the disk does not say.
    pub(crate) used_pct: Option<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Decision {
    /// So many of the oldest segments.
    pub(crate) remove: usize,
    pub(crate) refuse_writes: bool,
}

pub(crate) fn decide(config: &RetentionConfig, situation: &Situation<'_>) -> Decision {
    let Situation {
        segments,
        sealed_to,
        now_ms,
        used_pct,
    } = *situation;
    let above = |mark: u8| used_pct.is_some_and(|used| used > mark);
    let expired = |segment: &SegmentAge| now_ms.saturating_sub(segment.newest_ms) > config.keep_ms;
    let expired = segments
        .iter()
        .take_while(|segment| expired(segment))
        .count();
    let by_age = if above(config.disk_clean_pct) {
        expired
    } else {
        expired.min(1)
    };
    let by_force = usize::from(above(config.disk_force_pct));
    let may_go = segments
        .iter()
        .take_while(|segment| segment.end <= sealed_to)
        .count();
    let wanted = by_age
        .max(by_force)
        .max(by_size(config.max_bytes, segments));
    Decision {
        remove: wanted.min(may_go),
        refuse_writes: above(config.disk_refuse_pct),
    }
}

/// How many of the oldest are beyond `max_bytes`, counted from the newest back.
fn by_size(max_bytes: Option<u64>, segments: &[SegmentAge]) -> usize {
    let Some(max) = max_bytes else { return 0 };
    let mut room = max;
    let fits = |segment: &&SegmentAge| match room.checked_sub(segment.len) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    segments.len() - segments.iter().rev().take_while(fits).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: RetentionConfig = RetentionConfig {
        keep_ms: 1000,
        max_bytes: None,
        disk_clean_pct: 75,
        disk_force_pct: 85,
        disk_refuse_pct: 90,
    };

    /// Segments of 100 bytes, the newest records of which were stored at these times.
    fn removed(
        config: RetentionConfig,
        newest_ms: &[i64],
        sealed_to: u64,
        used_pct: u8,
    ) -> (usize, bool) {
        let segment = |(end, newest_ms)| SegmentAge {
            end: LogOffset(end),
            len: 100,
            newest_ms,
        };
        let segments: Vec<_> = (1..)
            .map(|n| n * 100)
            .zip(newest_ms.iter().copied())
            .map(segment)
            .collect();
        let decision = decide(
            &config,
            &Situation {
                segments: &segments,
                sealed_to: LogOffset(sealed_to),
                now_ms: 5000,
                used_pct: Some(used_pct),
            },
        );
        (decision.remove, decision.refuse_writes)
    }

    #[test]
    fn the_table_holds() {
        assert_eq!(removed(CONFIG, &[], 0, 50), (0, false), "nothing there");
        assert_eq!(
            removed(CONFIG, &[4000, 4500], 200, 50),
            (0, false),
            "nothing expired"
        );
        assert_eq!(
            removed(CONFIG, &[100, 200, 4500], 300, 50),
            (1, false),
            "one a round"
        );
        assert_eq!(
            removed(CONFIG, &[100, 200, 4500], 300, 75),
            (1, false),
            "at the mark is not above"
        );
        assert_eq!(
            removed(CONFIG, &[100, 200, 4500], 300, 76),
            (2, false),
            "all expired"
        );
        assert_eq!(
            removed(CONFIG, &[4500, 4600], 200, 86),
            (1, false),
            "by force"
        );
        assert_eq!(
            removed(CONFIG, &[4500, 4600], 200, 91),
            (1, true),
            "appends are refused too"
        );
    }

    #[test]
    fn only_the_oldest_go_and_only_with_their_runs() {
        assert_eq!(
            removed(CONFIG, &[4500, 100], 200, 76),
            (0, false),
            "a younger one keeps those after it"
        );
        assert_eq!(
            removed(CONFIG, &[100, 100, 100], 299, 76),
            (2, false),
            "the third has no whole run"
        );
        assert_eq!(removed(CONFIG, &[100], 99, 95), (0, true));
    }

    #[test]
    fn size_counts_from_the_newest_back() {
        let config = |max| RetentionConfig {
            max_bytes: Some(max),
            ..CONFIG
        };
        assert_eq!(removed(config(300), &[4500; 3], 300, 50), (0, false));
        assert_eq!(removed(config(299), &[4500; 3], 300, 50), (1, false));
        assert_eq!(removed(config(0), &[4500; 3], 300, 50), (3, false));
    }

    #[test]
    fn a_disk_that_does_not_say_is_not_full() {
        let situation = Situation {
            segments: &[],
            sealed_to: LogOffset(0),
            now_ms: 0,
            used_pct: None,
        };
        assert_eq!(
            decide(&CONFIG, &situation),
            Decision {
                remove: 0,
                refuse_writes: false
            }
        );
    }
}
