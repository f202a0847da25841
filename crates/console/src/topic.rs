//! One topic: its queues, tags and groups.

use broker::GroupInfo;
use remoting::types::{GroupName, TopicName};

use crate::cluster::{Attached, Cluster};
use crate::error::{ConsoleError, What};
use crate::topics::{Positions, TopicRow, row};

#[derive(Clone, Debug, PartialEq)]
pub struct TopicDetail {
    pub row: TopicRow,
    pub read_queues: u32,
    pub write_queues: u32,
    pub perm: Perm,
    pub queues: Vec<QueueRow>,
    /// Exact, from the index; largest first. `None`: could not be counted.
    pub tags: Option<Vec<TagCount>>,
    pub groups: Vec<GroupRow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Perm {
    pub read: bool,
    pub write: bool,
}

/// One message queue: `min..max` can be read, `max` is the next to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRow {
    pub id: u32,
    pub min: u64,
    pub max: u64,
    pub stored: u64,
    pub last_stored_ms: Option<i64>,
}

/// How many messages carry a tag; the empty tag is "no tag".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    pub tag: String,
    pub count: u64,
    pub bytes: u64,
    pub last_ms: i64,
}

/// A group that reads the topic, or has a position in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    pub name: String,
    /// What its members ask for; `None`: nobody is connected.
    pub expression: Option<String>,
    /// Members connected now.
    pub online: u64,
    /// `None`: it has no position in any queue.
    pub behind: Option<u64>,
}

pub(crate) fn answer(of: &Attached, name: &str) -> Result<TopicDetail, ConsoleError> {
    let cluster = &*of.facade;
    // A name that breaks the rules names nothing: in a path that is "not there", not "typed wrong".
    let topic = TopicName::new(name)
        .ok()
        .and_then(|name| cluster.topic(&name));
    let topic = topic.ok_or_else(|| ConsoleError::not_found(What::Topic, name))?;
    let queues = queues(cluster, &topic.name)?;
    let ends: Vec<u64> = queues.iter().map(|queue| queue.max).collect();
    let mut positions = Positions::default();
    Ok(TopicDetail {
        row: row(cluster, &topic, cluster.keep_ms(), &mut positions),
        read_queues: topic.read_queues,
        write_queues: topic.write_queues,
        perm: Perm {
            read: topic.perm.readable(),
            write: topic.perm.writable(),
        },
        queues,
        tags: tags(cluster, &topic.name),
        groups: groups(cluster, &topic.name, &ends, &mut positions),
    })
}

fn queues(cluster: &dyn Cluster, topic: &TopicName) -> Result<Vec<QueueRow>, ConsoleError> {
    let stats = cluster.queue_stats(topic)?.into_iter();
    let row = |queue: broker::QueueStats| QueueRow {
        id: queue.id,
        min: queue.min.0,
        max: queue.max.0,
        stored: queue.max.0.saturating_sub(queue.min.0),
        last_stored_ms: queue.last_stored_ms,
    };
    Ok(stats.map(row).collect())
}

fn tags(cluster: &dyn Cluster, topic: &TopicName) -> Option<Vec<TagCount>> {
    let counts = cluster.tag_counts(topic).ok()?.into_iter();
    let mut tags: Vec<TagCount> = counts
        .map(|tag| TagCount {
            tag: tag.tag,
            count: tag.count,
            bytes: tag.bytes,
            last_ms: tag.last_ms,
        })
        .collect();
    tags.sort_unstable_by(|a, b| b.count.cmp(&a.count).then_with(|| a.tag.cmp(&b.tag)));
    Some(tags)
}

fn groups(
    cluster: &dyn Cluster,
    topic: &TopicName,
    ends: &[u64],
    positions: &mut Positions,
) -> Vec<GroupRow> {
    let known = cluster.groups();
    let online = |name: &GroupName| {
        known
            .iter()
            .find(|group: &&GroupInfo| group.name == *name)
            .map_or(0, |group| group.online)
    };
    let names = cluster.groups_of_topic(topic).into_iter();
    let row = |name: GroupName| GroupRow {
        expression: cluster
            .subscription(&name, topic)
            .map(|subscription| subscription.expression),
        online: online(&name) as u64,
        behind: positions.behind(cluster, &name, topic, ends),
        name: name.to_string(),
    };
    names.map(row).collect()
}
