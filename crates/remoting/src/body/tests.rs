//! Bodies of any content come back, also through fastjson's form.

use proptest::prelude::*;

use super::{
    Body,
    heartbeat::{ConsumerData, Heartbeat, ProducerData, SubscriptionData},
    liberal,
    message_queue::{MessageQueue, QueueMap},
    topic_stats::{TopicOffset, TopicStats},
};

fn queues() -> impl Strategy<Value = Vec<(MessageQueue, TopicOffset)>> {
    let entry = any::<(String, i32, String, i64, i64)>().prop_map(
        |(broker_name, queue_id, topic, min, max)| {
            let offset = TopicOffset {
                min_offset: min,
                max_offset: max,
                last_update_timestamp: 0,
            };
            (
                MessageQueue {
                    broker_name,
                    queue_id,
                    topic,
                },
                offset,
            )
        },
    );
    proptest::collection::vec(entry, 0..6)
}

proptest! {
    #![proptest_config(crate::fixed_seed())]

    #[test]
    fn any_topic_stats_come_back(queues in queues()) {
        let stats = TopicStats { offset_table: QueueMap(queues), topic_put_tps: 0.5 };
        prop_assert_eq!(TopicStats::read(&stats.write()), Ok(stats));
    }

    #[test]
    fn any_heartbeat_comes_back(client_id in any::<String>(), groups in any::<[String; 2]>(), tags in any::<Vec<(String, i32)>>()) {
        let [producer, consumer] = groups;
        let (tags_set, code_set) = tags.into_iter().unzip();
        let subscription = SubscriptionData { tags_set, code_set, ..SubscriptionData::default() };
        let heartbeat = Heartbeat {
            client_id,
            producer_data_set: vec![ProducerData { group_name: producer }],
            consumer_data_set: vec![ConsumerData {
                group_name: consumer,
                subscription_data_set: vec![subscription],
                ..ConsumerData::default()
            }],
            ..Heartbeat::default()
        };
        let written = heartbeat.write();
        prop_assert_eq!(Heartbeat::read(&written), Ok(heartbeat.clone()));
        let standard = liberal::standard(&written).unwrap();
        prop_assert_eq!(Heartbeat::read(&standard), Ok(heartbeat));
    }
}
