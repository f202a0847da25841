//! QUERY_MESSAGE (12): messages by key. VIEW_MESSAGE_BY_ID (33): the record at a commit log offset.

use remoting::request::query_message::{QueryMessage, QueryMessageReply};
use remoting::request::view_message_by_id::ViewMessageById;
use store::KeyQuery;

use crate::error::BrokerError;
use crate::limits;
use crate::processor::{Answer, Call, Obstacle};

pub(crate) fn by_key(call: &Call<'_>, r: QueryMessage) -> Result<Answer, Obstacle> {
    let store = &call.state.store;
    let none = || BrokerError::NotFound { what: "message" };
    let topic = call
        .state
        .topics
        .get(r.topic.as_str())
        .and_then(|topic| topic.id())
        .ok_or_else(none)?;
    let max = match r.is_unique_key {
        Some(true) => limits::QUERY_UNIQUE_MAX,
        _ => usize::try_from(r.max)
            .unwrap_or(0)
            .clamp(1, limits::QUERY_MESSAGES_MAX),
    };
    let query = KeyQuery {
        from_ms: r.begin,
        to_ms: r.end,
        max,
        before: None,
    };
    let found = store.find_key(Some(topic), &r.key, &query)?;
    let mut body = Vec::new();
    let mut newest_ms = 0;
    for at in found.hits {
        let Some(record) = store.record(at)? else {
            continue;
        };
        if !body.is_empty() && body.len() + record.len() > limits::QUERY_BYTES_MAX {
            break;
        }
        newest_ms = newest_ms.max(remoting::record::Record::parse(&record)?.store_time());
        body.extend_from_slice(&record);
    }
    if body.is_empty() {
        return Err(none().into());
    }
    // Tools warn when the index is behind what they found. Ours never is: what is visible is indexed.
    let reply = QueryMessageReply {
        index_updated: newest_ms.max(call.now_ms),
        index_updated_to: store.visible().0 as i64,
    };
    Ok(Answer::reply(&reply).with_body(body))
}

pub(crate) fn by_id(call: &Call<'_>, r: ViewMessageById) -> Result<Answer, Obstacle> {
    match call.state.store.record(r.at)? {
        Some(record) => Ok(Answer::body(record)),
        None => Err(BrokerError::NoMessage { at: r.at.0 }.into()),
    }
}
