//! GET_SYSTEM_TOPIC_LIST_FROM_NS (304): cluster and broker names as a `TopicList`, with one broker address to ask
//! 305 at.

header! {
    GetSystemTopicListFromNameServer asks GetSystemTopicListFromNameServer {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetSystemTopicListFromNameServer {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_system_topic_list_from_name_server.bin"),
        );
    }
}
