//! Which names are built in, reserved or refused (reference §2.7, §4.1).

/// Template that unknown topics are created from.
pub(crate) const TEMPLATE_TOPIC: &str = "TBW102";
pub(crate) const TRACE_TOPIC: &str = "RMQ_SYS_TRACE_TOPIC";
const SYSTEM_TOPIC_PREFIX: &str = "rmq_sys_";
const SYSTEM_GROUP_PREFIX: &str = "CID_RMQ_SYS_";

/// Topics the broker writes itself: sends to them get code 16.
const SEND_FORBIDDEN: [&str; 6] = [
    "SCHEDULE_TOPIC_XXXX",
    "RMQ_SYS_TRANS_HALF_TOPIC",
    "RMQ_SYS_TRANS_OP_HALF_TOPIC",
    "TRANS_CHECK_MAX_TIME_TOPIC",
    "SELF_TEST_TOPIC",
    "OFFSET_MOVED_EVENT",
];

/// Groups that exist without anybody creating them.
pub(crate) const BUILT_IN_GROUPS: [&str; 8] = [
    "TOOLS_CONSUMER",
    "FILTERSRV_CONSUMER",
    "SELF_TEST_C_GROUP",
    "CID_ONS-HTTP-PROXY",
    "CID_ONSAPI_PULL",
    "CID_ONSAPI_PERMISSION",
    "CID_ONSAPI_OWNER",
    "CID_RMQ_SYS_TRANS",
];

/// A topic the broker starts with.
pub(crate) struct BuiltIn {
    pub(crate) name: String,
    pub(crate) queues: u32,
    /// May unknown topics inherit from it?
    pub(crate) template: bool,
}

/// The topics every broker starts with; `cluster` and `broker` name two of them.
pub(crate) fn built_in_topics(cluster: &str, broker: &str) -> Vec<BuiltIn> {
    let topic = |name: &str, queues| BuiltIn {
        name: name.to_owned(),
        queues,
        template: false,
    };
    vec![
        topic("SELF_TEST_TOPIC", 1),
        BuiltIn {
            template: true,
            ..topic(TEMPLATE_TOPIC, 8)
        },
        topic("BenchmarkTest", 1024),
        BuiltIn {
            template: true,
            ..topic(cluster, 16)
        },
        BuiltIn {
            template: true,
            ..topic(broker, 1)
        },
        topic("OFFSET_MOVED_EVENT", 1),
        topic("SCHEDULE_TOPIC_XXXX", 18),
        topic(&format!("{cluster}_REPLY_TOPIC"), 1),
        topic(&format!("rmq_sys_REVIVE_LOG_{cluster}"), 8),
        topic("RMQ_SYS_TRANS_HALF_TOPIC", 1),
        topic("RMQ_SYS_TRANS_OP_HALF_TOPIC", 1),
        topic("rmq_sys_wheel_timer", 1),
    ]
}

pub(crate) fn is_send_forbidden(topic: &str) -> bool {
    SEND_FORBIDDEN.contains(&topic)
}

/// Names that only the broker itself creates and deletes.
pub(crate) fn is_system_topic(topic: &str, cluster: &str, broker: &str) -> bool {
    topic.starts_with(SYSTEM_TOPIC_PREFIX)
        || topic == TRACE_TOPIC
        || is_send_forbidden(topic)
        || built_in_topics(cluster, broker)
            .iter()
            .any(|built_in| built_in.name == topic)
}

pub(crate) fn is_system_group(group: &str) -> bool {
    group.starts_with(SYSTEM_GROUP_PREFIX) || BUILT_IN_GROUPS.contains(&group)
}

#[cfg(test)]
mod tests {
    use super::{is_system_group, is_system_topic};

    #[test]
    fn reserved_names_are_recognised() {
        for name in [
            "TBW102",
            "rmq_sys_anything",
            "SCHEDULE_TOPIC_XXXX",
            "C",
            "b",
            "RMQ_SYS_TRACE_TOPIC",
            "C_REPLY_TOPIC",
        ] {
            assert!(is_system_topic(name, "C", "b"), "{name}");
        }
        assert!(!is_system_topic("orders", "C", "b"));
        assert!(is_system_group("TOOLS_CONSUMER") && !is_system_group("orders"));
    }
}
