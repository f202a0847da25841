//! Consumer groups as tools manage them: create and change (200), read (352, 201).

use std::collections::BTreeMap;

use remoting::body::Body;
use remoting::body::group_config::{self, GroupConfigTable};
use remoting::request::get_all_group_config::{GetAllGroupConfig, GetAllGroupConfigReply};
use remoting::request::get_group_config::GetGroupConfig;
use remoting::types::GroupName;

use crate::error::BrokerError;
use crate::group::GroupConfig;
use crate::limits;
use crate::processor::topic_admin::version;
use crate::processor::{Answer, Call, Missing, Obstacle};

pub(crate) fn update(call: &Call<'_>, body: group_config::GroupConfig) -> Result<Answer, Obstacle> {
    if body.group_name.is_empty() {
        return Err(BrokerError::invalid("groupName", "", "is missing").into());
    }
    let name = GroupName::new(&body.group_name)?;
    if !(1..=limits::QUEUES_MAX).contains(&body.retry_queue_nums) {
        return Err(BrokerError::invalid(
            "retryQueueNums",
            body.retry_queue_nums,
            "is outside 1 to 4096",
        )
        .into());
    }
    call.state
        .groups
        .update(&name, call.now_ms, |known| GroupConfig {
            consume_enable: body.consume_enable,
            consume_from_min_enable: body.consume_from_min_enable,
            consume_broadcast_enable: body.consume_broadcast_enable,
            consume_orderly: body.consume_message_orderly,
            retry_queues: body.retry_queue_nums,
            retry_max_times: body.retry_max_times,
            retry_policy: body.group_retry_policy,
            notify_ids_changed: body.notify_consumer_ids_changed_enable,
            sys_flag: body.group_sys_flag,
            consume_timeout_minutes: body.consume_timeout_minute,
            attributes: changed_attributes(known, body.attributes),
        })?;
    Ok(Answer::ok())
}

/// Names may carry `+` or `-`; without either the value is set.
fn changed_attributes(
    known: Option<&GroupConfig>,
    changes: BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let mut attributes = known
        .map(|known| known.attributes.clone())
        .unwrap_or_default();
    for (name, value) in changes {
        match name.strip_prefix('-') {
            Some(name) => attributes.remove(name),
            None => attributes.insert(name.strip_prefix('+').unwrap_or(&name).to_owned(), value),
        };
    }
    attributes
}

/// An unknown group is made and answered, as RocketMQ does.
pub(crate) fn get(call: &Call<'_>, r: GetGroupConfig) -> Result<Answer, Obstacle> {
    match call.state.groups.get(&r.group) {
        Some(config) => Ok(Answer::body(body(&r.group, &config).write())),
        None => Err(Obstacle::Missing(Missing::Group(r.group))),
    }
}

pub(crate) fn get_all(call: &Call<'_>, _: GetAllGroupConfig) -> Result<Answer, Obstacle> {
    let table: BTreeMap<_, _> = call
        .state
        .groups
        .list()
        .iter()
        .map(|(name, config)| (name.to_string(), body(name, config)))
        .collect();
    let total = table.len() as u32;
    let body = GroupConfigTable {
        subscription_group_table: table,
        forbidden_table: BTreeMap::new(),
        data_version: version(call.state.groups.version()),
    };
    Ok(Answer::body(body.write()).with_reply(&GetAllGroupConfigReply { total }))
}

fn body(name: &GroupName, config: &GroupConfig) -> group_config::GroupConfig {
    group_config::GroupConfig {
        group_name: name.to_string(),
        consume_enable: config.consume_enable,
        consume_from_min_enable: config.consume_from_min_enable,
        consume_broadcast_enable: config.consume_broadcast_enable,
        consume_message_orderly: config.consume_orderly,
        retry_queue_nums: config.retry_queues,
        retry_max_times: config.retry_max_times,
        group_retry_policy: config.retry_policy.clone(),
        notify_consumer_ids_changed_enable: config.notify_ids_changed,
        group_sys_flag: config.sys_flag,
        consume_timeout_minute: config.consume_timeout_minutes,
        attributes: config.attributes.clone(),
        ..group_config::GroupConfig::default()
    }
}
