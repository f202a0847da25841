//! A test message, sent by a person.

use broker::{BrokerError, OutgoingMessage, StoreError};
use bytes::Bytes;
use remoting::properties;

use crate::access::Actor;
use crate::audit::Intent;
use crate::cluster::{Attached, Cluster};
use crate::error::{ConsoleError, Rule};
use crate::{limits, topics};

/// Checked by [`Allowed::send_test_message`](crate::Allowed::send_test_message). Field names are those of the struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestMessage {
    pub topic: String,
    /// `None`: the broker chooses.
    pub queue: Option<u32>,
    pub tag: Option<String>,
    pub keys: Vec<String>,
    pub properties: Vec<(String, String)>,
    pub body: Bytes,
}

/// Where it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The canonical id.
    pub id: String,
    pub unique_key: String,
    pub topic: String,
    pub queue: u32,
    pub offset: u64,
}

/// Separates the tags of a subscription, so a tag that contains it can never be asked for.
const TAG_SEPARATOR: char = '|';

pub(crate) fn send(
    of: &Attached,
    actor: &Actor,
    message: TestMessage,
) -> Result<Sent, ConsoleError> {
    let message = checked(&*of.facade, message)?;
    let (topic, len) = (message.topic.to_string(), message.body.len());
    let mut fields = vec![
        ("keys", message.keys.join(" ")),
        ("tag", message.tag.clone().unwrap_or_default()),
        ("properties", message.properties.len().to_string()),
        ("body_bytes", len.to_string()),
    ];
    fields.extend(message.queue.map(|queue| ("queue", queue.to_string())));
    let intent = Intent {
        action: "send_test_message",
        resource: topic.clone(),
        fields,
    };
    let outcome = |sent: &Sent| {
        vec![
            ("id", sent.id.clone()),
            ("queue", sent.queue.to_string()),
            ("offset", sent.offset.to_string()),
        ]
    };
    of.audited(actor, intent, outcome, || {
        let sent = of
            .facade
            .send(message)
            .map_err(|error| refused(&topic, len, error))?;
        Ok(Sent {
            id: sent.id,
            unique_key: sent.unique_key,
            topic: sent.queue.topic.to_string(),
            queue: sent.queue.id,
            offset: sent.offset.0,
        })
    })
}

fn checked(cluster: &dyn Cluster, message: TestMessage) -> Result<OutgoingMessage, ConsoleError> {
    let topic = topics::read_name("topic", &message.topic)?;
    let there = cluster
        .topic(&topic)
        .ok_or_else(|| ConsoleError::invalid("topic", &message.topic, Rule::Unknown))?;
    if !there.perm.writable() {
        return Err(ConsoleError::invalid(
            "topic",
            &message.topic,
            Rule::NotWritable,
        ));
    }
    if let Some(queue) = message.queue
        && queue >= there.write_queues
    {
        let rule = Rule::OutOfRange {
            min: 0,
            max: there.write_queues.saturating_sub(1).into(),
        };
        return Err(ConsoleError::invalid("queue", &queue.to_string(), rule));
    }
    check_body(&message.body)?;
    check_properties(&message.properties)?;
    Ok(OutgoingMessage {
        topic,
        queue: message.queue,
        tag: checked_tag(message.tag)?,
        keys: checked_keys(message.keys)?,
        properties: message.properties,
        body: message.body,
    })
}

fn check_body(body: &[u8]) -> Result<(), ConsoleError> {
    if body.is_empty() {
        return Err(ConsoleError::invalid("body", "", Rule::Empty));
    }
    too_large("body", body.len(), limits::TEST_BODY_MAX)
}

fn checked_tag(tag: Option<String>) -> Result<Option<String>, ConsoleError> {
    let Some(tag) = tag
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
    else {
        return Ok(None);
    };
    too_long("tag", &tag, limits::TAG_MAX)?;
    refuse("tag", &tag, |c| {
        c.is_control() || c.is_whitespace() || c == TAG_SEPARATOR
    })?;
    Ok(Some(tag))
}

fn checked_keys(keys: Vec<String>) -> Result<Vec<String>, ConsoleError> {
    let mut seen: Vec<String> = Vec::with_capacity(keys.len().min(limits::KEYS_MAX));
    too_many("keys", keys.len(), limits::KEYS_MAX)?;
    for key in keys.into_iter().filter(|key| !key.is_empty()) {
        too_long("keys", &key, limits::KEY_MAX)?;
        // Keys are stored in one property, separated by spaces.
        refuse("keys", &key, |c| c.is_control() || c.is_whitespace())?;
        if seen.contains(&key) {
            return Err(ConsoleError::invalid("keys", &key, Rule::Twice));
        }
        seen.push(key);
    }
    Ok(seen)
}

fn check_properties(given: &[(String, String)]) -> Result<(), ConsoleError> {
    too_many("properties", given.len(), limits::PROPERTIES_MAX)?;
    for (at, (name, value)) in given.iter().enumerate() {
        let invalid = |rule| Err(ConsoleError::invalid("properties", name, rule));
        if name.is_empty() || value.is_empty() {
            return invalid(Rule::NotAProperty);
        }
        if properties::is_reserved(name) {
            return invalid(Rule::Reserved);
        }
        if given[..at].iter().any(|(earlier, _)| earlier == name) {
            return invalid(Rule::Twice);
        }
        too_long("properties", name, limits::PROPERTY_NAME_MAX)?;
        too_long("properties", value, limits::PROPERTY_VALUE_MAX)?;
        refuse("properties", name, char::is_control)?;
        refuse("properties", value, |c| c.is_control() && c != '\t')?;
    }
    too_large(
        "properties",
        given
            .iter()
            .map(|(name, value)| name.len() + value.len() + 2)
            .sum(),
        limits::PROPERTIES_BYTES_MAX,
    )
}

fn refuse(
    field: &'static str,
    value: &str,
    is_refused: impl Fn(char) -> bool,
) -> Result<(), ConsoleError> {
    match value.chars().find(|c| is_refused(*c)) {
        Some(found) => Err(ConsoleError::invalid(
            field,
            value,
            Rule::Character { found },
        )),
        None => Ok(()),
    }
}

fn too_long(field: &'static str, value: &str, max: usize) -> Result<(), ConsoleError> {
    let len = value.chars().count();
    if len > max {
        return Err(ConsoleError::invalid(
            field,
            value,
            Rule::TooLong {
                len: len as u64,
                max: max as u64,
            },
        ));
    }
    Ok(())
}

fn too_many(field: &'static str, len: usize, max: usize) -> Result<(), ConsoleError> {
    if len > max {
        return Err(ConsoleError::invalid(
            field,
            "",
            Rule::TooMany {
                len: len as u64,
                max: max as u64,
            },
        ));
    }
    Ok(())
}

fn too_large(field: &'static str, len: usize, max: usize) -> Result<(), ConsoleError> {
    if len > max {
        return Err(ConsoleError::invalid(
            field,
            "",
            Rule::TooLarge {
                len: len as u64,
                max: max as u64,
            },
        ));
    }
    Ok(())
}

/// What only the broker and the store know, said at the field.
fn refused(topic: &str, body_len: usize, error: BrokerError) -> ConsoleError {
    match error {
        BrokerError::TopicForbidden { .. } => ConsoleError::invalid("topic", topic, Rule::Reserved),
        BrokerError::UnknownTopic { .. } => ConsoleError::invalid("topic", topic, Rule::Unknown),
        // The store's segments are smaller than what a test message may be.
        BrokerError::Store(StoreError::RecordTooLong { max, .. }) => ConsoleError::invalid(
            "body",
            "",
            Rule::TooLarge {
                len: body_len as u64,
                max,
            },
        ),
        error => error.into(),
    }
}
