//! The dispatch table: the only list of request codes the broker answers, and how each is run.
//!
//! A handler takes a typed header (and body) and answers a value or an error. It sees no bytes, sockets or response codes.

use std::sync::Arc;

use bytes::Bytes;
use remoting::body::Body;
use remoting::code::{RequestCode, ResponseCode};
use remoting::command::{Command, Language};
use remoting::fields::Fields;
use remoting::request::{Reply, Request};
use remoting::types::{GroupName, TopicName};

use crate::error::BrokerError;
use crate::name_server;
use crate::processor::send_message::Hosts;
use crate::remoting_server::Link;
use crate::state::State;
use crate::topic::{AutoCreate, Topic};

pub(crate) mod client;
pub(crate) mod group_admin;
pub(crate) mod offset;
pub(crate) mod pull_message;
pub(crate) mod query;
pub(crate) mod queue_lock;
pub(crate) mod refused;
pub(crate) mod send_message;
pub(crate) mod stats;
pub(crate) mod topic_admin;

/// How a request is run.
pub(crate) enum Route {
    /// Collected with the other sends of the same read, and appended with them.
    Send,
    /// Read at once, or held until there is something to read.
    Pull,
    /// From memory, on the connection.
    Inline(Handler),
    /// May wait for the disk: on the blocking pool, while the connection goes on.
    Blocking(Handler),
}

/// A handler behind its typed header. Boxing one allocates nothing: there is nothing in it.
pub(crate) type Handler =
    Box<dyn Fn(&Call<'_>, &Command) -> Result<Answer, Obstacle> + Send + Sync>;

/// The row of a request code; `None` for what only the broker itself asks.
#[rustfmt::skip]
pub(crate) fn route(code: RequestCode) -> Option<Route> {
    use RequestCode as C;
    Some(match code {
        C::SendMessage | C::SendMessageV2 | C::SendBatchMessage => Route::Send,
        C::PullMessage | C::LitePullMessage                     => Route::Pull,

        C::HeartBeat                         => inline_body(client::heart_beat),
        C::UnregisterClient                  => inline(client::unregister),
        C::GetConsumerListByGroup            => inline(client::consumer_list),

        C::QueryConsumerOffset               => inline(offset::query),
        C::UpdateConsumerOffset              => inline(offset::update),
        C::GetMaxOffset                      => inline(offset::max),
        C::GetMinOffset                      => inline(offset::min),
        C::SearchOffsetByTimestamp           => blocking(offset::search),
        C::GetEarliestMessageStoreTime       => blocking(offset::earliest),

        C::LockBatchQueues                   => inline_body(queue_lock::lock),
        C::UnlockBatchQueues                 => inline_body(queue_lock::unlock),

        C::QueryMessage                      => blocking(query::by_key),
        C::ViewMessageById                   => blocking(query::by_id),

        C::GetRouteInfoByTopic               => inline(name_server::route_info),
        C::GetBrokerClusterInfo              => inline(name_server::cluster_info),
        C::GetAllTopicListFromNameServer     => inline(name_server::all_topics),
        C::GetTopicsByCluster                => inline(name_server::topics_by_cluster),
        C::GetSystemTopicListFromNameServer  => inline(name_server::system_topics),

        C::UpdateAndCreateTopic              => blocking(topic_admin::update),
        C::DeleteTopicInBroker               => blocking(topic_admin::delete),
        C::GetTopicConfig                    => inline(topic_admin::get),
        C::GetAllTopicConfig                 => inline(topic_admin::get_all),
        C::GetSystemTopicListFromBroker      => inline(topic_admin::system_topics),
        C::GetTopicStats                     => blocking(stats::topic),
        C::QueryTopicConsumeByWho            => inline(stats::groups_of_topic),
        C::GetConsumeStats                   => blocking(stats::consume),

        C::UpdateAndCreateGroup              => blocking_body(group_admin::update),
        C::GetGroupConfig                    => inline(group_admin::get),
        C::GetAllGroupConfig                 => inline(group_admin::get_all),
        C::GetConsumerConnectionList         => inline(client::consumer_connections),
        C::GetProducerConnectionList         => inline(client::producer_connections),

        C::ConsumerSendMessageBack           => inline(refused::send_message_back),
        C::EndTransaction                    => inline(refused::end_transaction),

        // Brokers from outside cannot join: the name server knows its own process only.
        C::RegisterBroker | C::UnregisterBroker => return None,
        // Asked by us, answered by clients.
        C::NotifyConsumerIdsChanged => return None,
    })
}

/// Who asks, and what of the broker a handler may use.
pub(crate) struct Call<'a> {
    pub(crate) state: &'a State,
    pub(crate) link: &'a Arc<Link>,
    pub(crate) language: Language,
    pub(crate) version: i32,
    pub(crate) now_ms: i64,
}

impl Call<'_> {
    /// The addresses a record of this connection carries.
    pub(crate) fn hosts(&self) -> Hosts {
        Hosts {
            born: self.link.peer(),
            store: self.state.broker_address(self.link),
        }
    }
}

/// Why a request was not answered with a success.
pub(crate) enum Obstacle {
    /// Something has to be made first; then the request is run again.
    Missing(Missing),
    Refused(BrokerError),
}

impl<E: Into<BrokerError>> From<E> for Obstacle {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// What RocketMQ makes on first use. Making it writes to the disk.
pub(crate) enum Missing {
    /// A topic that a send asks for.
    Topic {
        name: TopicName,
        template: String,
        queues: u32,
        unit: bool,
    },
    /// The number a built-in topic has in the store.
    TopicId(Arc<Topic>),
    /// A group that pulls.
    Group(GroupName),
    /// Groups that send heartbeats: each has a `%RETRY%` topic too.
    ConsumerGroups(Vec<GroupName>),
}

impl Missing {
    /// Blocks.
    pub(crate) fn supply(self, state: &State, now_ms: i64) -> Result<(), BrokerError> {
        match self {
            Self::Topic {
                name,
                template,
                queues,
                unit,
            } => {
                let wish = AutoCreate {
                    template: &template,
                    queues,
                    unit,
                };
                state.topics.auto_create(&name, &wish, now_ms)?;
            }
            Self::TopicId(topic) => {
                state.topics.with_id(&topic)?;
            }
            Self::Group(group) => state.groups.create_to_read(&group, now_ms)?,
            Self::ConsumerGroups(groups) => {
                for group in groups {
                    let config = state.groups.create_missing(&group, now_ms)?;
                    state
                        .topics
                        .create_retry(&group, config.retry_queues, now_ms)?;
                }
            }
        }
        Ok(())
    }
}

/// What a handler says.
pub(crate) struct Answer {
    code: ResponseCode,
    remark: Option<Box<str>>,
    fields: Fields,
    body: Bytes,
}

impl Answer {
    pub(crate) fn code(code: ResponseCode) -> Self {
        Self {
            code,
            remark: None,
            fields: Fields::default(),
            body: Bytes::new(),
        }
    }

    pub(crate) fn ok() -> Self {
        Self::code(ResponseCode::Success)
    }

    pub(crate) fn reply(reply: &impl Reply) -> Self {
        Self::ok().with_reply(reply)
    }

    pub(crate) fn body(body: impl Into<Bytes>) -> Self {
        Self::ok().with_body(body)
    }

    pub(crate) fn with_body(self, body: impl Into<Bytes>) -> Self {
        Self {
            body: body.into(),
            ..self
        }
    }

    pub(crate) fn with_reply(self, reply: &impl Reply) -> Self {
        Self {
            fields: Fields::build(|out| reply.write(out)),
            ..self
        }
    }

    pub(crate) fn with_remark(self, remark: &str) -> Self {
        Self {
            remark: Some(remark.into()),
            ..self
        }
    }

    pub(crate) fn into_command(self, opaque: i32) -> Command {
        Command {
            remark: self.remark,
            fields: self.fields,
            body: self.body,
            ..Command::response(opaque, self.code)
        }
    }
}

fn typed<R: Request + 'static>(
    handle: impl Fn(&Call<'_>, R) -> Result<Answer, Obstacle> + Send + Sync + 'static,
) -> Handler {
    Box::new(move |call, command| handle(call, R::read(&command.fields)?))
}

fn inline<R: Request + 'static>(
    handle: impl Fn(&Call<'_>, R) -> Result<Answer, Obstacle> + Send + Sync + 'static,
) -> Route {
    Route::Inline(typed(handle))
}

fn blocking<R: Request + 'static>(
    handle: impl Fn(&Call<'_>, R) -> Result<Answer, Obstacle> + Send + Sync + 'static,
) -> Route {
    Route::Blocking(typed(handle))
}

/// For requests that say everything in their body.
fn with_body<B: Body + 'static>(
    handle: impl Fn(&Call<'_>, B) -> Result<Answer, Obstacle> + Send + Sync + 'static,
) -> Handler {
    Box::new(move |call, command| handle(call, B::read(&command.body)?))
}

fn inline_body<B: Body + 'static>(
    handle: impl Fn(&Call<'_>, B) -> Result<Answer, Obstacle> + Send + Sync + 'static,
) -> Route {
    Route::Inline(with_body(handle))
}

fn blocking_body<B: Body + 'static>(
    handle: impl Fn(&Call<'_>, B) -> Result<Answer, Obstacle> + Send + Sync + 'static,
) -> Route {
    Route::Blocking(with_body(handle))
}
