//! By key: the index knows the places, newest first; topic, queue, tag and time narrow them down.

use broker::KeyQuery;
use remoting::types::LogOffset;

use super::{Budget, Checked, MessagePage, row};
use crate::cluster::Cluster;
use crate::cursor::Cursor;
use crate::error::ConsoleError;
use crate::page::{Page, Total};

pub(super) fn answer(
    cluster: &dyn Cluster,
    asked: &Checked<'_>,
    key: &str,
    before: Option<u64>,
) -> Result<MessagePage, ConsoleError> {
    let query = asked.query;
    let mut budget = Budget::new();
    let mut items = Vec::new();
    let mut at = before;
    let mut back_to = None;
    let mut damaged = 0;
    let more = loop {
        let found = cluster.find_key(asked.topic.as_ref(), key, window(asked, at))?;
        damaged += found.damaged;
        for message in &found.messages {
            let record = message.record();
            budget.spend(message.bytes().len());
            at = Some(message.at().0);
            back_to = Some(record.store_time());
            if query.queue.is_none_or(|queue| queue == record.queue_id()) && asked.wants(&record) {
                items.push(row(&record));
            }
        }
        let is_done = !found.more || found.messages.is_empty();
        if is_done || items.len() >= asked.limit || budget.is_spent() {
            break !is_done;
        }
    };
    // One round brings at most as many as a page holds, but the round before may have brought some already.
    let cut = items.len() > asked.limit;
    items.truncate(asked.limit);
    let next = if cut {
        items.last().and_then(place)
    } else {
        at.filter(|_| more)
    };
    let total = match (before, next) {
        (None, None) => Total::Exact(items.len() as u64),
        (None, Some(_)) => Total::AtLeast(items.len() as u64),
        (Some(_), _) => Total::Unknown,
    };
    let next = next.map(|before| Cursor::Key { before }.encode(query));
    Ok(MessagePage {
        page: Page { items, total, next },
        scanned: budget.scanned(),
        damaged,
        scanned_back_to_ms: back_to,
    })
}

fn place(row: &super::MessageRow) -> Option<u64> {
    row.id
        .parse::<remoting::message_id::OffsetMessageId>()
        .ok()
        .map(|id| id.at.0)
}

fn window(asked: &Checked<'_>, before: Option<u64>) -> KeyQuery {
    KeyQuery {
        from_ms: asked.query.from_ms.unwrap_or(0),
        // Inclusive here, exclusive in the query.
        to_ms: asked
            .query
            .to_ms
            .map_or(i64::MAX, |to| to.saturating_sub(1)),
        max: asked.limit,
        before: before.map(LogOffset),
    }
}
