//! The client ids of a group (answer to 38).

use serde::{Deserialize, Serialize};

use super::{json_body, lenient};

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ConsumerList {
    #[serde(deserialize_with = "lenient::or_default")]
    pub consumer_id_list: Vec<String>,
}

json_body!(ConsumerList, "consumer list");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::check;

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        let sample = ConsumerList {
            consumer_id_list: vec!["10.0.0.1@1234#998".into(), "10.0.0.2@77#1".into()],
        };
        check::body(
            &sample,
            include_bytes!("../testdata/body/consumer_list.json"),
        );
    }
}
