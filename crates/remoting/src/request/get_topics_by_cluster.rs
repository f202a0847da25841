//! GET_TOPICS_BY_CLUSTER (224), name server: the topics of one cluster. Answered with a `TopicList`.

use crate::types::Text;

header! {
    GetTopicsByCluster asks GetTopicsByCluster {
        cluster: Text = "cluster",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetTopicsByCluster {
            cluster: "DefaultCluster".into(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_topics_by_cluster.bin"),
        );
    }
}
