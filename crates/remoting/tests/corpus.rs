//! Every reader of the crate over every file of `src/testdata`, as it is and damaged: no panic, no endless loop, no
//! large allocation, and for hostile input the outcome its folder names. A fuzzer starts from the same files.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests: what fails here fails the test"
)]

use std::{
    fs,
    path::{Path, PathBuf},
};

use bytes::BytesMut;
use remoting::{
    batch::BatchEntries,
    body::{self, Body},
    compression::{Compression, decompress},
    fields::Fields,
    frame,
    message_id::{OffsetMessageId, UniqueKey},
    properties::Properties,
    record::{Record, records},
    request::{self, Reply, Request},
};

fn files(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    fn collect(folder: &Path, into: &mut Vec<(PathBuf, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, into);
            } else {
                let bytes = fs::read(&path).unwrap();
                into.push((path, bytes));
            }
        }
    }
    let mut all = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("src/testdata")
            .join(folder),
        &mut all,
    );
    all.sort();
    assert!(!all.is_empty(), "{folder} has files");
    all
}

fn decode(bytes: &[u8]) -> Result<Option<remoting::command::Command>, remoting::error::WireError> {
    frame::decode(&mut BytesMut::from(bytes))
}

/// How many readers made something of the bytes; the number itself is of no interest.
fn read_everything(bytes: &[u8]) -> usize {
    let mut read = 0;
    if let Ok(Some(command)) = decode(bytes) {
        read += 1 + read_headers(&command.fields);
    }
    read += usize::from(Record::parse(bytes).is_ok())
        + records(bytes).count()
        + BatchEntries::new(bytes).count();
    read += Properties::new(bytes).iter().count();
    let text = String::from_utf8_lossy(bytes);
    read += usize::from(text.parse::<OffsetMessageId>().is_ok())
        + usize::from(UniqueKey::describe(&text).is_some());
    read + read_bodies(bytes)
}

fn read_headers(fields: &Fields) -> usize {
    let outcomes = [
        request::send_message::SendMessage::read(fields).is_ok(),
        request::send_message::SendMessageReply::read(fields).is_ok(),
        request::pull_message::PullMessage::read(fields).is_ok(),
        request::pull_message::PullMessageReply::read(fields).is_ok(),
        request::query_message::QueryMessage::read(fields).is_ok(),
        request::update_and_create_topic::UpdateAndCreateTopic::read(fields).is_ok(),
        request::unregister_client::UnregisterClient::read(fields).is_ok(),
        request::end_transaction::EndTransaction::read(fields).is_ok(),
        request::search_offset_by_timestamp::SearchOffsetByTimestamp::read(fields).is_ok(),
    ];
    outcomes.into_iter().filter(|outcome| *outcome).count()
}

fn read_bodies(bytes: &[u8]) -> usize {
    let outcomes = [
        body::heartbeat::Heartbeat::read(bytes).is_ok(),
        body::topic_route::TopicRoute::read(bytes).is_ok(),
        body::cluster_info::ClusterInfo::read(bytes).is_ok(),
        body::topic_stats::TopicStats::read(bytes).is_ok(),
        body::consume_stats::ConsumeStats::read(bytes).is_ok(),
        body::topic_config::TopicConfigTable::read(bytes).is_ok(),
        body::group_config::GroupConfigTable::read(bytes).is_ok(),
        body::connections::ConsumerConnections::read(bytes).is_ok(),
        body::lock_batch::LockBatch::read(bytes).is_ok(),
    ];
    outcomes.into_iter().filter(|outcome| *outcome).count()
}

#[test]
fn hostile_frames_end_as_their_folder_says() {
    for (path, bytes) in files("hostile/frame/refused") {
        assert!(
            decode(&bytes).is_err(),
            "{} is taken for a frame",
            path.display()
        );
    }
    for (path, bytes) in files("hostile/frame/accepted") {
        let command = decode(&bytes)
            .unwrap()
            .unwrap_or_else(|| panic!("{} is incomplete", path.display()));
        let mut out = BytesMut::new();
        command.encode(&mut out).unwrap();
        let again = frame::decode(&mut out).unwrap().unwrap();
        assert_eq!(
            (again.code, again.fields),
            (command.code, command.fields),
            "{}",
            path.display()
        );
    }
}

#[test]
fn hostile_records_batches_and_bodies_are_refused() {
    for (path, bytes) in files("hostile/record") {
        assert!(Record::parse(&bytes).is_err(), "{}", path.display());
    }
    for (path, bytes) in files("hostile/batch") {
        assert!(
            BatchEntries::new(&bytes).any(|entry| entry.is_err()),
            "{}",
            path.display()
        );
    }
    for (path, bytes) in files("hostile/body") {
        let as_its_kind = match path.file_stem().and_then(|stem| stem.to_str()) {
            Some("key_is_no_queue" | "deep_object_keys") => {
                body::topic_stats::TopicStats::read(&bytes).is_ok()
            }
            Some("number_out_of_range") => body::topic_config::TopicConfig::read(&bytes).is_ok(),
            _ => body::heartbeat::Heartbeat::read(&bytes).is_ok(),
        };
        assert!(!as_its_kind, "{}", path.display());
    }
}

#[test]
fn every_file_cut_and_damaged_is_read_without_a_panic() {
    let mut read = 0;
    for (_, bytes) in files("") {
        // Long files are long by repetition: some forty places in each are enough.
        let step = bytes.len() / 40 + 1;
        for at in (0..bytes.len()).step_by(step) {
            read += read_everything(&bytes[..at]);
            for value in [0x00, 0x22, 0xFF] {
                let mut damaged = bytes.clone();
                damaged[at] = value;
                read += read_everything(&damaged);
            }
        }
    }
    assert!(read > 2_000, "most damage leaves something to read: {read}");
}

#[test]
fn damaged_compressed_bodies_stay_within_the_limit() {
    for (path, bytes) in files("compression") {
        for at in 0..bytes.len().min(64) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xFF;
            for compression in [Compression::Lz4, Compression::Zstd, Compression::Zlib] {
                if let Ok(read) = decompress(compression, &damaged, 1_000) {
                    assert!(read.bytes.len() <= 1_000, "{}, byte {at}", path.display());
                }
            }
        }
    }
}
