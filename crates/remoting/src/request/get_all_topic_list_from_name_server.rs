//! GET_ALL_TOPIC_LIST_FROM_NAMESERVER (206): every topic, system and retry topics included. Answered with a
//! `TopicList`.

header! {
    GetAllTopicListFromNameServer asks GetAllTopicListFromNameServer {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetAllTopicListFromNameServer {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_all_topic_list_from_name_server.bin"),
        );
    }
}
