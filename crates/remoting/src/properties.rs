//! The property block of a message: `name 0x01 value 0x02 name 0x01 value 0x02 …`, UTF-8, at most 32767 bytes.
//!
//! Read as Java reads it: an entry without 0x01, with an empty name or an empty value is not there, the last separator
//! may be missing, and of two entries with one name the later counts. Written with the trailing separator.

use memchr::memchr;

use crate::{error::WireError, limits};

/// Index keys, separated by spaces.
pub const KEYS: &str = "KEYS";
/// The tag subscriptions filter by.
pub const TAGS: &str = "TAGS";
/// `false`: the producer does not wait for the flush.
pub const WAIT: &str = "WAIT";
/// Delay level 1..=18.
pub const DELAY: &str = "DELAY";
/// Original topic of a retried message.
pub const RETRY_TOPIC: &str = "RETRY_TOPIC";
/// Target topic of a delayed or half message.
pub const REAL_TOPIC: &str = "REAL_TOPIC";
/// Target queue of a delayed or half message.
pub const REAL_QUEUE_ID: &str = "REAL_QID";
/// `true`: a transactional half message.
pub const TRANSACTION_PREPARED: &str = "TRAN_MSG";
/// Producer group of a half message, asked how its transaction ended.
pub const PRODUCER_GROUP: &str = "PGROUP";
/// offsetMsgId of the first delivery.
pub const ORIGIN_MESSAGE_ID: &str = "ORIGIN_MESSAGE_ID";
/// Delivery attempts, carried by consumers that re-send.
pub const RECONSUME_TIME: &str = "RECONSUME_TIME";
/// Attempts after which a message goes to the DLQ.
pub const MAX_RECONSUME_TIMES: &str = "MAX_RECONSUME_TIMES";
/// Region, set by the broker on single sends.
pub const MSG_REGION: &str = "MSG_REGION";
/// Whether clients trace this message, set by the broker on single sends.
pub const TRACE_ON: &str = "TRACE_ON";
/// Unique key: the message id a producer shows.
pub const UNIQ_KEY: &str = "UNIQ_KEY";
/// Message count of an inner batch.
pub const INNER_NUM: &str = "INNER_NUM";
/// Base offset of an inner batch.
pub const INNER_BASE: &str = "INNER_BASE";
/// First delay of a transaction check, in seconds.
pub const CHECK_IMMUNITY_TIME: &str = "CHECK_IMMUNITY_TIME_IN_SECONDS";
/// Queue offset of the first copy of a half message.
pub const PREPARED_QUEUE_OFFSET: &str = "TRAN_PREPARED_QUEUE_OFFSET";
/// Transaction id, usually the unique key.
pub const TRANSACTION_ID: &str = "__transactionId__";
/// Checks a half message has had.
pub const TRANSACTION_CHECK_TIMES: &str = "TRANSACTION_CHECK_TIMES";
/// Namespace instance.
pub const INSTANCE_ID: &str = "INSTANCE_ID";
/// Links a reply to its request.
pub const CORRELATION_ID: &str = "CORRELATION_ID";
/// Client that waits for a reply.
pub const REPLY_TO_CLIENT: &str = "REPLY_TO_CLIENT";
/// How long a requester waits, in milliseconds.
pub const TTL: &str = "TTL";
/// `reply` for replies.
pub const MSG_TYPE: &str = "MSG_TYPE";
/// When the broker pushed a reply.
pub const PUSH_REPLY_TIME: &str = "PUSH_REPLY_TIME";
/// Cluster name, set by the broker on single sends.
pub const CLUSTER: &str = "CLUSTER";
/// Handle of a popped message; a client's own is stripped on send.
pub const POP_CK: &str = "POP_CK";
/// First pop.
pub const FIRST_POP_TIME: &str = "1ST_POP_TIME";
/// Ordering key.
pub const SHARDING_KEY: &str = "__SHARDINGKEY";
/// Delay in seconds.
pub const TIMER_DELAY_SEC: &str = "TIMER_DELAY_SEC";
/// Delay in milliseconds.
pub const TIMER_DELAY_MS: &str = "TIMER_DELAY_MS";
/// Delivery time, milliseconds since the epoch.
pub const TIMER_DELIVER_MS: &str = "TIMER_DELIVER_MS";
/// Delivery time the broker computed.
pub const TIMER_OUT_MS: &str = "TIMER_OUT_MS";
/// When a timer message was stored.
pub const TIMER_ENQUEUE_MS: &str = "TIMER_ENQUEUE_MS";
/// When a timer message fell due.
pub const TIMER_DEQUEUE_MS: &str = "TIMER_DEQUEUE_MS";
/// How often a timer message was put back.
pub const TIMER_ROLL_TIMES: &str = "TIMER_ROLL_TIMES";
/// Cancels a timer message.
pub const TIMER_DEL_UNIQ_KEY: &str = "TIMER_DEL_UNIQKEY";
/// Original topic of a dead letter.
pub const DLQ_ORIGIN_TOPIC: &str = "DLQ_ORIGIN_TOPIC";
/// Original message id of a dead letter.
pub const DLQ_ORIGIN_MESSAGE_ID: &str = "DLQ_ORIGIN_MESSAGE_ID";
/// Queues and offsets of light topics.
pub const INNER_MULTI_DISPATCH: &str = "INNER_MULTI_DISPATCH";
/// Offsets of light topics.
pub const INNER_MULTI_QUEUE_OFFSET: &str = "INNER_MULTI_QUEUE_OFFSET";
/// Born host as the proxy saw it.
pub const BORN_HOST: &str = "__BORNHOST";
/// Born time as the proxy saw it.
pub const BORN_TIMESTAMP: &str = "BORN_TIMESTAMP";
/// Trace context as the proxy passed it on.
pub const TRACE_CONTEXT: &str = "TRACE_CONTEXT";

/// Names that RocketMQ itself gives a meaning, in any of its versions: a user must not choose them.
pub const RESERVED: &[&str] = &[
    "1ST_POP_TIME",
    "ARRIVE_TIME",
    "BORN_TIMESTAMP",
    "BUYER_ID",
    "CHECK_IMMUNITY_TIME_IN_SECONDS",
    "CLUSTER",
    "CONSUME_START_TIME",
    "CORRECTION_FLAG",
    "CORRELATION_ID",
    "DELAY",
    "DLQ_ORIGIN_MESSAGE_ID",
    "DLQ_ORIGIN_TOPIC",
    "DUP_INFO",
    "EXTEND_UNIQ_INFO",
    "INNER_BASE",
    "INNER_MULTI_DISPATCH",
    "INNER_MULTI_QUEUE_OFFSET",
    "INNER_NUM",
    "INSTANCE_ID",
    "KEYS",
    "MAX_OFFSET",
    "MAX_RECONSUME_TIMES",
    "MIN_OFFSET",
    "MQ2_FLAG",
    "MSG_REGION",
    "MSG_TYPE",
    "ORIGIN_MESSAGE_ID",
    "PGROUP",
    "POP_CK",
    "POP_CK_OFFSET",
    "PROPERTY_FORWARD_QUEUE_ID",
    "PUSH_REPLY_TIME",
    "REAL_QID",
    "REAL_TOPIC",
    "RECONSUME_TIME",
    "REDIRECT",
    "REPLY_TO_CLIENT",
    "RETRY_TOPIC",
    "TAGS",
    "TIMER_DELAY_LEVEL",
    "TIMER_DELAY_MS",
    "TIMER_DELAY_SEC",
    "TIMER_DELIVER_MS",
    "TIMER_DEL_UNIQKEY",
    "TIMER_DEQUEUE_MS",
    "TIMER_ENQUEUE_MS",
    "TIMER_OUT_MS",
    "TIMER_ROLL_TIMES",
    "TRACE_CONTEXT",
    "TRACE_ON",
    "TRANSACTION_CHECK_TIMES",
    "TRANSFER_FLAG",
    "TRAN_MSG",
    "TRAN_PREPARED_QUEUE_OFFSET",
    "TTL",
    "UNIQ_KEY",
    "WAIT",
    "__BORNHOST",
    "__CRC32#",
    "__SHARDINGKEY",
    "__transactionId__",
];

const NAME_END: u8 = 1;
const ENTRY_END: u8 = 2;

/// Whether RocketMQ itself gives this name a meaning.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.binary_search(&name).is_ok() || name.starts_with("__RMQ.")
}

/// A property block, read in place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Properties<'a> {
    block: &'a [u8],
}

impl<'a> Properties<'a> {
    /// Any bytes: what is no entry, or no UTF-8, is skipped on reading.
    pub const fn new(block: &'a [u8]) -> Self {
        Self { block }
    }

    pub fn as_bytes(&self) -> &'a [u8] {
        self.block
    }

    pub fn get(&self, name: &str) -> Option<&'a str> {
        let value = raw_entries(self.block)
            .filter(|(n, _)| *n == name.as_bytes())
            .last()?
            .1;
        core::str::from_utf8(value).ok()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        raw_entries(self.block).filter_map(|(name, value)| {
            Some((
                core::str::from_utf8(name).ok()?,
                core::str::from_utf8(value).ok()?,
            ))
        })
    }

    /// The words of `KEYS`.
    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        words(self.get(KEYS).unwrap_or_default())
    }

    pub fn tag(&self) -> Option<&'a str> {
        self.get(TAGS)
    }

    pub fn uniq_key(&self) -> Option<&'a str> {
        self.get(UNIQ_KEY)
    }

    /// Tag, unique key and the words of `KEYS`, all from one pass over the block.
    pub fn terms(&self) -> Terms<'a> {
        let mut terms = Terms::default();
        for (name, value) in raw_entries(self.block) {
            let slot = match name {
                b"TAGS" => &mut terms.tag,
                b"UNIQ_KEY" => &mut terms.uniq_key,
                b"KEYS" => &mut terms.keys,
                _ => continue,
            };
            *slot = core::str::from_utf8(value).ok();
        }
        terms
    }
}

/// What a message is found by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Terms<'a> {
    pub tag: Option<&'a str>,
    pub uniq_key: Option<&'a str>,
    keys: Option<&'a str>,
}

impl<'a> Terms<'a> {
    pub fn keys(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        words(self.keys.unwrap_or_default())
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

/// Entries as Java's decoder sees them.
fn raw_entries(block: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut rest = block;
    core::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = memchr(ENTRY_END, rest).unwrap_or(rest.len());
            let entry = &rest[..end];
            rest = rest.get(end + 1..).unwrap_or_default();
            let Some(name_end) = memchr(NAME_END, entry) else {
                continue;
            };
            let (name, value) = (&entry[..name_end], &entry[name_end + 1..]);
            if !name.is_empty() && !value.is_empty() {
                return Some((name, value));
            }
        }
        None
    })
}

/// Appends an entry, closing the one before it when its separator is missing.
pub fn append(block: &mut Vec<u8>, name: &str, value: &str) {
    close_last(block);
    block.extend_from_slice(name.as_bytes());
    block.push(NAME_END);
    block.extend_from_slice(value.as_bytes());
    block.push(ENTRY_END);
}

fn close_last(block: &mut Vec<u8>) {
    if block.last().is_some_and(|last| *last != ENTRY_END) {
        block.push(ENTRY_END);
    }
}

/// Appends all entries of `from` but those called one of `names`; byte for byte when none is.
pub fn append_without(block: &mut Vec<u8>, from: Properties<'_>, names: &[&str]) {
    if !raw_entries(from.block).any(|(name, _)| names.iter().any(|n| n.as_bytes() == name)) {
        block.extend_from_slice(from.block);
        return;
    }
    for (name, value) in raw_entries(from.block) {
        if names.iter().any(|n| n.as_bytes() == name) {
            continue;
        }
        close_last(block);
        block.extend_from_slice(name);
        block.push(NAME_END);
        block.extend_from_slice(value);
        block.push(ENTRY_END);
    }
}

/// A property block from a request, refused when a record could not hold it.
pub fn parse_checked(text: &str) -> Result<Properties<'_>, WireError> {
    if text.len() > limits::PROPERTIES_LEN_MAX {
        return Err(WireError::TooLong {
            what: "properties",
            len: text.len(),
            max: limits::PROPERTIES_LEN_MAX,
        });
    }
    Ok(Properties::new(text.as_bytes()))
}

/// Whether a name or value can be an entry at all: not empty and without separators.
pub fn is_encodable(text: &str) -> bool {
    !text.is_empty() && !text.bytes().any(|b| b == NAME_END || b == ENTRY_END)
}

/// Java's `String.hashCode` of a tag: over UTF-16 units, wrapping. 0 for no tag.
pub fn tag_hash(tag: &str) -> i32 {
    tag.encode_utf16().fold(0i32, |hash, unit| {
        hash.wrapping_mul(31).wrapping_add(i32::from(unit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(block: &[u8]) -> Vec<(&str, &str)> {
        Properties::new(block).iter().collect()
    }

    #[test]
    fn malformed_entries_are_not_there() {
        assert_eq!(listed(b""), []);
        assert_eq!(listed(b"a\x01b"), [("a", "b")]);
        assert_eq!(listed(b"a\x01b\x02"), [("a", "b")]);
        assert_eq!(
            listed(b"\x02\x02noname\x02\x01v\x02e\x01\x02k\x01v\x01w\x02"),
            [("k", "v\x01w")]
        );
        assert_eq!(listed(b"k\x01\xff\xfe\x02l\x01m\x02"), [("l", "m")]);
    }

    #[test]
    fn the_later_of_two_entries_counts() {
        let block = b"TAGS\x01a\x02KEYS\x01 k1  k2 \x02TAGS\x01b\x02UNIQ_KEY\x01U\x02";
        let properties = Properties::new(block);
        assert_eq!(properties.tag(), Some("b"));
        assert_eq!(properties.keys().collect::<Vec<_>>(), ["k1", "k2"]);
        let terms = properties.terms();
        assert_eq!((terms.tag, terms.uniq_key), (Some("b"), Some("U")));
        assert_eq!(terms.keys().collect::<Vec<_>>(), ["k1", "k2"]);
    }

    #[test]
    fn appending_closes_an_open_block() {
        let mut block = b"a\x01b".to_vec();
        append(&mut block, "c", "d");
        assert_eq!(block, b"a\x01b\x02c\x01d\x02");
    }

    #[test]
    fn removing_keeps_the_rest_byte_for_byte() {
        let untouched: &[u8] = b"odd\x02a\x01b";
        let mut block = Vec::new();
        append_without(&mut block, Properties::new(untouched), &[POP_CK]);
        assert_eq!(block, untouched);
        let mut block = Vec::new();
        append_without(
            &mut block,
            Properties::new(b"a\x01b\x02POP_CK\x01x\x02c\x01d"),
            &[POP_CK],
        );
        assert_eq!(block, b"a\x01b\x02c\x01d\x02");
    }

    #[test]
    fn the_tag_hash_is_javas() {
        assert_eq!(tag_hash(""), 0);
        assert_eq!(tag_hash("TagA"), 2_598_919);
        assert_eq!(tag_hash("polygenelubricants"), i32::MIN);
        assert_eq!(tag_hash("订单"), 1_129_459);
        assert_eq!(tag_hash("😀"), 1_772_899);
    }

    #[test]
    fn reserved_names_are_sorted_for_the_search() {
        assert!(RESERVED.is_sorted());
        assert!(
            is_reserved("KEYS")
                && is_reserved("__RMQ.TRANSIENT.TOPIC_SYS_FLAG")
                && !is_reserved("orderId")
        );
    }

    #[test]
    fn a_block_too_long_for_a_record_is_refused() {
        assert!(parse_checked(&"x".repeat(32_767)).is_ok());
        assert!(matches!(
            parse_checked(&"x".repeat(32_768)),
            Err(WireError::TooLong { len: 32_768, .. })
        ));
    }
}
