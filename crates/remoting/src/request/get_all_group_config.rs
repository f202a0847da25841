//! GET_ALL_SUBSCRIPTIONGROUP_CONFIG (201): every group's settings. Answered with a `GroupConfigTable`.

use crate::types::Text;

header! {
    GetAllGroupConfig asks GetAllGroupConfig {
        first: Option<i32> = "groupSeq",
        /// JSON.
        data_version: Option<Text> = "dataVersion",
        max: Option<i32> = "maxGroupNum",
    }
}

header! {
    GetAllGroupConfigReply answers {
        total: u32 = "totalGroupNum",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetAllGroupConfig {
            first: None,
            data_version: None,
            max: None,
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_all_group_config.bin"),
        );
    }
}
