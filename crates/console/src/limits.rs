//! Every maximum a page can push against, with the reason for its size.

/// Rows of one page of topics; more would be a page nobody reads and a document of megabytes.
pub const TOPICS_PER_PAGE_MAX: u32 = 200;
/// Messages of one page.
pub const MESSAGES_PER_PAGE_MAX: u32 = 200;
/// Messages looked at in one call before a *continue* cursor is handed out: some 100 ms from a cold disk.
pub const SCAN_MAX: u64 = 10_000;
/// Bytes of records read in one call, for the same reason: large bodies count.
pub const SCAN_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Hits of each kind that a search shows; the rest is behind *more*.
pub const FIND_MAX: u32 = 50;
/// Copies of one message that its page lists.
pub const DUPLICATES_MAX: usize = 20;
/// Keys of a message whose other messages its page lists; the rest is one click away.
pub const DUPLICATE_KEYS_MAX: usize = 4;
/// Longest text that a search takes; a key is at most this long on the wire.
pub const FIND_TEXT_MAX: usize = 4_096;

/// Bytes of a body that a page shows, after decompression.
pub const BODY_SHOWN_MAX: usize = 512 * 1024;
/// Bytes of a body that a download holds, after decompression: above it the stored bytes are offered instead.
pub const BODY_DOWNLOAD_MAX: usize = 64 * 1024 * 1024;
/// Characters of a body in a list.
pub const PREVIEW_CHARS: usize = 120;
/// Bytes of a compressed body that are decompressed for a preview.
pub const PREVIEW_BYTES: usize = 1_024;

/// Message queues a new topic may have.
pub const QUEUES_MAX: u32 = 1_024;
/// Bytes of the body of a test message.
pub const TEST_BODY_MAX: usize = 4 * 1024 * 1024;
/// Characters of a tag.
pub const TAG_MAX: usize = 128;
/// Keys of a test message.
pub const KEYS_MAX: usize = 32;
/// Characters of one key.
pub const KEY_MAX: usize = 255;
/// User properties of a test message.
pub const PROPERTIES_MAX: usize = 64;
/// Characters of a property's name.
pub const PROPERTY_NAME_MAX: usize = 128;
/// Characters of a property's value.
pub const PROPERTY_VALUE_MAX: usize = 8 * 1024;
/// Bytes of all user properties: the record has room for 32,767 with what the broker adds.
pub const PROPERTIES_BYTES_MAX: usize = 24 * 1024;

/// How old the numbers may be that a list of all topics is sorted and summed by.
pub const STATS_AGE: std::time::Duration = std::time::Duration::from_secs(1);

const _: () = assert!(BODY_SHOWN_MAX < BODY_DOWNLOAD_MAX);
const _: () = assert!(
    MESSAGES_PER_PAGE_MAX as u64 <= SCAN_MAX,
    "one call can fill a page"
);
