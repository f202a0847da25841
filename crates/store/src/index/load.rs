//! Opening: which run files are taken. What is dropped here is dispatched again from the log.

use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex, RwLock};

use remoting::types::{LogOffset, QueueOffset};

use super::hash::IdMap;
use super::read::run_first_from;
use super::run::{Run, bad_mark};
use super::{Bounds, Index, IndexConfig, State, Tail, Tally};
use crate::error::StoreError;
use crate::keys::{QueueKey, TopicId};
use crate::meta::Meta;

impl Index {
    /// Takes the runs that are whole and follow each other from the start of the log; the errors say what was dropped and why.
    pub(crate) fn open(
        config: IndexConfig,
        meta: Arc<Meta>,
        log_start: LogOffset,
    ) -> Result<(Self, Vec<StoreError>), StoreError> {
        let IndexConfig { dir, disk, .. } = &config;
        disk.create_dir_all(dir)
            .map_err(StoreError::io("create", dir))?;
        let mut dropped = Vec::new();
        let (mut runs, mut surplus) = files(&config)?;
        let mut taken: Vec<Arc<Run>> = Vec::new();
        while let Some((range, name)) = runs.pop() {
            let reached = taken.last().map(|run| run.head().range.end);
            if range.end <= reached.unwrap_or(log_start) {
                // Retention is done with it, or a merge has taken it in.
                surplus.push(name);
                continue;
            }
            match follow(&config, reached, log_start, &name, range) {
                Ok(run) => taken.push(Arc::new(run)),
                Err(why) => {
                    tracing::warn!(%why, run = name, "index run is dropped and built again, with those after it");
                    dropped.push(why);
                    surplus.push(name);
                    surplus.extend(runs.drain(..).map(|(_, name)| name));
                }
            }
        }
        // Marks of damaged runs stand first: a run goes before its mark.
        for name in surplus.iter().rev() {
            remove(&config, name)?;
        }
        let index = Self::of(config, meta, log_start, taken)?;
        Ok((index, dropped))
    }

    fn of(
        config: IndexConfig,
        meta: Arc<Meta>,
        log_start: LogOffset,
        runs: Vec<Arc<Run>>,
    ) -> Result<Self, StoreError> {
        let end = runs.last().map_or(log_start, |run| run.head().range.end);
        let heads = heads(&runs, &meta, log_start)?;
        let state = State {
            totals: Arc::new(totals(&runs, log_start)?),
            runs,
            frozen: Vec::new(),
            tail: Arc::new(Tail::new(end)),
        };
        Ok(Self {
            config,
            meta,
            state: RwLock::new(Arc::new(state)),
            heads: RwLock::new(heads),
            log_start: AtomicU64::new(log_start.0),
            indexed_to: AtomicU64::new(end.0),
            backlog: AtomicUsize::new(0),
            upkeep: Mutex::default(),
        })
    }
}

/// A run as its file name tells it.
type RunFile = (Range<LogOffset>, String);

/// Run files, the one to look at first at the end; and the names of files that are none, or are known to be damaged.
fn files(config: &IndexConfig) -> Result<(Vec<RunFile>, Vec<String>), StoreError> {
    let names = config
        .disk
        .list(&config.dir)
        .map_err(StoreError::io("list", &config.dir))?;
    let (mut runs, mut surplus) = (Vec::new(), Vec::new());
    for name in names {
        match range_of(&name) {
            Some(range) => runs.push((range, name)),
            None if name.ends_with(".tmp") || name.ends_with(".bad") => surplus.push(name),
            None => tracing::warn!(
                file = name,
                "unknown file in the index directory is left alone"
            ),
        }
    }
    // Of two that begin at the same place, the longer one is a merge of the other.
    runs.sort_by_key(|(range, _)| std::cmp::Reverse((range.start, std::cmp::Reverse(range.end))));
    let marked = |name: &String| {
        let mark = bad_mark(Path::new(name));
        surplus.iter().any(|other| Path::new(other) == mark)
    };
    let first_bad = runs.iter().rposition(|(_, name)| marked(name));
    if let Some(bad) = first_bad {
        // The list is read from its end: all up to the damaged one come after it in the log.
        let names: Vec<_> = runs.drain(..=bad).map(|(_, name)| name).collect();
        tracing::warn!(
            runs = names.len(),
            "index runs that were found damaged, and those after them, are built again"
        );
        surplus.extend(names);
    }
    Ok((runs, surplus))
}

fn range_of(name: &str) -> Option<Range<LogOffset>> {
    let (start, end) = name.strip_suffix(".run")?.split_once('-')?;
    let range = LogOffset(start.parse().ok()?)..LogOffset(end.parse().ok()?);
    (Run::file_name(&range) == name && range.start < range.end).then_some(range)
}

/// The run, if it goes on where the one before it ends.
fn follow(
    config: &IndexConfig,
    reached: Option<LogOffset>,
    log_start: LogOffset,
    name: &str,
    range: Range<LogOffset>,
) -> Result<Run, StoreError> {
    let path = config.dir.join(name);
    let corrupt = |rule| StoreError::Corrupt {
        file: config.dir.join(name),
        at: 16,
        rule,
    };
    let follows = match reached {
        Some(reached) => range.start == reached,
        None => range.start <= log_start,
    };
    if !follows {
        return Err(corrupt("a run begins where the one before it ends"));
    }
    let run = Run::open(path, config.disk.clone(), config.hasher.fingerprint())?;
    if run.head().range != range {
        return Err(corrupt("the range in the header is that of the name"));
    }
    run.tags()?;
    Ok(run)
}

fn remove(config: &IndexConfig, name: &str) -> Result<(), StoreError> {
    let path = config.dir.join(name);
    config
        .disk
        .remove(&path)
        .map_err(StoreError::io("remove", &path))
}

/// Bounds of all queues in the runs, and of those that only a floor is left of.
fn heads(
    runs: &[Arc<Run>],
    meta: &Meta,
    log_start: LogOffset,
) -> Result<IdMap<QueueKey, Bounds>, StoreError> {
    let mut heads: IdMap<QueueKey, Bounds> = IdMap::default();
    for run in runs {
        for row in run.rows() {
            let head = heads.entry(row.queue).or_default();
            if head.min == head.max {
                let whole = run.head().first_at >= log_start;
                let live = if whole {
                    Some(QueueOffset(row.first))
                } else {
                    run_first_from(run, row.queue, log_start)?
                };
                head.min = live.unwrap_or(QueueOffset(row.end()));
            }
            head.max = head.max.max(QueueOffset(row.end()));
        }
    }
    for (queue, floor) in meta.floors()? {
        let head = heads.entry(queue).or_insert(Bounds {
            min: floor,
            max: floor,
        });
        if head.max < floor {
            *head = Bounds {
                min: floor,
                max: floor,
            };
        }
    }
    Ok(heads)
}

pub(super) fn totals(
    runs: &[Arc<Run>],
    log_start: LogOffset,
) -> Result<IdMap<TopicId, Tally>, StoreError> {
    let mut totals: IdMap<TopicId, Tally> = IdMap::default();
    for run in runs {
        for ((topic, _), tally) in run.live_tags(log_start)? {
            totals.entry(topic).or_default().add(tally);
        }
    }
    Ok(totals)
}
