//! The list: what is cheap decides which rows are shown, and only those rows are asked for what is not.
//!
//! Names, kinds and queues come with the list of topics. Sorting by a number, and the sums, use a snapshot that is at most
//! a second old. Positions, histories and fresh numbers are read for the rows of the page alone.

use std::cmp::Ordering;
use std::collections::HashMap;

use broker::{TopicInfo, TopicStats};
use remoting::types::{GroupName, QueueOffset, QueueRef, TopicName};

use super::{TopicCounts, TopicKind, TopicPage, TopicQuery, TopicRow, TopicSort, is_system};
use crate::cluster::{Attached, Cluster};
use crate::error::{ConsoleError, Rule};
use crate::limits;
use crate::page::{Page, Total};
use crate::snapshot::Snapshot;

pub(crate) fn list(of: &Attached, query: &TopicQuery) -> Result<TopicPage, ConsoleError> {
    check(query)?;
    let cluster = &*of.facade;
    let snapshot = of.snapshots.latest(cluster);
    let topics = cluster.topics();
    let named = named(&topics, &query.text);
    let counts = count(&named, query.system, &snapshot);
    let sum = |number: &dyn Fn(&TopicStats) -> Option<u64>| {
        let visible = topics
            .iter()
            .filter(|topic| query.system || !is_system(topic));
        visible
            .map(|topic| number(snapshot.stats.get(&topic.name)?))
            .sum()
    };
    let (messages, bytes) = (sum(&|stats| Some(stats.stored)), sum(&|stats| stats.bytes));
    let mut chosen: Vec<&TopicInfo> = named
        .into_iter()
        .filter(|topic| is_chosen(topic, query, &snapshot))
        .collect();
    sort(&mut chosen, query, &snapshot);

    let pages = chosen.len().div_ceil(query.per_page as usize).max(1) as u32;
    let number = query.page.clamp(1, pages);
    let shown = chosen
        .iter()
        .skip((number - 1) as usize * query.per_page as usize)
        .take(query.per_page as usize);
    let mut positions = Positions::default();
    let keep_ms = cluster.keep_ms();
    let items = shown
        .map(|topic| row(cluster, topic, keep_ms, &mut positions))
        .collect();
    let next = (number < pages).then(|| (number + 1).to_string());
    Ok(TopicPage {
        page: Page {
            items,
            total: Total::Exact(chosen.len() as u64),
            next,
        },
        number,
        pages,
        counts,
        messages,
        bytes,
    })
}

fn check(query: &TopicQuery) -> Result<(), ConsoleError> {
    let max = limits::TOPICS_PER_PAGE_MAX;
    if !(1..=max).contains(&query.per_page) {
        let rule = Rule::OutOfRange {
            min: 1,
            max: max.into(),
        };
        return Err(ConsoleError::invalid(
            "per_page",
            &query.per_page.to_string(),
            rule,
        ));
    }
    let len = query.text.chars().count();
    if len > limits::FIND_TEXT_MAX {
        let rule = Rule::TooLong {
            len: len as u64,
            max: limits::FIND_TEXT_MAX as u64,
        };
        return Err(ConsoleError::invalid("text", &query.text, rule));
    }
    Ok(())
}

fn named<'a>(topics: &'a [TopicInfo], text: &str) -> Vec<&'a TopicInfo> {
    let text = text.trim().to_ascii_lowercase();
    let has = |topic: &&TopicInfo| {
        text.is_empty() || topic.name.as_str().to_ascii_lowercase().contains(&text)
    };
    topics.iter().filter(has).collect()
}

fn count(named: &[&TopicInfo], with_system: bool, snapshot: &Snapshot) -> TopicCounts {
    let mut counts = TopicCounts::default();
    for topic in named {
        let system = is_system(topic);
        counts.system += u64::from(system);
        if system && !with_system {
            continue;
        }
        counts.all += 1;
        counts.no_subscriber += u64::from(groups(topic, snapshot) == 0);
        *match TopicKind::from(topic.kind) {
            TopicKind::Unspecified => &mut counts.unspecified,
            TopicKind::Normal => &mut counts.normal,
            TopicKind::Fifo => &mut counts.fifo,
            TopicKind::Delay => &mut counts.delay,
            TopicKind::Transaction => &mut counts.transaction,
            TopicKind::Mixed => &mut counts.mixed,
        } += 1;
    }
    counts
}

fn groups(topic: &TopicInfo, snapshot: &Snapshot) -> u64 {
    snapshot.groups.get(&topic.name).copied().unwrap_or(0)
}

fn is_chosen(topic: &TopicInfo, query: &TopicQuery, snapshot: &Snapshot) -> bool {
    (query.system || !is_system(topic))
        && query.kind.is_none_or(|kind| kind == topic.kind.into())
        && (!query.no_subscriber || groups(topic, snapshot) == 0)
}

/// Equal rows, and rows whose number is unknown, follow in the order of their names; unknown ones come last either way.
fn sort(chosen: &mut [&TopicInfo], query: &TopicQuery, snapshot: &Snapshot) {
    let number = |topic: &TopicInfo| -> Option<f64> {
        let stats = snapshot.stats.get(&topic.name);
        match query.sort {
            TopicSort::Name => None,
            TopicSort::Queues => Some(topic.write_queues.into()),
            TopicSort::In => stats?.in_per_s,
            TopicSort::Out => stats?.out_per_s,
            TopicSort::Stored => Some(stats?.stored as f64),
            TopicSort::Size => stats?.bytes.map(|bytes| bytes as f64),
            TopicSort::Groups => Some(groups(topic, snapshot) as f64),
        }
    };
    let name = |a: &TopicInfo, b: &TopicInfo| a.name.cmp(&b.name);
    let directed = |order: Ordering| {
        if query.descending {
            order.reverse()
        } else {
            order
        }
    };
    if query.sort == TopicSort::Name {
        chosen.sort_unstable_by(|a, b| directed(name(a, b)));
        return;
    }
    chosen.sort_unstable_by(|a, b| {
        let order = match (number(a), number(b)) {
            (Some(a), Some(b)) => directed(a.total_cmp(&b)),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        order.then_with(|| name(a, b))
    });
}

/// Positions of groups, each asked for once per page.
#[derive(Default)]
pub(crate) struct Positions(HashMap<GroupName, Vec<(QueueRef, QueueOffset)>>);

impl Positions {
    fn of(&mut self, cluster: &dyn Cluster, group: &GroupName) -> &[(QueueRef, QueueOffset)] {
        self.0
            .entry(group.clone())
            .or_insert_with(|| cluster.group_offsets(group))
    }

    /// How far a group is behind in the queues it has a position in; `ends` are the queues' next offsets.
    pub(crate) fn behind(
        &mut self,
        cluster: &dyn Cluster,
        group: &GroupName,
        topic: &TopicName,
        ends: &[u64],
    ) -> Option<u64> {
        let here = self
            .of(cluster, group)
            .iter()
            .filter(|(queue, _)| queue.topic == *topic);
        let behind =
            here.filter_map(|(queue, at)| Some(ends.get(queue.id as usize)?.saturating_sub(at.0)));
        behind.fold(None, |sum, queue| Some(sum.unwrap_or(0) + queue))
    }
}

pub(crate) fn row(
    cluster: &dyn Cluster,
    topic: &TopicInfo,
    keep_ms: Option<i64>,
    positions: &mut Positions,
) -> TopicRow {
    let stats = cluster.topic_stats(&topic.name).ok();
    let groups = cluster.groups_of_topic(&topic.name);
    let behind = if groups.is_empty() {
        None
    } else {
        furthest_behind(cluster, &topic.name, &groups, positions)
    };
    let stats = stats.as_ref();
    TopicRow {
        name: topic.name.to_string(),
        kind: topic.kind.into(),
        queues: topic.write_queues,
        in_per_s: stats.and_then(|stats| stats.in_per_s),
        out_per_s: stats.and_then(|stats| stats.out_per_s),
        history: cluster.topic_history(&topic.name),
        stored: stats.map(|stats| stats.stored),
        bytes: stats.and_then(|stats| stats.bytes),
        groups: groups.len() as u64,
        behind,
        last_stored_ms: stats.and_then(|stats| stats.last_stored_ms),
        keep_ms,
        system: is_system(topic),
    }
}

fn furthest_behind(
    cluster: &dyn Cluster,
    topic: &TopicName,
    groups: &[GroupName],
    positions: &mut Positions,
) -> Option<u64> {
    let ends: Vec<u64> = cluster
        .queue_stats(topic)
        .ok()?
        .iter()
        .map(|queue| queue.max.0)
        .collect();
    groups
        .iter()
        .filter_map(|group| positions.behind(cluster, group, topic, &ends))
        .max()
}

#[cfg(test)]
mod tests;
