//! PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361): read messages of a queue from an offset on, or wait for the next.
//!
//! The answer's header is required with codes 0, 19, 20 and 21; its body, with code 0, is records back to back.

use crate::types::{GroupName, QueueOffset, QueueRef, Text};

/// Bits of the request's `sys_flag`.
pub mod pull_flag {
    /// `commit_offset` says where the group is.
    pub const COMMIT_OFFSET: i32 = 1;
    /// The broker may hold the request until a message comes.
    pub const SUSPEND: i32 = 2;
    /// `subscription` says what is wanted, not the registered one.
    pub const SUBSCRIPTION: i32 = 4;
    pub const CLASS_FILTER: i32 = 8;
    pub const LITE_PULL: i32 = 16;
}

header! {
    PullMessage asks PullMessage {
        group: GroupName = "consumerGroup",
        queue: QueueRef = "topic",
        /// As sent; a negative one is below every queue's minimum.
        offset: i64 = "queueOffset",
        max: i32 = "maxMsgNums",
        /// Bits of `pull_flag`.
        sys_flag: i32 = "sysFlag",
        commit_offset: Option<i64> = "commitOffset",
        suspend_ms: Option<i64> = "suspendTimeoutMillis",
        subscription: Option<Text> = "subscription",
        subscription_version: Option<i64> = "subVersion",
        /// `TAG` (default) or `SQL92`.
        expression_type: Option<Text> = "expressionType",
        max_bytes: Option<i32> = "maxMsgBytes",
    }
}

header! {
    PullMessageReply answers {
        /// 0 is the master.
        suggested_broker: i64 = "suggestWhichBrokerId",
        next: QueueOffset = "nextBeginOffset",
        min: QueueOffset = "minOffset",
        max: QueueOffset = "maxOffset",
        /// With code 16: 1 broker, 2 group, 3 topic, 4 broadcasting, 5 subscription.
        forbidden: Option<i32> = "forbiddenType",
    }
}

impl PullMessage {
    pub fn has_flag(&self, bit: i32) -> bool {
        self.sys_flag & bit != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = PullMessage {
            group: check::group(),
            queue: check::queue(),
            offset: 42,
            max: 32,
            sys_flag: pull_flag::SUSPEND | pull_flag::SUBSCRIPTION,
            commit_offset: Some(0),
            suspend_ms: Some(15_000),
            subscription: Some("TagA || TagB".into()),
            subscription_version: Some(1_700_000_000_000),
            expression_type: Some("TAG".into()),
            max_bytes: Some(i32::MAX),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/pull_message.bin"),
        );
        assert!(sample.has_flag(pull_flag::SUSPEND) && !sample.has_flag(pull_flag::COMMIT_OFFSET));
    }

    #[test]
    fn the_answer_of_the_java_broker_is_read_and_written() {
        let sample = PullMessageReply {
            suggested_broker: 0,
            next: QueueOffset(74),
            min: QueueOffset(0),
            max: QueueOffset(100),
            forbidden: None,
        };
        check::reply(
            &sample,
            include_bytes!("../testdata/request/pull_message_reply.bin"),
        );
    }
}
