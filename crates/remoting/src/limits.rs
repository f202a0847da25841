//! Every maximum a peer can push against. Checked before anything is allocated.

/// Longest frame, its own four length bytes included (RocketMQ's default `frameMaxLength`).
pub const FRAME_LEN_MAX: usize = 16 * 1024 * 1024;

/// Longest header. The largest honest one carries `PROPERTIES_LEN_MAX` bytes, each escaped as `\u00XX`.
pub const HEADER_LEN_MAX: usize = 1024 * 1024;

/// Most ext fields in one header; clients send fewer than thirty.
pub const FIELDS_MAX: usize = 512;

/// Deepest nesting of a JSON header or body.
pub const JSON_DEPTH_MAX: usize = 64;

/// Longest encoded property block: its length is an `i16` in the record.
pub const PROPERTIES_LEN_MAX: usize = i16::MAX as usize;

/// Longest message body, also of a batch (RocketMQ's default `maxMessageSize`).
pub const BODY_LEN_MAX: usize = 4 * 1024 * 1024;

/// Most messages in one batch. An entry has at least 22 bytes, so this is far below what fits into a body.
pub const BATCH_ENTRIES_MAX: usize = 32 * 1024;

/// Longest topic name a user may choose.
pub const TOPIC_LEN_MAX: usize = 127;

/// Longest name of a topic derived from a group (`%RETRY%…`, `%DLQ%…`).
pub const DERIVED_TOPIC_LEN_MAX: usize = 255;

/// Longest group name. Shorter than a topic's so that the derived topics stay legal.
pub const GROUP_LEN_MAX: usize = 120;

/// Largest record: body, properties, topic and the fixed fields with IPv6 addresses.
pub const RECORD_LEN_MAX: usize = BODY_LEN_MAX + PROPERTIES_LEN_MAX + DERIVED_TOPIC_LEN_MAX + 128;

/// How much of a refused value an error repeats.
pub const ERROR_VALUE_LEN_MAX: usize = 64;

/// How much of a JSON parser's own words an error repeats: they may contain the value it stumbled over.
pub const ERROR_REASON_LEN_MAX: usize = 256;

const _: () = assert!(
    PROPERTIES_LEN_MAX * 6 + 8 * 1024 <= HEADER_LEN_MAX,
    "the largest honest send header fits"
);
const _: () = assert!(HEADER_LEN_MAX < FRAME_LEN_MAX, "a header fits into a frame");
const _: () = assert!(
    BODY_LEN_MAX + HEADER_LEN_MAX <= FRAME_LEN_MAX,
    "the largest message fits into a frame"
);
const _: () = assert!(
    GROUP_LEN_MAX + "%RETRY%".len() <= DERIVED_TOPIC_LEN_MAX,
    "a group's topics are legal topics"
);
const _: () = assert!(
    FRAME_LEN_MAX <= i32::MAX as usize,
    "frame lengths are i32 on the wire"
);
