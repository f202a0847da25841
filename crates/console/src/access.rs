//! Who may do what. Nothing is answered without passing here.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::audit::{Entry, Verified};
use crate::cluster::Attached;
use crate::error::{ConsoleError, excerpt};
use crate::find::{self, FindQuery, Found};
use crate::message::{self, Body, MessageDetail};
use crate::messages::{self, MessagePage, MessageQuery};
use crate::overview::{self, Overview};
use crate::send::{self, Sent, TestMessage};
use crate::topic::{self, TopicDetail};
use crate::topics::{self, NewTopic, TopicPage, TopicQuery};

/// Who asks. Until there are accounts: the local administrator, and where they connect from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub peer: Option<IpAddr>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Read,
    Create,
    Update,
    Delete,
    Send,
}

/// What is asked for. `Cluster` covers everything in it; a plural covers each of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource<'a> {
    Cluster,
    Topics,
    Topic(&'a str),
    Groups,
    Group(&'a str),
    Messages,
    Clients,
}

/// An actor in a cluster.
#[derive(Clone)]
pub struct Context {
    cluster: Arc<Attached>,
    actor: Actor,
}

impl Context {
    pub(crate) fn new(cluster: Arc<Attached>, actor: Actor) -> Self {
        Self { cluster, actor }
    }

    /// Grants the action, or says who may not do what.
    ///
    /// Until there are accounts, whoever comes from this machine is the administrator, and nobody else is anybody.
    pub fn may(&self, action: Action, resource: Resource<'_>) -> Result<Allowed, ConsoleError> {
        let local = self
            .actor
            .peer
            .is_none_or(|peer| peer.to_canonical().is_loopback());
        if !local {
            return Err(forbidden(&self.actor, action, resource));
        }
        Ok(Allowed {
            cluster: self.cluster.clone(),
            actor: self.actor.clone(),
            action,
            scope: resource.into(),
        })
    }
}

/// What `may` granted. Each call says what it needs; asking for more than was granted is `Forbidden`.
#[derive(Clone)]
pub struct Allowed {
    cluster: Arc<Attached>,
    actor: Actor,
    action: Action,
    scope: Scope,
}

/// A resource that outlives the question.
#[derive(Clone)]
enum Scope {
    Cluster,
    Topics,
    Topic(Box<str>),
    Groups,
    Group(Box<str>),
    Messages,
    Clients,
}

impl Allowed {
    /// Needs Read of `Cluster`.
    pub async fn overview(&self) -> Result<Overview, ConsoleError> {
        self.needs(Action::Read, Resource::Cluster)?;
        self.run(overview::answer).await
    }

    /// Needs Read of `Topics`.
    pub async fn list_topics(&self, query: TopicQuery) -> Result<TopicPage, ConsoleError> {
        self.needs(Action::Read, Resource::Topics)?;
        self.run(move |of| topics::list(of, &query)).await
    }

    /// Needs Read of the `Topic`, or of `Topics`.
    pub async fn topic(&self, name: &str) -> Result<TopicDetail, ConsoleError> {
        self.needs(Action::Read, Resource::Topic(name))?;
        let name = name.to_owned();
        self.run(move |of| topic::answer(of, &name)).await
    }

    /// Needs Create of the `Topic`, or of `Topics`. Audited. Error fields: `name`, `queues`.
    pub async fn create_topic(&self, topic: NewTopic) -> Result<(), ConsoleError> {
        self.needs(Action::Create, Resource::Topic(&topic.name))?;
        let actor = self.actor.clone();
        self.run(move |of| topics::create(of, &actor, &topic)).await
    }

    /// Needs Send to the `Topic`, or to `Topics`. Audited. Error fields: those of [`TestMessage`].
    pub async fn send_test_message(&self, message: TestMessage) -> Result<Sent, ConsoleError> {
        self.needs(Action::Send, Resource::Topic(&message.topic))?;
        let actor = self.actor.clone();
        self.run(move |of| send::send(of, &actor, message)).await
    }

    /// Needs Read of `Cluster`, because it looks into topics, groups and messages. Error field: `q`.
    pub async fn find(&self, query: FindQuery) -> Result<Found, ConsoleError> {
        self.needs(Action::Read, Resource::Cluster)?;
        self.run(move |of| find::answer(of, &query)).await
    }

    /// Needs Read of `Messages`. Takes the canonical id; a unique key answers with its newest copy.
    pub async fn message(&self, id: &str) -> Result<MessageDetail, ConsoleError> {
        self.needs(Action::Read, Resource::Messages)?;
        let id = id.to_owned();
        self.run(move |of| message::answer(of, &id)).await
    }

    /// Needs Read of `Messages`. The whole body, for a download.
    pub async fn message_body(&self, id: &str) -> Result<Body, ConsoleError> {
        self.needs(Action::Read, Resource::Messages)?;
        let id = id.to_owned();
        self.run(move |of| message::whole_body(of, &id)).await
    }

    /// Needs Read of `Messages`. Error fields: those of the query.
    pub async fn messages(&self, query: MessageQuery) -> Result<MessagePage, ConsoleError> {
        self.needs(Action::Read, Resource::Messages)?;
        self.run(move |of| messages::answer(of, &query)).await
    }

    /// Needs Read of `Cluster`. Entries after `seq`, oldest first; 0 begins at the beginning.
    pub async fn audit_entries(&self, after: u64, limit: u32) -> Result<Vec<Entry>, ConsoleError> {
        self.needs(Action::Read, Resource::Cluster)?;
        self.run(move |of| of.audit.entries(after, limit)).await
    }

    /// Needs Read of `Cluster`. Reads the whole audit log; the first entry that was changed, added or removed is the error.
    pub async fn verify_audit(&self) -> Result<Verified, ConsoleError> {
        self.needs(Action::Read, Resource::Cluster)?;
        self.run(|of| of.audit.verify()).await
    }

    fn needs(&self, action: Action, resource: Resource<'_>) -> Result<(), ConsoleError> {
        if self.action == action && self.scope.covers(resource) {
            return Ok(());
        }
        Err(forbidden(&self.actor, action, resource))
    }

    /// Facade calls may wait for the disk, so they run on the blocking pool. A change that has begun ends, and is
    /// audited, also when whoever asked has gone.
    async fn run<T: Send + 'static>(
        &self,
        answer: impl FnOnce(&Attached) -> Result<T, ConsoleError> + Send + 'static,
    ) -> Result<T, ConsoleError> {
        let cluster = self.cluster.clone();
        let answer = tokio::task::spawn_blocking(move || answer(&cluster))
            .await
            .unwrap_or_else(|died| {
                tracing::error!(%died, "an answer of the console died");
                Err(ConsoleError::WorkerLost)
            });
        if let Err(error) = &answer
            && error.is_ours()
        {
            tracing::error!(%error, code = error.code(), actor = self.actor.name, "the console could not answer");
        }
        answer
    }
}

impl Scope {
    fn covers(&self, wanted: Resource<'_>) -> bool {
        match (self, wanted) {
            (Self::Cluster, _)
            | (Self::Topics, Resource::Topics | Resource::Topic(_))
            | (Self::Groups, Resource::Groups | Resource::Group(_))
            | (Self::Messages, Resource::Messages)
            | (Self::Clients, Resource::Clients) => true,
            (Self::Topic(granted), Resource::Topic(name))
            | (Self::Group(granted), Resource::Group(name)) => **granted == *name,
            _ => false,
        }
    }
}

impl From<Resource<'_>> for Scope {
    fn from(resource: Resource<'_>) -> Self {
        match resource {
            Resource::Cluster => Self::Cluster,
            Resource::Topics => Self::Topics,
            Resource::Topic(name) => Self::Topic(name.into()),
            Resource::Groups => Self::Groups,
            Resource::Group(name) => Self::Group(name.into()),
            Resource::Messages => Self::Messages,
            Resource::Clients => Self::Clients,
        }
    }
}

impl Action {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Send => "send to",
        }
    }
}

impl fmt::Display for Resource<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cluster => f.write_str("the cluster"),
            Self::Topics => f.write_str("topics"),
            Self::Topic(name) => write!(f, "topic {}", excerpt(name)),
            Self::Groups => f.write_str("groups"),
            Self::Group(name) => write!(f, "group {}", excerpt(name)),
            Self::Messages => f.write_str("messages"),
            Self::Clients => f.write_str("clients"),
        }
    }
}

fn forbidden(actor: &Actor, action: Action, resource: Resource<'_>) -> ConsoleError {
    ConsoleError::Forbidden {
        actor: actor.name.clone(),
        action: action.as_str(),
        resource: resource.to_string(),
    }
}
