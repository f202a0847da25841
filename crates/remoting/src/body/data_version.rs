//! The version of a table of settings. Equal means equal in all three parts; every change raises time and counter.

use serde::{Deserialize, Serialize};

use super::{json_body, lenient};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DataVersion {
    #[serde(deserialize_with = "lenient::number")]
    pub state_version: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub timestamp: i64,
    #[serde(deserialize_with = "lenient::number")]
    pub counter: i64,
}

json_body!(DataVersion, "data version");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::check;

    #[test]
    fn the_body_of_the_java_codec_is_read_and_written() {
        let sample = DataVersion {
            state_version: 0,
            timestamp: 1_700_000_000_000,
            counter: 5,
        };
        check::body(
            &sample,
            include_bytes!("../testdata/body/data_version.json"),
        );
    }
}
