//! HEART_BEAT (34): who a client is and what it subscribes to. No header; the body is a `Heartbeat`.

header! {
    HeartBeat asks HeartBeat {}
}

header! {
    HeartBeatReply answers {
        /// Whether the client may leave its subscriptions out of later heartbeats.
        supports_v2: bool = "IS_SUPPORT_HEART_BEAT_V2",
        subscriptions_changed: bool = "IS_SUB_CHANGE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = HeartBeat {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/heart_beat.bin"),
        );
    }
}
