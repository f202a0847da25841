//! LOCK_BATCH_MQ (41): lock message queues for an orderly consumer. The body is a `LockBatch`, the answer
//! `LockedQueues`.

header! {
    LockBatchQueues asks LockBatchQueues {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = LockBatchQueues {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/lock_batch_queues.bin"),
        );
    }
}
