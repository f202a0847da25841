//! The groups of a topic (answer to 300).

use serde::{Deserialize, Serialize};

use super::{json_body, lenient};

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GroupList {
    #[serde(deserialize_with = "lenient::or_default")]
    pub group_list: Vec<String>,
}

json_body!(GroupList, "group list");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::check;

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        let sample = GroupList {
            group_list: vec!["orders-service".into()],
        };
        check::body(&sample, include_bytes!("../testdata/body/group_list.json"));
    }
}
