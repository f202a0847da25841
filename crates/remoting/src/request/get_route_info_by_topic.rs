//! GET_ROUTEINFO_BY_TOPIC (105), name server: which broker has which queues. Answered with a `TopicRoute`; none is
//! code 17.

use crate::types::TopicName;

header! {
    GetRouteInfoByTopic asks GetRouteInfoByTopic {
        topic: TopicName = "topic",
        standard_json: Option<bool> = "acceptStandardJsonOnly",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetRouteInfoByTopic {
            topic: check::topic(),
            standard_json: Some(true),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_route_info_by_topic.bin"),
        );
    }
}
