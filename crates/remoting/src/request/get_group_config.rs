//! GET_SUBSCRIPTIONGROUP_CONFIG (352): one group's settings. Answered with a `GroupConfig`; none is code 26.

use crate::types::GroupName;

header! {
    GetGroupConfig asks GetGroupConfig {
        group: GroupName = "group",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetGroupConfig {
            group: check::group(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_group_config.bin"),
        );
    }
}
