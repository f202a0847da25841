//! What can go wrong for an operator, named by what to do about it.

use broker::{BrokerError, StoreError};

/// Longest refused value that an error repeats.
const EXCERPT_CHARS: usize = 64;

/// Each variant has a [`code`](ConsoleError::code) that stays the same when the words change.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsoleError {
    /// What was typed breaks a rule: show the rule at the field.
    #[error("{field} {value:?} {rule}")]
    Invalid {
        field: &'static str,
        value: String,
        rule: Rule,
    },
    /// What was asked for is not there (any more).
    #[error("no {what} {name:?}")]
    NotFound { what: What, name: String },
    /// Who asks may not do this.
    #[error("{actor} may not {action} {resource}")]
    Forbidden {
        actor: String,
        action: &'static str,
        resource: String,
    },
    /// The path names a cluster that nobody attached.
    #[error("no cluster {name:?}")]
    UnknownCluster { name: String },
    /// The broker understood and said no, now or for good.
    #[error("the broker refused: {0}")]
    Refused(#[source] BrokerError),
    /// The broker does not take it now; later it may: full disk, failed flush, shutdown, overload.
    #[error("the broker cannot do this now: {0}")]
    Unavailable(#[source] BrokerError),
    /// Stored bytes break their own rules; neighbours are readable.
    #[error("stored data is damaged: {0}")]
    Damaged(#[source] BrokerError),
    /// The disk did not answer.
    #[error("reading or writing failed: {0}")]
    Io(#[source] BrokerError),
    /// The audit log cannot be written, so nothing may be changed.
    #[error("nothing was changed, because the audit log cannot be written: {0}")]
    AuditUnavailable(#[source] StoreError),
    /// It happened, but its outcome is not in the audit log.
    #[error("it was done, but the audit log does not have the outcome: {0}")]
    AuditIncomplete(#[source] StoreError),
    /// An entry of the audit log cannot be read.
    #[error("audit entry {seq}: {why}")]
    AuditDamaged { seq: u64, why: &'static str },
    /// The worker that made the answer died.
    #[error("the answer's worker ended without an answer")]
    WorkerLost,
}

/// What was looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Topic,
    Message,
    Queue,
}

impl std::fmt::Display for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Topic => "topic",
            Self::Message => "message",
            Self::Queue => "queue",
        })
    }
}

/// The rule that a typed value breaks. Words per language are the page's; these are for logs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rule {
    #[error("is empty: give one")]
    Empty,
    #[error("has {len} characters: at most {max} are allowed")]
    TooLong { len: u64, max: u64 },
    #[error("has {len} entries: at most {max} are allowed")]
    TooMany { len: u64, max: u64 },
    /// Bytes of a body, or of all properties together.
    #[error("has {len} bytes: at most {max} are allowed")]
    TooLarge { len: u64, max: u64 },
    #[error("contains {found:?}: letters, digits and % | _ - are allowed")]
    NameCharacter { found: char },
    /// Control characters, spaces in a key, separators in a tag.
    #[error("contains {found:?}, which is not allowed here")]
    Character { found: char },
    #[error("is no whole number: digits only")]
    NotANumber,
    #[error("is outside {min} to {max}")]
    OutOfRange { min: u64, max: u64 },
    #[error("is none of the values offered")]
    NotAChoice,
    #[error("is taken: choose another name")]
    Taken,
    #[error("is reserved for the broker: choose another name")]
    Reserved,
    /// A property line without `=`, or the same name twice.
    #[error("is no line of the form name=value")]
    NotAProperty,
    #[error("is given twice: once is enough")]
    Twice,
    #[error("ends before it begins: give a later end")]
    EndsBeforeStart,
    /// The other field is missing: an offset without a queue, a queue without a topic.
    #[error("needs {other} as well")]
    Needs { other: &'static str },
    /// A cursor that this query did not hand out.
    #[error("does not belong to this query: start again from the first page")]
    ForeignCursor,
    #[error("is no message id: 32 or 56 hex digits")]
    NotAnId,
    #[error("names what does not exist")]
    Unknown,
    #[error("cannot be written to: its permission says so")]
    NotWritable,
}

impl ConsoleError {
    /// A name for programs, unchanged by words.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid { .. } => "invalid",
            Self::NotFound { .. } => "not_found",
            Self::Forbidden { .. } => "forbidden",
            Self::UnknownCluster { .. } => "unknown_cluster",
            Self::Refused(_) => "refused",
            Self::Unavailable(_) => "unavailable",
            Self::Damaged(_) => "damaged",
            Self::Io(_) => "io",
            Self::AuditUnavailable(_) => "audit_unavailable",
            Self::AuditIncomplete(_) => "audit_incomplete",
            Self::AuditDamaged { .. } => "audit_damaged",
            Self::WorkerLost => "worker_lost",
        }
    }

    /// The form field at which the error is shown.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }

    /// The rule that was broken, when a typed value broke one.
    #[must_use]
    pub const fn rule(&self) -> Option<&Rule> {
        match self {
            Self::Invalid { rule, .. } => Some(rule),
            _ => None,
        }
    }

    /// Whether the fault is ours and belongs into the log, not only onto the page.
    #[must_use]
    pub const fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::Damaged(_)
                | Self::Io(_)
                | Self::AuditUnavailable(_)
                | Self::AuditIncomplete(_)
                | Self::AuditDamaged { .. }
                | Self::WorkerLost
        )
    }

    pub(crate) fn invalid(field: &'static str, value: &str, rule: Rule) -> Self {
        Self::Invalid {
            field,
            value: excerpt(value),
            rule,
        }
    }

    pub(crate) fn not_found(what: What, name: impl ToString) -> Self {
        Self::NotFound {
            what,
            name: excerpt(&name.to_string()),
        }
    }
}

/// So much of a value as an error repeats.
pub(crate) fn excerpt(value: &str) -> String {
    value.chars().take(EXCERPT_CHARS).collect()
}

impl From<BrokerError> for ConsoleError {
    fn from(error: BrokerError) -> Self {
        match &error {
            BrokerError::UnknownTopic { topic } => Self::not_found(What::Topic, topic),
            BrokerError::WorkerLost => Self::WorkerLost,
            BrokerError::Stopping | BrokerError::Overload { .. } | BrokerError::FlushFailed => {
                Self::Unavailable(error)
            }
            BrokerError::Row { .. } => Self::Damaged(error),
            BrokerError::Store(store) => match store {
                store if store.is_out_of_space() => Self::Unavailable(error),
                StoreError::Poisoned(_) | StoreError::Closed => Self::Unavailable(error),
                StoreError::Corrupt { .. } => Self::Damaged(error),
                StoreError::Io { .. } | StoreError::Meta { .. } => Self::Io(error),
                _ => Self::Refused(error),
            },
            _ => Self::Refused(error),
        }
    }
}
