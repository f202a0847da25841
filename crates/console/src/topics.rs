//! Topics: list, filter, sort, page; create one.

use broker::{BrokerError, MessageKind, TopicInfo, TopicPerm, TopicSpec};
use remoting::types::{NameError, TopicName};

use crate::access::Actor;
use crate::audit::Intent;
use crate::cluster::Attached;
use crate::error::{ConsoleError, Rule};
use crate::limits;
use crate::page::Page;

mod list;

pub(crate) use list::{Positions, list, row};

/// What a topic is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum TopicKind {
    Unspecified,
    #[default]
    Normal,
    Fifo,
    Delay,
    Transaction,
    Mixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TopicSort {
    #[default]
    Name,
    Queues,
    In,
    Out,
    Stored,
    Size,
    Groups,
}

/// Which topics, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicQuery {
    /// Part of the name, in any case; empty: all.
    pub text: String,
    pub kind: Option<TopicKind>,
    /// Show built-in, retry and dead-letter topics as well.
    pub system: bool,
    /// Only topics that no group reads.
    pub no_subscriber: bool,
    pub sort: TopicSort,
    pub descending: bool,
    /// From 1; a page beyond the end is the last one.
    pub page: u32,
    pub per_page: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TopicPage {
    /// `next` is the number of the next page.
    pub page: Page<TopicRow>,
    /// The page shown, after clamping.
    pub number: u32,
    pub pages: u32,
    pub counts: TopicCounts,
    /// Of all topics that the switch for system topics lets through, whatever the filter.
    pub messages: Option<u64>,
    pub bytes: Option<u64>,
}

/// How many topics each filter would show, among those whose name contains the text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TopicCounts {
    pub all: u64,
    pub unspecified: u64,
    pub normal: u64,
    pub fifo: u64,
    pub delay: u64,
    pub transaction: u64,
    pub mixed: u64,
    pub no_subscriber: u64,
    /// Built-in, retry and dead-letter topics, whatever the switch says.
    pub system: u64,
}

/// One line of the table.
#[derive(Clone, Debug, PartialEq)]
pub struct TopicRow {
    pub name: String,
    pub kind: TopicKind,
    /// Write queues.
    pub queues: u32,
    pub in_per_s: Option<f64>,
    pub out_per_s: Option<f64>,
    /// Messages in per second, one value a minute, the running minute last.
    pub history: Option<Vec<f64>>,
    pub stored: Option<u64>,
    pub bytes: Option<u64>,
    /// Groups that read it, or have a position in it.
    pub groups: u64,
    /// Of the group that is furthest behind; `None`: no group has a position.
    pub behind: Option<u64>,
    pub last_stored_ms: Option<i64>,
    /// How long messages are kept; `None`: not known.
    pub keep_ms: Option<i64>,
    pub system: bool,
}

/// A topic a person asks for; checked by [`Allowed::create_topic`](crate::Allowed::create_topic).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTopic {
    /// Field `name`.
    pub name: String,
    /// Field `queues`.
    pub queues: u32,
    /// Field `kind`.
    pub kind: TopicKind,
}

impl TopicKind {
    /// As the `message.type` attribute says it, in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Normal => "normal",
            Self::Fifo => "fifo",
            Self::Delay => "delay",
            Self::Transaction => "transaction",
            Self::Mixed => "mixed",
        }
    }
}

impl From<MessageKind> for TopicKind {
    fn from(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Unspecified => Self::Unspecified,
            MessageKind::Normal => Self::Normal,
            MessageKind::Fifo => Self::Fifo,
            MessageKind::Delay => Self::Delay,
            MessageKind::Transaction => Self::Transaction,
            MessageKind::Mixed => Self::Mixed,
        }
    }
}

impl From<TopicKind> for MessageKind {
    fn from(kind: TopicKind) -> Self {
        match kind {
            TopicKind::Unspecified => Self::Unspecified,
            TopicKind::Normal => Self::Normal,
            TopicKind::Fifo => Self::Fifo,
            TopicKind::Delay => Self::Delay,
            TopicKind::Transaction => Self::Transaction,
            TopicKind::Mixed => Self::Mixed,
        }
    }
}

/// Topics of the broker itself, and those that groups bring with them.
pub(crate) fn is_system(topic: &TopicInfo) -> bool {
    topic.system || topic.name.is_retry() || topic.name.is_dlq()
}

/// A topic name from outside; `field` is where it was typed.
pub(crate) fn read_name(field: &'static str, name: &str) -> Result<TopicName, ConsoleError> {
    TopicName::new(name).map_err(|error| {
        let rule = match error {
            NameError::TooLong { len, max, .. } => Rule::TooLong {
                len: len as u64,
                max: max as u64,
            },
            NameError::Character { character, .. } => Rule::NameCharacter { found: character },
            _ => Rule::Empty,
        };
        ConsoleError::invalid(field, name, rule)
    })
}

pub(crate) fn create(of: &Attached, actor: &Actor, topic: &NewTopic) -> Result<(), ConsoleError> {
    let spec = checked(of, topic)?;
    let intent = Intent {
        action: "create_topic",
        resource: spec.name.to_string(),
        fields: vec![
            ("queues", spec.queues.to_string()),
            ("kind", topic.kind.as_str().to_owned()),
        ],
    };
    of.audited(
        actor,
        intent,
        |_| Vec::new(),
        || {
            of.facade
                .create_topic(spec)
                .map_err(|error| refused(topic, error))
        },
    )
}

fn checked(of: &Attached, topic: &NewTopic) -> Result<TopicSpec, ConsoleError> {
    let name = read_name("name", &topic.name)?;
    if name.is_retry() || name.is_dlq() {
        return Err(ConsoleError::invalid("name", &topic.name, Rule::Reserved));
    }
    if !(1..=limits::QUEUES_MAX).contains(&topic.queues) {
        let rule = Rule::OutOfRange {
            min: 1,
            max: limits::QUEUES_MAX.into(),
        };
        return Err(ConsoleError::invalid(
            "queues",
            &topic.queues.to_string(),
            rule,
        ));
    }
    if let Some(there) = of.facade.topic(&name) {
        let rule = if there.system {
            Rule::Reserved
        } else {
            Rule::Taken
        };
        return Err(ConsoleError::invalid("name", &topic.name, rule));
    }
    Ok(TopicSpec {
        name,
        queues: topic.queues,
        perm: TopicPerm::READ_WRITE,
        kind: topic.kind.into(),
    })
}

/// What only the broker knows about the name, said at the field.
fn refused(topic: &NewTopic, error: BrokerError) -> ConsoleError {
    match error {
        BrokerError::TopicExists { .. } => ConsoleError::invalid("name", &topic.name, Rule::Taken),
        BrokerError::TopicForbidden { .. } => {
            ConsoleError::invalid("name", &topic.name, Rule::Reserved)
        }
        error => error.into(),
    }
}
