//! GET_SYSTEM_TOPIC_LIST_FROM_BROKER (305): the system topics of a broker. Answered with a `TopicList`.

header! {
    GetSystemTopicListFromBroker asks GetSystemTopicListFromBroker {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetSystemTopicListFromBroker {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_system_topic_list_from_broker.bin"),
        );
    }
}
