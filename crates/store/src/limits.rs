//! Every maximum the store holds itself and its callers to, with the reason.

/// One record: the largest message RocketMQ takes (4 MiB body) with its properties and names.
pub const RECORD_LEN_MAX: u64 = 4 * 1024 * 1024 + 128 * 1024;

/// One batch, which is one write in one segment. Room for three of the largest records.
pub const BATCH_LEN_MAX: u64 = 16 * 1024 * 1024;

/// Shortest segment; small ones exist for tests.
pub const SEGMENT_LEN_MIN: u64 = 16 * 1024;

/// Longest segment: frame lengths are u32, and a Blank frame may span a whole segment.
pub const SEGMENT_LEN_MAX: u64 = 2 * 1024 * 1024 * 1024;

/// Newest log bytes kept in memory for consumers that keep up. Touched only once written, so an idle process does not pay.
pub const HOT_TAIL_LEN: usize = 16 * 1024 * 1024;

/// The hot tail in pieces, so that a reader of an older piece never waits for the writer of the newest.
pub(crate) const HOT_PIECE_LEN: usize = 256 * 1024;

/// Batches that go into one positioned write.
pub(crate) const WRITE_SLICES_MAX: usize = 64;

/// What was written is flushed at most this much later, also when nobody waits for it.
pub(crate) const FLUSH_DELAY_MS: u64 = 200;

/// Places of damage that a recovery report lists one by one; more are counted.
pub(crate) const DAMAGE_LISTED_MAX: usize = 64;

/// Bytes of log that recovery reads at a time.
pub(crate) const SCAN_CHUNK_LEN: usize = 1024 * 1024;

/// Log that one read of a pull brings: what a client takes in one answer, with what lies between.
pub(crate) const READ_AHEAD_LEN_MAX: u64 = 512 * 1024;

/// Bytes of others between two records that are still read along: a second read costs about as much.
pub(crate) const READ_AHEAD_GAP_MAX: u64 = 8 * 1024;

/// Keys of one message that are looked up by: the words of KEYS and the UNIQ_KEY. More are kept in the record but not indexed.
pub const KEYS_PER_RECORD_MAX: usize = 64;

const _: () = assert!(RECORD_LEN_MAX * 3 < BATCH_LEN_MAX);
const _: () = assert!(BATCH_LEN_MAX < SEGMENT_LEN_MAX);
const _: () = assert!(HOT_TAIL_LEN.is_multiple_of(HOT_PIECE_LEN));

/// Tails that may wait to become index runs before appends are slowed down. Each covers 64 MiB of log, so this bounds the
/// memory of a burst and what a restart after it indexes again.
pub(crate) const UNSEALED_TAILS_PACED: usize = 4;

/// Index runs; beyond that neighbours are merged, so that a look-up asks at most so many.
pub(crate) const RUNS_MAX: usize = 256;

/// Tags counted one by one, per topic and run; what comes beyond is counted together.
pub(crate) const TAGS_PER_TOPIC_MAX: usize = 1000;

/// Longest tag that is counted by itself.
pub(crate) const TAG_LEN_MAX: usize = 255;

/// Free bytes that `meta` leaves alone: a commit that runs out of space midway would close the database.
pub(crate) const META_FREE_MIN: u64 = 16 * 1024 * 1024;

/// Memory that `meta` may use to keep pages.
pub(crate) const META_CACHE_LEN: usize = 4 * 1024 * 1024;
