//! Topics as tools manage them: create and change (17), delete (215), read (351, 21, 305).

use std::collections::BTreeMap;

use remoting::body::topic_config::{self, TopicConfigTable};
use remoting::body::topic_list::TopicList;
use remoting::body::{Body, data_version};
use remoting::request::delete_topic_in_broker::DeleteTopicInBroker;
use remoting::request::get_all_topic_config::{GetAllTopicConfig, GetAllTopicConfigReply};
use remoting::request::get_system_topic_list_from_broker::GetSystemTopicListFromBroker;
use remoting::request::get_topic_config::GetTopicConfig;
use remoting::request::update_and_create_topic::UpdateAndCreateTopic;

use crate::error::BrokerError;
use crate::info::MessageKind;
use crate::processor::{Answer, Call, Obstacle};
use crate::rows::DataVersion;
use crate::topic::{Topic, TopicConfig};

const MULTI_TAG: &str = "MULTI_TAG";
const SINGLE_TAG: &str = "SINGLE_TAG";

pub(crate) fn update(call: &Call<'_>, r: UpdateAndCreateTopic) -> Result<Answer, Obstacle> {
    let perm =
        u32::try_from(r.perm).map_err(|_| BrokerError::invalid("perm", r.perm, "is negative"))?;
    let changes = attribute_changes(r.attributes.as_deref().unwrap_or_default())?;
    call.state.topics.update(&r.topic, call.now_ms, |known| {
        let mut attributes = known
            .map(|known| known.attributes.clone())
            .unwrap_or_default();
        for (name, value) in changes {
            match value {
                Some(value) => attributes.insert(name, value),
                None => attributes.remove(&name),
            };
        }
        TopicConfig {
            read_queues: r.read_queues,
            write_queues: r.write_queues,
            perm,
            multi_tag: r.filter_type.as_deref() == Some(MULTI_TAG),
            sys_flag: r.sys_flag.unwrap_or(0),
            order: r.order.unwrap_or(false),
            attributes,
        }
    })?;
    Ok(Answer::ok())
}

/// `+name=value` sets, `-name` removes. Attributes that would need a rule we do not have are refused.
fn attribute_changes(text: &str) -> Result<Vec<(String, Option<String>)>, BrokerError> {
    let refused = |why| BrokerError::invalid("attributes", text, why);
    let mut changes = Vec::new();
    for change in text
        .split(',')
        .map(str::trim)
        .filter(|change| !change.is_empty())
    {
        if let Some(name) = change.strip_prefix('-') {
            changes.push((name.to_owned(), None));
            continue;
        }
        let (name, value) = change
            .strip_prefix('+')
            .and_then(|set| set.split_once('='))
            .ok_or_else(|| refused("is not of the form +name=value or -name"))?;
        match (name, value) {
            ("message.type", kind)
                if MessageKind::from_attribute(kind)
                    .is_some_and(|kind| kind != MessageKind::Mixed) => {}
            ("message.type", _) => return Err(refused("has an unknown message.type")),
            ("queue.type", "SimpleCQ") | ("cleanup.policy", "DELETE") => {}
            ("queue.type", _) => {
                return Err(BrokerError::NotBuilt {
                    feature: "queue.type other than SimpleCQ",
                });
            }
            ("cleanup.policy", _) => {
                return Err(BrokerError::NotBuilt {
                    feature: "cleanup.policy other than DELETE",
                });
            }
            _ => return Err(refused("names an unknown attribute")),
        }
        changes.push((name.to_owned(), Some(value.to_owned())));
    }
    Ok(changes)
}

pub(crate) fn delete(call: &Call<'_>, r: DeleteTopicInBroker) -> Result<Answer, Obstacle> {
    call.state.delete_topic(&r.topic, call.now_ms)?;
    Ok(Answer::ok())
}

pub(crate) fn get(call: &Call<'_>, r: GetTopicConfig) -> Result<Answer, Obstacle> {
    Ok(Answer::body(
        body(&*call.state.topics.require(&r.topic)?).write(),
    ))
}

pub(crate) fn get_all(call: &Call<'_>, _: GetAllTopicConfig) -> Result<Answer, Obstacle> {
    let table: BTreeMap<_, _> = call
        .state
        .topics
        .list()
        .iter()
        .map(|topic| (topic.name.to_string(), body(topic)))
        .collect();
    let total = table.len() as u32;
    let body = TopicConfigTable::new(table, version(call.state.topics.version()));
    Ok(Answer::body(body.write()).with_reply(&GetAllTopicConfigReply { total }))
}

pub(crate) fn system_topics(
    call: &Call<'_>,
    _: GetSystemTopicListFromBroker,
) -> Result<Answer, Obstacle> {
    let topic_list = call
        .state
        .topics
        .list()
        .iter()
        .filter(|topic| topic.system)
        .map(|topic| topic.name.to_string())
        .collect();
    Ok(Answer::body(
        TopicList {
            topic_list,
            broker_addr: None,
        }
        .write(),
    ))
}

fn body(topic: &Topic) -> topic_config::TopicConfig {
    let config = &topic.config;
    topic_config::TopicConfig {
        topic_name: topic.name.to_string(),
        read_queue_nums: config.read_queues,
        write_queue_nums: config.write_queues,
        perm: config.perm as i32,
        topic_filter_type: if config.multi_tag {
            MULTI_TAG
        } else {
            SINGLE_TAG
        }
        .to_owned(),
        topic_sys_flag: config.sys_flag,
        order: config.order,
        attributes: config.attributes.clone(),
    }
}

pub(crate) fn version(version: DataVersion) -> data_version::DataVersion {
    data_version::DataVersion {
        state_version: version.state_version,
        timestamp: version.timestamp_ms,
        counter: version.counter,
    }
}

#[cfg(test)]
mod tests {
    use super::attribute_changes;

    #[test]
    fn attributes_are_set_and_removed() {
        let changes = attribute_changes("+message.type=FIFO, -cleanup.policy").unwrap();
        assert_eq!(
            changes,
            [
                ("message.type".to_owned(), Some("FIFO".to_owned())),
                ("cleanup.policy".to_owned(), None)
            ]
        );
        assert!(attribute_changes("").unwrap().is_empty());
    }

    #[test]
    fn attributes_without_a_rule_are_refused() {
        for text in [
            "message.type=FIFO",
            "+message.type=MIXED",
            "+message.type=x",
            "+queue.type=BatchCQ",
            "+a=b",
            "+message.type",
        ] {
            assert!(attribute_changes(text).is_err(), "{text}");
        }
    }
}
