//! GET_PRODUCER_CONNECTION_LIST (204): the members of a producer group. Answered with `ProducerConnections`; an
//! unknown group is code 1.

use crate::types::GroupName;

header! {
    GetProducerConnectionList asks GetProducerConnectionList {
        group: GroupName = "producerGroup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = GetProducerConnectionList {
            group: check::group(),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/get_producer_connection_list.bin"),
        );
    }
}
