//! UNLOCK_BATCH_MQ (42): give locks back. The body is a `LockBatch`; often one-way.

header! {
    UnlockBatchQueues asks UnlockBatchQueues {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::check;

    #[test]
    fn the_frame_of_the_java_client_is_read_and_written() {
        let sample = UnlockBatchQueues {};
        check::request(
            &sample,
            include_bytes!("../testdata/request/unlock_batch_queues.bin"),
        );
    }
}
