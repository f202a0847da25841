//! NOTIFY_CONSUMER_IDS_CHANGED (40), broker to client, one-way: the members of a group changed, rebalance.

use crate::types::GroupName;

header! {
    NotifyConsumerIdsChanged asks NotifyConsumerIdsChanged {
        group: GroupName = "consumerGroup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = NotifyConsumerIdsChanged {
            group: check::group(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/notify_consumer_ids_changed.bin"),
        );
    }
}
