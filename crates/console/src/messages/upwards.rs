//! One queue from an offset upwards.

use remoting::types::{QueueOffset, QueueRef};

use super::newest::readable;
use super::{Budget, Checked, MessagePage, row};
use crate::cluster::Cluster;
use crate::cursor::Cursor;
use crate::error::ConsoleError;
use crate::page::{Page, Total};

pub(super) fn answer(
    cluster: &dyn Cluster,
    asked: &Checked<'_>,
    queue: &QueueRef,
    from: u64,
) -> Result<MessagePage, ConsoleError> {
    let stats = cluster.queue_stats(&queue.topic)?;
    let bounds = stats
        .iter()
        .find(|stats| stats.id == queue.id)
        .map_or(0..0, |stats| stats.min.0..stats.max.0);
    let first = from.max(bounds.start);
    let mut budget = Budget::new();
    let mut items = Vec::new();
    let mut damaged = 0;
    let mut offset = first;
    while offset < bounds.end && items.len() < asked.limit && !budget.is_spent() {
        let message = readable(cluster.message_at(queue, QueueOffset(offset)))?;
        offset += 1;
        budget.spend(message.as_ref().map_or(0, |message| message.bytes().len()));
        match message {
            Some(message) if asked.wants(&message.record()) => items.push(row(&message.record())),
            Some(_) => {}
            None => damaged += 1,
        }
    }
    let narrowed =
        asked.tag.is_some() || asked.query.from_ms.is_some() || asked.query.to_ms.is_some();
    let next = (offset < bounds.end).then(|| Cursor::Upwards { from: offset }.encode(asked.query));
    let total = match (narrowed, &next) {
        (false, _) => {
            let begin = asked.query.offset.unwrap_or(first).max(bounds.start);
            Total::Exact(bounds.end.saturating_sub(begin))
        }
        (true, None) if asked.query.cursor.is_none() => Total::Exact(items.len() as u64),
        (true, Some(_)) if asked.query.cursor.is_none() => Total::AtLeast(items.len() as u64),
        _ => Total::Unknown,
    };
    Ok(MessagePage {
        page: Page { items, total, next },
        scanned: budget.scanned(),
        damaged,
        scanned_back_to_ms: None,
    })
}
