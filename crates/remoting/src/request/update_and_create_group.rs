//! UPDATE_AND_CREATE_SUBSCRIPTIONGROUP (200): create or change a group. No header; the body is a `GroupConfig`.

header! {
    UpdateAndCreateGroup asks UpdateAndCreateGroup {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = UpdateAndCreateGroup {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/update_and_create_group.bin"),
        );
    }
}
