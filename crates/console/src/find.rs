//! Find: paste anything, get what it names.

use broker::{StoredMessage, TopicInfo};
use remoting::message_id::OffsetMessageId;

use crate::cluster::{Attached, Cluster};
use crate::error::{ConsoleError, Rule};
use crate::limits;
use crate::message::{all_time, by_offset_id};
use crate::messages::{MessageRow, row};
use crate::topics::{TopicKind, is_system};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindQuery {
    /// Field `q`. Spaces around it do not count.
    pub text: String,
    /// Only this kind: the palette asks for each on its own.
    pub kind: Option<FindKind>,
    /// Hits of each kind.
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FindKind {
    /// Both kinds of message id.
    MessageId,
    /// Keys, in all topics.
    Key,
    Topic,
    Group,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// What the text turned out to be; before that, what its form says.
    pub recognised: Option<Recognised>,
    /// Newest first, each once.
    pub messages: Vec<MessageRow>,
    pub topics: Vec<TopicHit>,
    pub groups: Vec<GroupHit>,
    /// Some kind has more hits than the limit.
    pub more: bool,
    /// In the order it was searched.
    pub searched: Vec<Searched>,
    /// Canonical id, when the text names exactly one message and nothing else.
    pub single: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// The broker's id: host and place in the commit log.
    OffsetMessageId {
        store_host: String,
        at: u64,
    },
    /// The producer's id.
    UniqueKey,
    /// 32 or 56 hex digits that no message has: which of the two ids it is cannot be told.
    MessageId,
    Key,
    Topic,
    Group,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicHit {
    pub name: String,
    pub kind: TopicKind,
    pub system: bool,
    /// The text is the whole name.
    pub exact: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupHit {
    pub name: String,
    pub online: u64,
    pub exact: bool,
}

/// One thing that was searched, for "nothing found in …".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Searched {
    pub kind: FindKind,
    pub scope: Scope,
    pub hits: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One place of the commit log, which holds `start..end`.
    CommitLog { at: u64, start: u64, end: u64 },
    /// The index of keys and unique keys, over all topics, back to the oldest message kept.
    KeyIndex { topics: u64, oldest_ms: Option<i64> },
    /// Names, by part.
    Names { count: u64 },
}

pub(crate) fn answer(of: &Attached, query: &FindQuery) -> Result<Found, ConsoleError> {
    let text = checked(query)?;
    let mut search = Search {
        cluster: &*of.facade,
        text,
        limit: query.limit as usize,
        found: Found {
            recognised: None,
            messages: Vec::new(),
            topics: Vec::new(),
            groups: Vec::new(),
            more: false,
            searched: Vec::new(),
            single: None,
        },
    };
    let wanted = |kind| query.kind.is_none_or(|only| only == kind);
    if wanted(FindKind::MessageId) {
        search.offset_ids()?;
    }
    // One probe of the index finds keys and unique keys alike.
    if wanted(FindKind::MessageId) || wanted(FindKind::Key) {
        search.keys(wanted(FindKind::MessageId), wanted(FindKind::Key))?;
    }
    if wanted(FindKind::Topic) {
        search.topics();
    }
    if wanted(FindKind::Group) {
        search.groups();
    }
    Ok(search.concluded())
}

fn checked(query: &FindQuery) -> Result<&str, ConsoleError> {
    let text = query.text.trim();
    let len = text.chars().count();
    let rule = if text.is_empty() {
        Rule::Empty
    } else if len > limits::FIND_TEXT_MAX {
        Rule::TooLong {
            len: len as u64,
            max: limits::FIND_TEXT_MAX as u64,
        }
    } else if let Some(found) = text.chars().find(|c| c.is_control()) {
        Rule::Character { found }
    } else if !(1..=limits::FIND_MAX).contains(&query.limit) {
        let rule = Rule::OutOfRange {
            min: 1,
            max: limits::FIND_MAX.into(),
        };
        return Err(ConsoleError::invalid(
            "limit",
            &query.limit.to_string(),
            rule,
        ));
    } else {
        return Ok(text);
    };
    Err(ConsoleError::invalid("q", text, rule))
}

struct Search<'a> {
    cluster: &'a dyn Cluster,
    text: &'a str,
    limit: usize,
    found: Found,
}

impl Search<'_> {
    fn offset_ids(&mut self) -> Result<(), ConsoleError> {
        let Ok(id) = self.text.parse::<OffsetMessageId>() else {
            return Ok(());
        };
        let message = by_offset_id(self.cluster, self.text)?;
        let log = self.cluster.status().store.log;
        let scope = Scope::CommitLog {
            at: id.at.0,
            start: log.start.0,
            end: log.end.0,
        };
        self.searched(FindKind::MessageId, scope, message.iter().len());
        if let Some(message) = message {
            let row = row(&message.record());
            self.found.recognised = Some(Recognised::OffsetMessageId {
                store_host: id.host.to_string(),
                at: id.at.0,
            });
            // Whatever else carries the same digits, this is the message the id was made for.
            self.found.single = Some(row.id.clone());
            self.found.messages.push(row);
        }
        Ok(())
    }

    fn keys(&mut self, as_id: bool, as_key: bool) -> Result<(), ConsoleError> {
        let mut hits = self.by_key(self.text)?;
        let upper = self.text.to_ascii_uppercase();
        // Clients write ids in capitals; a terminal or a ticket may not have kept them.
        if hits.is_empty() && as_id && looks_like_id(self.text) && upper != self.text {
            hits = self.by_key(&upper)?;
        }
        let (ids, keys): (Vec<_>, Vec<_>) = hits.into_iter().partition(|message| {
            message
                .record()
                .properties()
                .uniq_key()
                .is_some_and(|key| key == self.text || key == upper)
        });
        let scope = Scope::KeyIndex {
            topics: self.cluster.topics().len() as u64,
            oldest_ms: self.cluster.oldest_ms(),
        };
        for (wanted, kind, meaning, hits) in [
            (as_id, FindKind::MessageId, Recognised::UniqueKey, ids),
            (as_key, FindKind::Key, Recognised::Key, keys),
        ] {
            if wanted {
                self.searched(kind, scope.clone(), hits.len());
                self.take(hits, meaning);
            }
        }
        // Newest first over both; what the place in the commit log named stays on top.
        let named = usize::from(self.found.single.is_some());
        self.found.messages[named..]
            .sort_by(|a, b| b.stored_ms.cmp(&a.stored_ms).then_with(|| b.id.cmp(&a.id)));
        Ok(())
    }

    fn by_key(&mut self, key: &str) -> Result<Vec<StoredMessage>, ConsoleError> {
        let found = self.cluster.find_key(None, key, all_time(self.limit))?;
        self.found.more |= found.more;
        Ok(found.messages)
    }

    fn take(&mut self, hits: Vec<StoredMessage>, meaning: Recognised) {
        if !hits.is_empty() {
            self.found.recognised.get_or_insert(meaning);
        }
        for message in hits {
            let row = row(&message.record());
            if self.found.messages.iter().all(|known| known.id != row.id) {
                self.found.messages.push(row);
            }
        }
    }

    fn topics(&mut self) {
        let topics = self.cluster.topics();
        let (hits, more) = named(&topics, self.text, self.limit, |topic: &TopicInfo| {
            (topic.name.as_str(), is_system(topic))
        });
        self.searched(
            FindKind::Topic,
            Scope::Names {
                count: topics.len() as u64,
            },
            hits.len(),
        );
        self.found.more |= more;
        let hit = |topic: &TopicInfo| TopicHit {
            name: topic.name.to_string(),
            kind: topic.kind.into(),
            system: is_system(topic),
            exact: topic.name.as_str() == self.text,
        };
        self.found.topics = hits.into_iter().map(hit).collect();
    }

    fn groups(&mut self) {
        let groups = self.cluster.groups();
        let (hits, more) = named(&groups, self.text, self.limit, |group| {
            (group.name.as_str(), group.system)
        });
        self.searched(
            FindKind::Group,
            Scope::Names {
                count: groups.len() as u64,
            },
            hits.len(),
        );
        self.found.more |= more;
        let hit = |group: &broker::GroupInfo| GroupHit {
            name: group.name.to_string(),
            online: group.online as u64,
            exact: group.name.as_str() == self.text,
        };
        self.found.groups = hits.into_iter().map(hit).collect();
    }

    fn searched(&mut self, kind: FindKind, scope: Scope, hits: usize) {
        self.found.searched.push(Searched {
            kind,
            scope,
            hits: hits as u64,
        });
    }

    fn concluded(self) -> Found {
        let mut found = self.found;
        if found.recognised.is_none() {
            found.recognised = if !found.topics.is_empty() {
                Some(Recognised::Topic)
            } else if !found.groups.is_empty() {
                Some(Recognised::Group)
            } else {
                looks_like_id(self.text).then_some(Recognised::MessageId)
            };
        }
        let nothing_else = found.topics.is_empty() && found.groups.is_empty() && !found.more;
        if let ([only], true, None) = (found.messages.as_slice(), nothing_else, &found.single) {
            found.single = Some(only.id.clone());
        }
        found
    }
}

/// Both kinds of id have 32 hex digits, or 56 with an IPv6 address.
fn looks_like_id(text: &str) -> bool {
    matches!(text.len(), 32 | 56) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Names that contain the text in any case: the whole name first, then those that begin with it; the broker's own last.
fn named<'a, T>(
    all: &'a [T],
    text: &str,
    limit: usize,
    name: impl Fn(&'a T) -> (&'a str, bool),
) -> (Vec<&'a T>, bool) {
    let part = text.to_ascii_lowercase();
    let mut hits: Vec<(bool, bool, bool, &'a str, &'a T)> = Vec::new();
    for item in all {
        let (own, system) = name(item);
        let lower = own.to_ascii_lowercase();
        if lower.contains(&part) {
            hits.push((own != text, system, !lower.starts_with(&part), own, item));
        }
    }
    hits.sort_unstable_by(|a, b| (a.0, a.1, a.2, a.3).cmp(&(b.0, b.1, b.2, b.3)));
    let more = hits.len() > limit;
    (
        hits.into_iter().take(limit).map(|hit| hit.4).collect(),
        more,
    )
}
