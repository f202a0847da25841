//! What is known of a message in each group, from positions and subscriptions as they are now.

use remoting::properties::tag_hash;
use remoting::record::Record;
use remoting::types::{GroupName, QueueRef};

use super::{Evidence, GroupOnMessage, GroupStatus, topic_of};
use crate::cluster::Cluster;

pub(super) fn on_message(cluster: &dyn Cluster, record: &Record<'_>) -> Vec<GroupOnMessage> {
    // The name of a stored message was checked when it came; one that breaks the rules has no groups.
    let Some(topic) = topic_of(record) else {
        return Vec::new();
    };
    let groups = cluster.groups_of_topic(&topic);
    let queue = QueueRef {
        topic,
        id: record.queue_id(),
    };
    groups
        .iter()
        .map(|group| in_group(cluster, record, &queue, group))
        .collect()
}

fn in_group(
    cluster: &dyn Cluster,
    record: &Record<'_>,
    queue: &QueueRef,
    group: &GroupName,
) -> GroupOnMessage {
    let offsets = cluster.group_offsets(group).into_iter();
    let position = offsets
        .filter(|(at, _)| at == queue)
        .map(|(_, offset)| offset.0)
        .next();
    let subscription = cluster.subscription(group, &queue.topic);
    let hash = record.properties().tag().map_or(0, tag_hash);
    let wanted = subscription
        .as_ref()
        .is_none_or(|asked| asked.tag_hashes.is_empty() || asked.tag_hashes.contains(&hash));
    let (status, evidence) = match position {
        _ if !wanted => (GroupStatus::FilteredByTag, Evidence::Inferred),
        Some(position) if position > record.queue_offset().0 => {
            (GroupStatus::PositionPassed, Evidence::Inferred)
        }
        Some(_) => (GroupStatus::NotYet, Evidence::Inferred),
        None => (GroupStatus::NoPosition, Evidence::Fact),
    };
    GroupOnMessage {
        group: group.to_string(),
        status,
        evidence,
        position,
        expression: subscription.map(|asked| asked.expression),
    }
}
