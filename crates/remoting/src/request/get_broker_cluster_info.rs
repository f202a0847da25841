//! GET_BROKER_CLUSTER_INFO (106), name server: clusters and their brokers. Answered with a `ClusterInfo`.

header! {
    GetBrokerClusterInfo asks GetBrokerClusterInfo {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetBrokerClusterInfo {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_broker_cluster_info.bin"),
        );
    }
}
