//! The name server's answers, from the broker's own tables: one process is the whole cluster (reference §5).

use std::collections::BTreeMap;

use remoting::body::Body;
use remoting::body::cluster_info::ClusterInfo;
use remoting::body::topic_list::TopicList;
use remoting::body::topic_route::{BrokerData, QueueData, TopicRoute};
use remoting::request::get_all_topic_list_from_name_server::GetAllTopicListFromNameServer;
use remoting::request::get_broker_cluster_info::GetBrokerClusterInfo;
use remoting::request::get_route_info_by_topic::GetRouteInfoByTopic;
use remoting::request::get_system_topic_list_from_name_server::GetSystemTopicListFromNameServer;
use remoting::request::get_topics_by_cluster::GetTopicsByCluster;

use crate::error::BrokerError;
use crate::processor::{Answer, Call, Obstacle};
use crate::state::State;

/// Broker id of a master.
const MASTER: i64 = 0;

pub(crate) fn route_info(call: &Call<'_>, r: GetRouteInfoByTopic) -> Result<Answer, Obstacle> {
    let topic = call
        .state
        .topics
        .get(r.topic.as_str())
        .ok_or_else(|| BrokerError::NoRoute {
            topic: r.topic.clone(),
        })?;
    let route = TopicRoute {
        broker_datas: vec![broker_data(call)],
        queue_datas: vec![QueueData {
            broker_name: call.state.config.broker_name.clone(),
            perm: topic.config.perm as i32,
            read_queue_nums: topic.config.read_queues,
            write_queue_nums: topic.config.write_queues,
            topic_sys_flag: topic.config.sys_flag,
        }],
        ..TopicRoute::default()
    };
    Ok(Answer::body(route.write()))
}

pub(crate) fn cluster_info(call: &Call<'_>, _: GetBrokerClusterInfo) -> Result<Answer, Obstacle> {
    let config = &call.state.config;
    let info = ClusterInfo {
        broker_addr_table: BTreeMap::from([(config.broker_name.clone(), broker_data(call))]),
        cluster_addr_table: BTreeMap::from([(
            config.cluster_name.clone(),
            vec![config.broker_name.clone()],
        )]),
    };
    Ok(Answer::body(info.write()))
}

pub(crate) fn all_topics(
    call: &Call<'_>,
    _: GetAllTopicListFromNameServer,
) -> Result<Answer, Obstacle> {
    Ok(Answer::body(topic_list(call.state).write()))
}

/// There is one cluster; any other has no topics.
pub(crate) fn topics_by_cluster(
    call: &Call<'_>,
    r: GetTopicsByCluster,
) -> Result<Answer, Obstacle> {
    let known = *r.cluster == *call.state.config.cluster_name;
    let list = if known {
        topic_list(call.state)
    } else {
        TopicList::default()
    };
    Ok(Answer::body(list.write()))
}

/// Names of clusters and brokers, and where to ask for the rest.
pub(crate) fn system_topics(
    call: &Call<'_>,
    _: GetSystemTopicListFromNameServer,
) -> Result<Answer, Obstacle> {
    let config = &call.state.config;
    let list = TopicList {
        topic_list: vec![config.cluster_name.clone(), config.broker_name.clone()],
        broker_addr: Some(call.state.broker_address(call.link).to_string()),
    };
    Ok(Answer::body(list.write()))
}

fn topic_list(state: &State) -> TopicList {
    TopicList {
        topic_list: state
            .topics
            .list()
            .iter()
            .map(|topic| topic.name.to_string())
            .collect(),
        broker_addr: None,
    }
}

fn broker_data(call: &Call<'_>) -> BrokerData {
    BrokerData {
        broker_addrs: BTreeMap::from([(MASTER, call.state.broker_address(call.link).to_string())]),
        broker_name: call.state.config.broker_name.clone(),
        cluster: call.state.config.cluster_name.clone(),
        enable_acting_master: false,
        zone_name: None,
    }
}
