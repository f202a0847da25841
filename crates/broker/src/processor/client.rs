//! Clients and their groups: HEART_BEAT (34), UNREGISTER_CLIENT (35), and who is in a group (38, 203, 204).

use std::collections::BTreeMap;

use remoting::body::Body;
use remoting::body::connections::{Connection, ConsumerConnections, ProducerConnections};
use remoting::body::consumer_list::ConsumerList;
use remoting::body::heartbeat::{ConsumerData, Heartbeat, MessageModel, SubscriptionData};
use remoting::code::ResponseCode;
use remoting::request::get_consumer_connection_list::GetConsumerConnectionList;
use remoting::request::get_consumer_list_by_group::GetConsumerListByGroup;
use remoting::request::get_producer_connection_list::GetProducerConnectionList;
use remoting::request::heart_beat::HeartBeatReply;
use remoting::request::unregister_client::UnregisterClient;
use remoting::types::{GroupName, TopicName};

use crate::client::{Beat, ConsumerBeat, Identity, Member};
use crate::error::BrokerError;
use crate::info::ConsumeMode;
use crate::limits;
use crate::processor::{Answer, Call, Missing, Obstacle};
use crate::subscription::{self, Subscription, TagFilter};

/// Registers the client in its groups; groups and retry topics that are not there yet are made first.
pub(crate) fn heart_beat(call: &Call<'_>, body: Heartbeat) -> Result<Answer, Obstacle> {
    let beat = beat(call, body)?;
    let missing: Vec<GroupName> = beat
        .consumers
        .iter()
        .map(|consumer| &consumer.group)
        .filter(|group| !is_made(call, group))
        .cloned()
        .collect();
    if !missing.is_empty() {
        return Err(Obstacle::Missing(Missing::ConsumerGroups(missing)));
    }
    for group in call.state.clients.beat(call.link, beat, call.now_ms) {
        call.state.notify_group(&group);
    }
    // Without v2 clients send their subscriptions with every heartbeat: nothing can be forgotten.
    Ok(Answer::reply(&HeartBeatReply {
        supports_v2: false,
        subscriptions_changed: true,
    }))
}

fn is_made(call: &Call<'_>, group: &GroupName) -> bool {
    call.state.groups.get(group).is_some()
        && call
            .state
            .topics
            .get(TopicName::retry_of(group).as_str())
            .is_some()
}

fn beat(call: &Call<'_>, body: Heartbeat) -> Result<Beat, BrokerError> {
    check_sizes(&body)?;
    let identity = Identity {
        client_id: body.client_id.as_str().into(),
        language: call.language.name(),
        version: call.version,
    };
    // Names that break the rules are left out: the rest of the client goes on.
    let producers = body
        .producer_data_set
        .iter()
        .filter_map(|producer| GroupName::new(&producer.group_name).ok())
        .collect();
    let consumers = body
        .consumer_data_set
        .into_iter()
        .filter_map(|consumer| consumer_beat(consumer, body.without_sub))
        .collect();
    Ok(Beat {
        identity,
        producers,
        consumers,
    })
}

fn check_sizes(body: &Heartbeat) -> Result<(), BrokerError> {
    let too_many = |field, len, max| {
        if len > max {
            Err(BrokerError::TooMany { field, len, max })
        } else {
            Ok(())
        }
    };
    if body.client_id.is_empty() {
        return Err(BrokerError::invalid("clientID", "", "is empty"));
    }
    too_many(
        "characters of clientID",
        body.client_id.len(),
        limits::CLIENT_ID_LEN_MAX,
    )?;
    let groups = body.producer_data_set.len() + body.consumer_data_set.len();
    too_many(
        "groups in the heartbeat",
        groups,
        limits::HEARTBEAT_GROUPS_MAX,
    )?;
    let subscriptions = body
        .consumer_data_set
        .iter()
        .map(|consumer| consumer.subscription_data_set.len())
        .sum();
    too_many(
        "subscriptions in the heartbeat",
        subscriptions,
        limits::HEARTBEAT_SUBSCRIPTIONS_MAX,
    )
}

fn consumer_beat(data: ConsumerData, without_subscriptions: bool) -> Option<ConsumerBeat> {
    let subscriptions = || {
        data.subscription_data_set
            .into_iter()
            .filter_map(subscribed)
            .collect()
    };
    Some(ConsumerBeat {
        group: GroupName::new(&data.group_name).ok()?,
        consume_type: data.consume_type,
        mode: match data.message_model {
            MessageModel::Broadcasting => ConsumeMode::Broadcasting,
            MessageModel::Clustering => ConsumeMode::Clustering,
        },
        from_where: data.consume_from_where,
        subscriptions: (!without_subscriptions).then(subscriptions),
    })
}

fn subscribed(data: SubscriptionData) -> Option<Subscription> {
    let topic = TopicName::new(&data.topic).ok()?;
    let everything = data.class_filter_mode || matches!(data.sub_string.trim(), "" | "*");
    let filter = if everything || !subscription::is_tag_expression(Some(&data.expression_type)) {
        TagFilter::All
    } else if data.code_set.is_empty() {
        Subscription::parse(&topic, &data.sub_string, data.sub_version)
            .ok()?
            .filter
    } else {
        TagFilter::Hashes(data.code_set.into())
    };
    Some(Subscription {
        topic,
        expression: data.sub_string,
        expression_type: data.expression_type,
        tags: data.tags_set,
        filter,
        version: data.sub_version,
    })
}

pub(crate) fn unregister(call: &Call<'_>, r: UnregisterClient) -> Result<Answer, Obstacle> {
    let changed = call.state.clients.unregister(
        call.link.id(),
        r.producer_group.as_ref(),
        r.consumer_group.as_ref(),
    );
    if let Some(group) = r.consumer_group.filter(|_| changed) {
        call.state.notify_group(&group);
    }
    Ok(Answer::ok())
}

pub(crate) fn consumer_list(
    call: &Call<'_>,
    r: GetConsumerListByGroup,
) -> Result<Answer, Obstacle> {
    let ids = call.state.clients.consumer_ids(&r.group);
    if ids.is_empty() {
        // Code 1, unlike 203: that is what clients expect here.
        return Ok(Answer::code(ResponseCode::SystemError)
            .with_remark(&BrokerError::ConsumerOffline { group: r.group }.to_string()));
    }
    Ok(Answer::body(
        ConsumerList {
            consumer_id_list: ids.iter().map(ToString::to_string).collect(),
        }
        .write(),
    ))
}

pub(crate) fn consumer_connections(
    call: &Call<'_>,
    r: GetConsumerConnectionList,
) -> Result<Answer, Obstacle> {
    let Some(group) = call.state.clients.connections(&r.group) else {
        return Err(BrokerError::ConsumerOffline { group: r.group }.into());
    };
    let subscription_table: BTreeMap<String, SubscriptionData> = group
        .subscriptions
        .iter()
        .map(|subscription| {
            (
                subscription.topic.to_string(),
                subscription_data(subscription),
            )
        })
        .collect();
    let body = ConsumerConnections {
        connection_set: group.members.iter().map(connection).collect(),
        subscription_table,
        consume_type: group.consume_type,
        message_model: match group.mode {
            ConsumeMode::Broadcasting => MessageModel::Broadcasting,
            ConsumeMode::Clustering => MessageModel::Clustering,
        },
        consume_from_where: group.from_where,
    };
    Ok(Answer::body(body.write()))
}

pub(crate) fn producer_connections(
    call: &Call<'_>,
    r: GetProducerConnectionList,
) -> Result<Answer, Obstacle> {
    let Some(members) = call.state.clients.producers(&r.group) else {
        return Err(BrokerError::ProducerOffline { group: r.group }.into());
    };
    Ok(Answer::body(
        ProducerConnections {
            connection_set: members.iter().map(connection).collect(),
        }
        .write(),
    ))
}

fn connection(member: &Member) -> Connection {
    Connection {
        client_id: member.identity.client_id.to_string(),
        client_addr: member.link.peer().to_string(),
        language: member.identity.language.to_owned(),
        version: member.identity.version,
    }
}

fn subscription_data(subscription: &Subscription) -> SubscriptionData {
    SubscriptionData {
        topic: subscription.topic.to_string(),
        sub_string: subscription.expression.clone(),
        tags_set: subscription.tags.clone(),
        code_set: subscription.filter.hashes().to_vec(),
        sub_version: subscription.version,
        expression_type: subscription.expression_type.clone(),
        class_filter_mode: false,
    }
}
