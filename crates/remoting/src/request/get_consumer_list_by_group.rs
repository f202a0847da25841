//! GET_CONSUMER_LIST_BY_GROUP (38): the client ids of a group. Answered with a `ConsumerList`; nobody online is
//! code 1.

use crate::types::GroupName;

header! {
    GetConsumerListByGroup asks GetConsumerListByGroup {
        group: GroupName = "consumerGroup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetConsumerListByGroup {
            group: check::group(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_consumer_list_by_group.bin"),
        );
    }
}
