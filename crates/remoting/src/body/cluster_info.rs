//! Clusters and their brokers (answer to 106).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{json_body, lenient, topic_route::BrokerData};

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClusterInfo {
    #[serde(deserialize_with = "lenient::or_default")]
    pub broker_addr_table: BTreeMap<String, BrokerData>,
    /// Broker names by cluster.
    #[serde(deserialize_with = "lenient::or_default")]
    pub cluster_addr_table: BTreeMap<String, Vec<String>>,
}

json_body!(ClusterInfo, "cluster info");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::check;

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        let broker = BrokerData {
            broker_addrs: [(0, "10.0.0.5:10911".into())].into(),
            broker_name: "broker-a".into(),
            cluster: "DefaultCluster".into(),
            enable_acting_master: false,
            zone_name: None,
        };
        let sample = ClusterInfo {
            broker_addr_table: [("broker-a".into(), broker)].into(),
            cluster_addr_table: [("DefaultCluster".into(), vec!["broker-a".into()])].into(),
        };
        check::body(
            &sample,
            include_bytes!("../testdata/body/cluster_info.json"),
        );
    }
}
