//! Time index: store time → place in the log. Sparse: every 256th record, so that the rest is a few probes.
//!
//! | section | entry, little-endian                        | sorted by        |
//! | times   | store time ms i64, log offset u64 = 16 B    | time, log offset |
//!
//! Store times never fall along the log: the appender sees to that.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use remoting::types::{LogOffset, QueueOffset};

use crate::dispatch::{DerivedIndex, DispatchedRecord};
use crate::error::StoreError;
use crate::index::run::{RunWriter, SectionKind};

pub(crate) const SAMPLE_LEN: usize = 16;

/// Records from one sample to the next: 0.06 B a record, and at most 8 probes for a queue that is alone in the log.
const SAMPLE_EVERY: u64 = 256;

/// Which message is meant by a time between two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Boundary {
    /// The first message stored at or after the time; max offset when there is none.
    Lower,
    /// The last message stored at or before the time; 0 when there is none.
    Upper,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Sample {
    pub(crate) time: i64,
    pub(crate) at: u64,
}

impl Sample {
    pub(crate) fn encode(self) -> [u8; SAMPLE_LEN] {
        let mut out = [0; SAMPLE_LEN];
        out[..8].copy_from_slice(&self.time.to_le_bytes());
        out[8..].copy_from_slice(&self.at.to_le_bytes());
        out
    }

    fn decode(sample: &[u8; SAMPLE_LEN]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *sample;
        Self {
            time: i64::from_le_bytes([a, b, c, d, e, f, g, h]),
            at: u64::from_le_bytes([i, j, k, l, m, n, o, p]),
        }
    }
}

/// `None` when the samples break their own rules.
pub(crate) fn decode_samples(section: &[u8]) -> Option<Vec<Sample>> {
    let (samples, rest) = section.as_chunks::<SAMPLE_LEN>();
    let samples: Vec<_> = samples.iter().map(Sample::decode).collect();
    (rest.is_empty() && samples.is_sorted()).then_some(samples)
}

pub(crate) fn write_samples(samples: &[Sample], out: &mut RunWriter) -> Result<(), StoreError> {
    out.begin(SectionKind::Times);
    for sample in samples {
        out.write(&sample.encode())?;
    }
    out.end()
}

/// Samples since the last run.
#[derive(Debug, Default)]
pub(crate) struct TimeTail(Mutex<Times>);

#[derive(Debug, Default)]
struct Times {
    samples: Vec<Sample>,
    records: u64,
}

impl TimeTail {
    fn lock(&self) -> MutexGuard<'_, Times> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn bracket(&self, time: i64) -> Bracket {
        Bracket::of(&self.lock().samples, time)
    }
}

impl DerivedIndex for TimeTail {
    fn append(&self, record: &DispatchedRecord<'_>) {
        let mut times = self.lock();
        if times.records.is_multiple_of(SAMPLE_EVERY) {
            times.samples.push(Sample {
                time: record.store_time,
                at: record.at.0,
            });
        }
        times.records += 1;
    }

    fn seal(&self, out: &mut RunWriter) -> Result<(), StoreError> {
        write_samples(&self.lock().samples, out)
    }
}

/// What one stretch of the log knows about a time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bracket {
    /// Last sample that is earlier.
    before: Option<u64>,
    /// First sample that is not.
    from: Option<u64>,
}

impl Bracket {
    pub(crate) fn of(samples: &[Sample], time: i64) -> Self {
        let i = samples.partition_point(|sample| sample.time < time);
        Self {
            before: i.checked_sub(1).map(|i| samples[i].at),
            from: samples.get(i).map(|sample| sample.at),
        }
    }
}

/// Joins what stretches of the log, in order, know about a time: everything before the range is earlier than the time,
/// nothing from its end on is.
pub(crate) fn join(brackets: impl Iterator<Item = Bracket>) -> Range<LogOffset> {
    let mut range = LogOffset(0)..LogOffset(u64::MAX);
    for bracket in brackets {
        if let Some(before) = bracket.before {
            range.start = LogOffset(before + 1);
        }
        if let Some(from) = bracket.from {
            range.end = LogOffset(from);
            break;
        }
    }
    range
}

/// The first offset in `range` for which `is_late` holds, or the end of the range. What cannot be read (`None`) counts
/// like the next that can.
pub(crate) fn first_late<E>(
    range: Range<QueueOffset>,
    mut is_late: impl FnMut(QueueOffset) -> Result<Option<bool>, E>,
) -> Result<QueueOffset, E> {
    let (mut low, mut high) = (range.start.0, range.end.0);
    while low < high {
        let middle = u64::midpoint(low, high);
        let mut probe = middle;
        let late = loop {
            if probe == high {
                break true;
            }
            match is_late(QueueOffset(probe))? {
                Some(late) => break late,
                None => probe += 1,
            }
        };
        if late {
            high = middle;
        } else {
            low = probe + 1;
        }
    }
    Ok(QueueOffset(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(times: &[i64]) -> Vec<Sample> {
        (0..)
            .zip(times)
            .map(|(i, time)| Sample {
                time: *time,
                at: i * 100,
            })
            .collect()
    }

    #[test]
    fn a_bracket_holds_the_first_record_of_a_time() {
        let (a, b) = (samples(&[10, 20, 20]), samples(&[20, 40]));
        let range = |time| {
            let range = join([Bracket::of(&a, time), Bracket::of(&b, time)].into_iter());
            (range.start.0, range.end.0)
        };
        assert_eq!(range(5), (0, 0));
        assert_eq!(range(10), (0, 0));
        assert_eq!(range(11), (1, 100));
        assert_eq!(range(20), (1, 100));
        assert_eq!(
            range(21),
            (1, 100),
            "the second list begins again at 0: offsets here are only names"
        );
        assert_eq!(range(41), (101, u64::MAX));
    }

    #[test]
    fn unreadable_records_do_not_stop_the_search() {
        let late = [Some(false), None, Some(false), None, None, Some(true), None];
        let found = first_late::<()>(QueueOffset(0)..QueueOffset(7), |at| Ok(late[at.0 as usize]));
        let found = found.unwrap().0;
        assert!((3..=5).contains(&found), "{found}");
        let none = first_late::<()>(QueueOffset(2)..QueueOffset(3), |_| Ok(None));
        assert_eq!(none, Ok(QueueOffset(2)));
    }
}
