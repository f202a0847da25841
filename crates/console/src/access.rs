//! Who may do what. Nothing is answered without passing here.

use std::net::IpAddr;
use std::sync::Arc;

use crate::cluster::Cluster;
use crate::error::ConsoleError;
use crate::find::{FindQuery, Found};
use crate::message::{Body, MessageDetail};
use crate::messages::{MessagePage, MessageQuery};
use crate::overview::Overview;
use crate::send::{Sent, TestMessage};
use crate::topic::TopicDetail;
use crate::topics::{NewTopic, TopicPage, TopicQuery};

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
    cluster: Arc<dyn Cluster>,
    actor: Actor,
}

/// What `may` granted. Each call says what it needs; asking for more than was granted is `Forbidden`.
#[derive(Clone)]
pub struct Allowed {
    cluster: Arc<dyn Cluster>,
    actor: Actor,
}

impl Allowed {
    /// Needs Read of `Cluster`.
    pub async fn overview(&self) -> Result<Overview, ConsoleError>;
    /// Needs Read of `Topics`.
    pub async fn list_topics(&self, query: TopicQuery) -> Result<TopicPage, ConsoleError>;
    /// Needs Read of the `Topic`, or of `Topics`.
    pub async fn topic(&self, name: &str) -> Result<TopicDetail, ConsoleError>;
    /// Needs Create of the `Topic`, or of `Topics`. Audited. Error fields: `name`, `queues`, `kind`.
    pub async fn create_topic(&self, topic: NewTopic) -> Result<(), ConsoleError>;
    /// Needs Send to the `Topic`, or to `Topics`. Audited. Error fields: `topic`, `queue`, `tag`, `keys`, `properties`, `body`.
    pub async fn send_test_message(&self, message: TestMessage) -> Result<Sent, ConsoleError>;
    /// Needs Read of `Cluster`, or of `Messages`. Error field: `q`.
    pub async fn find(&self, query: FindQuery) -> Result<Found, ConsoleError>;
    /// Needs Read of `Messages`. Takes the canonical id; a unique key answers with its newest copy.
    pub async fn message(&self, id: &str) -> Result<MessageDetail, ConsoleError>;
    /// Needs Read of `Messages`. The whole body, for a download.
    pub async fn message_body(&self, id: &str) -> Result<Body, ConsoleError>;
    /// Needs Read of `Messages`. Error fields: those of the query.
    pub async fn messages(&self, query: MessageQuery) -> Result<MessagePage, ConsoleError>;
}
