//! CONSUMER_SEND_MSG_BACK (36): a consumer could not process a message, deliver it again later.

use crate::types::{GroupName, LogOffset, Text};

header! {
    ConsumerSendMessageBack asks ConsumerSendMessageBack {
        at: LogOffset = "offset",
        group: GroupName = "group",
        delay_level: i32 = "delayLevel",
        origin_message_id: Option<Text> = "originMsgId",
        origin_topic: Option<Text> = "originTopic",
        max_reconsume_times: Option<i32> = "maxReconsumeTimes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = ConsumerSendMessageBack {
            at: LogOffset(4096),
            group: check::group(),
            delay_level: 3,
            origin_message_id: Some("0A00000500002A9F0000000000001000".into()),
            origin_topic: Some("orders".into()),
            max_reconsume_times: Some(16),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/consumer_send_message_back.bin"),
        );
    }
}
