//! END_TRANSACTION (37): commit or roll back a half message. One-way by default.

use crate::types::{GroupName, LogOffset, Text};

header! {
    EndTransaction asks EndTransaction {
        topic: Option<Text> = "topic",
        producer_group: GroupName = "producerGroup",
        /// Queue offset of the half message.
        half_offset: i64 = "tranStateTableOffset",
        at: LogOffset = "commitLogOffset",
        /// 8 commit, 12 roll back, 0 unknown.
        outcome: i32 = "commitOrRollback",
        from_check: Option<bool> = "fromTransactionCheck",
        unique_key: Option<Text> = "msgId",
        transaction_id: Option<Text> = "transactionId",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = EndTransaction {
            topic: Some("orders".into()),
            producer_group: check::group(),
            half_offset: 7,
            at: LogOffset(4096),
            outcome: 8,
            from_check: Some(false),
            unique_key: Some("0A00000504D218B4AAC20A3B1C2D0001".into()),
            transaction_id: Some("tx-1".into()),
        };
        check::request(
            &sample,
            include_bytes!("../testdata/request/end_transaction.bin"),
        );
    }
}
