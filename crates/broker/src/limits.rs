//! Every maximum a peer can push the broker against, with the reason for its size.

use std::time::Duration;

/// Messages in one batch: each becomes an entry in the reply, which must stay far below a frame.
pub const BATCH_ENTRIES_MAX: usize = 8_192;
/// Message queues of one topic.
pub const QUEUES_MAX: u32 = 4_096;
/// Topics, and consumer groups: each costs a row in `meta` and some hundred bytes of memory.
pub const TOPICS_MAX: usize = 200_000;
/// See [`TOPICS_MAX`].
pub const GROUPS_MAX: usize = 200_000;
/// Consumer offsets kept (group, topic, queue).
pub const OFFSETS_MAX: usize = 4_000_000;
/// Groups and topics one heartbeat may name; a client process has a handful.
pub const HEARTBEAT_GROUPS_MAX: usize = 256;
/// See [`HEARTBEAT_GROUPS_MAX`].
pub const HEARTBEAT_SUBSCRIPTIONS_MAX: usize = 4_096;
/// Client ids are `ip@pid#nanos`; longer ones are refused.
pub const CLIENT_ID_LEN_MAX: usize = 255;
/// Queues one lock request may name.
pub const LOCK_QUEUES_MAX: usize = 65_536;
/// Entries and value bytes of the name server's key-value table.
pub const KV_ENTRIES_MAX: usize = 10_000;
/// See [`KV_ENTRIES_MAX`].
pub const KV_VALUE_LEN_MAX: usize = 64 * 1024;

/// Messages in one pull reply.
pub const PULL_COUNT_MAX: u32 = 32;
/// Bytes of one pull reply: Go, C++ and ali-ons have small receive buffers (reference §8.43).
pub const PULL_BYTES_MAX: u32 = 256 * 1024;
/// Index entries looked at for one pull before it answers "nothing matched, go on".
pub const PULL_SCAN_MAX: u32 = 800;
/// Longest time a pull is held, whatever the client asks for.
pub const SUSPEND_MAX: Duration = Duration::from_secs(120);
/// Pulls held at once, over all connections.
pub const HELD_PULLS_MAX: usize = 100_000;
/// Pulls held for one connection.
pub const HELD_PULLS_PER_CONNECTION_MAX: usize = 8_192;

/// Messages one query by key returns, whatever the client asks for.
pub const QUERY_MESSAGES_MAX: usize = 64;
/// Bytes one query by key returns: below what the slowest client buffers for a frame.
pub const QUERY_BYTES_MAX: usize = 8 * 1024 * 1024;
/// A query by unique key looks for the newest of the copies only.
pub const QUERY_UNIQUE_MAX: usize = 32;

/// How long a queue lock lasts without being renewed (reference §4.2).
pub const QUEUE_LOCK: Duration = Duration::from_secs(60);
/// A client that has not sent a heartbeat for so long is gone (reference §4.6).
pub const CLIENT_EXPIRY: Duration = Duration::from_secs(120);
/// A connection without a byte in either direction for so long is closed (reference §1.7).
pub const IDLE: Duration = Duration::from_secs(120);
/// How long an acknowledgement waits for the flush before it says so (code 10).
pub const FLUSH_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a peer may leave our bytes unread before it is cut off.
pub const WRITE_STALL: Duration = Duration::from_secs(30);
/// Consumer offsets are written this often, so that a crash costs at most 5 s of them.
pub const OFFSET_PERSIST: Duration = Duration::from_secs(2);

/// Log lines a second about connections that are refused: a flood of them must not fill the disk.
pub const REFUSAL_LINES_PER_SECOND: u32 = 20;

/// Bytes read from a connection at once: at first, and when it sends much.
pub const READ_CHUNK_MIN: usize = 4 * 1024;
/// See [`READ_CHUNK_MIN`].
pub const READ_CHUNK_MAX: usize = 256 * 1024;
/// An input buffer that has held more than this is given back once it is empty.
pub const INPUT_KEPT_MAX: usize = 512 * 1024;
/// Bytes waiting to be written to one connection above which it is no longer read from.
pub const OUT_SOFT_MAX: usize = 1024 * 1024;
/// Bytes waiting to be written to one connection above which it is cut off: only replies that were already
/// under way (held pulls, notifications, acknowledgements) can pass the soft limit.
pub const OUT_HARD_MAX: usize = 64 * 1024 * 1024;
/// Bytes waiting to be written to all connections together above which who still has some to read gets no more; above
/// twice as many, no pull is started.
pub const OUT_TOTAL_MAX: usize = 256 * 1024 * 1024;
/// Acknowledgement bytes of one connection that may wait for the flush; above it the connection is not read from.
pub const UNFLUSHED_ACKS_MAX: usize = 4 * 1024 * 1024;
/// Requests of one connection that run on the blocking pool at once; above it the answer is `[OVERLOAD]`.
pub const BLOCKING_PER_CONNECTION_MAX: usize = 16;
/// The same over all connections.
pub const BLOCKING_MAX: usize = 256;

const _: () = assert!(
    OUT_SOFT_MAX >= PULL_BYTES_MAX as usize,
    "a full pull reply fits below the soft limit"
);
const _: () = assert!(OUT_HARD_MAX > OUT_SOFT_MAX);
const _: () = assert!(
    OUT_HARD_MAX > remoting::limits::FRAME_LEN_MAX,
    "one frame can always be written"
);
