//! The message record: how a message is stored, pulled and looked up. Clients walk it field by field, so every length
//! is exact. Big-endian.
//!
//! | field                        | size                | at (IPv4 hosts)                                              |
//! | total size, magic, body CRC  | 4, 4, 4             | 0, 4, 8    CRC-32 of the stored body & 0x7FFFFFFF            |
//! | queue id, flag               | 4, 4                | 12, 16                                                       |
//! | queue offset, log offset     | 8, 8                | 20, 28     set by `place`                                    |
//! | sys flag, born time          | 4, 8                | 36, 40                                                       |
//! | born host                    | 8 or 20             | 48         ip, port i32; 16-byte ip with sys flag 0x10       |
//! | store time                   | 8                   | 56         set by `place`                                    |
//! | store host                   | 8 or 20             | 64         16-byte ip with sys flag 0x20                     |
//! | reconsume times, prepared at | 4, 8                | 72, 76                                                       |
//! | body                         | 4 + n               | 84                                                           |
//! | topic                        | 1 + n (V1), 2 + n   |            V2 from 128 bytes on: Java reads a signed byte    |
//! | properties                   | 2 + n               |                                                              |

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use bytes::BufMut;

use crate::{
    error::WireError,
    limits,
    message_id::OffsetMessageId,
    properties::Properties,
    types::{LogOffset, QueueOffset},
};

pub const MAGIC_V1: u32 = 0xDAA3_20A7;
pub const MAGIC_V2: u32 = 0xDAA3_20AB;

/// Bits of `sysFlag`.
pub mod sys_flag {
    pub const COMPRESSED: i32 = 0x1;
    pub const MULTI_TAGS: i32 = 0x2;
    /// Mask of the transaction state; 0 is no transaction.
    pub const TRANSACTION: i32 = 0xC;
    pub const TRANSACTION_PREPARED: i32 = 0x4;
    pub const TRANSACTION_COMMIT: i32 = 0x8;
    pub const TRANSACTION_ROLLBACK: i32 = 0xC;
    pub const BORN_HOST_V6: i32 = 0x10;
    pub const STORE_HOST_V6: i32 = 0x20;
    pub const NEED_UNWRAP: i32 = 0x40;
    pub const INNER_BATCH: i32 = 0x80;
    /// Mask of the compression type.
    pub const COMPRESSION: i32 = 0x700;
    pub const COMPRESSION_SHIFT: u32 = 8;
}

const TOPIC_V1_MAX: usize = i8::MAX as usize;
const HOST_V4_LEN: usize = 8;
const HOST_V6_LEN: usize = 20;
const QUEUE_OFFSET_AT: usize = 20;
const LOG_OFFSET_AT: usize = 28;
const SYS_FLAG_AT: usize = 36;
const BORN_TIME_AT: usize = 40;
const BORN_HOST_AT: usize = 48;
/// Everything before the born host.
const HEAD_LEN: usize = BORN_HOST_AT;
/// Store time between the hosts; reconsume times and prepared offset after them.
const STORE_TIME_LEN: usize = 8;
const TAIL_LEN: usize = 12;

/// The smallest record: IPv4, V1, empty body, topic and properties.
pub const LEN_MIN: usize = HEAD_LEN + 2 * HOST_V4_LEN + STORE_TIME_LEN + TAIL_LEN + 4 + 1 + 2;

const _: () = assert!(
    BORN_HOST_AT + HOST_V4_LEN + STORE_TIME_LEN == 64,
    "store host of an IPv4 record"
);
const _: () = assert!(LEN_MIN == 91);

/// A message on its way into the log.
#[derive(Clone, Debug)]
pub struct NewRecord<'a> {
    pub topic: &'a str,
    pub queue_id: u32,
    pub flag: i32,
    pub sys_flag: i32,
    pub born_time: i64,
    pub born_host: SocketAddr,
    pub store_host: SocketAddr,
    pub reconsume_times: i32,
    pub prepared_at: i64,
    pub body: &'a [u8],
    pub properties: &'a [u8],
}

impl NewRecord<'_> {
    /// The exact length of the record, refusing what the format cannot hold.
    pub fn encoded_len(&self) -> Result<usize, WireError> {
        within("body", self.body.len(), limits::BODY_LEN_MAX)?;
        within(
            "properties",
            self.properties.len(),
            limits::PROPERTIES_LEN_MAX,
        )?;
        within("topic", self.topic.len(), limits::DERIVED_TOPIC_LEN_MAX)?;
        let topic_len = if self.is_v2() { 2 } else { 1 } + self.topic.len();
        let hosts = host_len(self.born_host) + host_len(self.store_host);
        Ok(HEAD_LEN
            + hosts
            + STORE_TIME_LEN
            + TAIL_LEN
            + 4
            + self.body.len()
            + topic_len
            + 2
            + self.properties.len())
    }

    /// Appends the record. Queue offset, log offset and store time are 0 until `place`.
    pub fn encode_into(&self, out: &mut Vec<u8>) -> Result<(), WireError> {
        let len = self.encoded_len()?;
        let start = out.len();
        out.reserve(len);
        out.put_u32(len as u32);
        out.put_u32(if self.is_v2() { MAGIC_V2 } else { MAGIC_V1 });
        out.put_u32(body_crc(self.body));
        out.put_u32(self.queue_id);
        out.put_i32(self.flag);
        out.put_u64(0);
        out.put_u64(0);
        out.put_i32(self.sys_flag_with_hosts());
        out.put_i64(self.born_time);
        put_host(out, self.born_host);
        out.put_i64(0);
        put_host(out, self.store_host);
        out.put_i32(self.reconsume_times);
        out.put_i64(self.prepared_at);
        out.put_u32(self.body.len() as u32);
        out.put_slice(self.body);
        if self.is_v2() {
            out.put_u16(self.topic.len() as u16);
        } else {
            out.put_u8(self.topic.len() as u8);
        }
        out.put_slice(self.topic.as_bytes());
        out.put_u16(self.properties.len() as u16);
        out.put_slice(self.properties);
        assert_eq!(
            out.len() - start,
            len,
            "a record has the length it announces"
        );
        Ok(())
    }

    fn is_v2(&self) -> bool {
        self.topic.len() > TOPIC_V1_MAX
    }

    fn sys_flag_with_hosts(&self) -> i32 {
        let mut flag = self.sys_flag & !(sys_flag::BORN_HOST_V6 | sys_flag::STORE_HOST_V6);
        if self.born_host.is_ipv6() {
            flag |= sys_flag::BORN_HOST_V6;
        }
        if self.store_host.is_ipv6() {
            flag |= sys_flag::STORE_HOST_V6;
        }
        flag
    }
}

fn within(what: &'static str, len: usize, max: usize) -> Result<(), WireError> {
    if len > max {
        Err(WireError::TooLong { what, len, max })
    } else {
        Ok(())
    }
}

const fn host_len(host: SocketAddr) -> usize {
    if host.is_ipv6() {
        HOST_V6_LEN
    } else {
        HOST_V4_LEN
    }
}

fn put_host(out: &mut Vec<u8>, host: SocketAddr) {
    match host.ip() {
        IpAddr::V4(ip) => out.put_slice(&ip.octets()),
        IpAddr::V6(ip) => out.put_slice(&ip.octets()),
    }
    out.put_u32(u32::from(host.port()));
}

/// CRC-32 (IEEE) as clients check it: without the sign bit.
pub fn body_crc(body: &[u8]) -> u32 {
    crc32fast::hash(body) & 0x7FFF_FFFF
}

/// Sets what is only known when the record gets its place in the log.
///
/// # Panics
/// When `record` is not the output of `NewRecord::encode_into`.
pub fn place(record: &mut [u8], queue_offset: QueueOffset, at: LogOffset, store_time: i64) {
    assert!(record.len() >= LEN_MIN, "a record to place is whole");
    let sys_flag = read_i32(record, SYS_FLAG_AT);
    let store_time_at = BORN_HOST_AT + flagged_host_len(sys_flag, sys_flag::BORN_HOST_V6);
    record[QUEUE_OFFSET_AT..][..8].copy_from_slice(&queue_offset.0.to_be_bytes());
    record[LOG_OFFSET_AT..][..8].copy_from_slice(&at.0.to_be_bytes());
    record[store_time_at..][..8].copy_from_slice(&store_time.to_be_bytes());
}

const fn flagged_host_len(sys_flag: i32, bit: i32) -> usize {
    if sys_flag & bit != 0 {
        HOST_V6_LEN
    } else {
        HOST_V4_LEN
    }
}

/// A record, read in place; every length has been checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Record<'a> {
    bytes: &'a [u8],
    topic: &'a str,
    store_time_at: usize,
    tail_at: usize,
    body_len: usize,
    properties_at: usize,
}

impl<'a> Record<'a> {
    /// Exactly one record.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, WireError> {
        let (record, rest) = Self::parse_prefix(bytes)?;
        if rest.is_empty() {
            Ok(record)
        } else {
            Err(WireError::Record {
                at: record.bytes.len(),
                rule: "one record is followed by other bytes",
            })
        }
    }

    /// The first record of many, and what follows it.
    pub fn parse_prefix(bytes: &'a [u8]) -> Result<(Self, &'a [u8]), WireError> {
        let broken = |at, rule| Err(WireError::Record { at, rule });
        if bytes.len() < LEN_MIN {
            return broken(0, "a record has at least 91 bytes");
        }
        let total = read_u32(bytes, 0) as usize;
        if total < LEN_MIN || total > bytes.len() {
            return broken(0, "the total size is outside the bytes that are there");
        }
        let (bytes, rest) = bytes.split_at(total);
        let magic = read_u32(bytes, 4);
        if magic != MAGIC_V1 && magic != MAGIC_V2 {
            return broken(4, "the magic number is not one of a record");
        }
        Self::parse_fields(bytes, magic == MAGIC_V2).map(|record| (record, rest))
    }

    fn parse_fields(bytes: &'a [u8], v2: bool) -> Result<Self, WireError> {
        let broken = |at, rule| WireError::Record { at, rule };
        let sys_flag = read_i32(bytes, SYS_FLAG_AT);
        let store_time_at = BORN_HOST_AT + flagged_host_len(sys_flag, sys_flag::BORN_HOST_V6);
        let tail_at =
            store_time_at + STORE_TIME_LEN + flagged_host_len(sys_flag, sys_flag::STORE_HOST_V6);
        let body_len_at = tail_at + TAIL_LEN;
        let take = |at: usize, len: usize| bytes.get(at..at.saturating_add(len));
        let be = |at: usize, len: usize| {
            take(at, len).map(|field| {
                field
                    .iter()
                    .fold(0usize, |value, byte| value << 8 | usize::from(*byte))
            })
        };
        let body_len =
            be(body_len_at, 4).ok_or(broken(body_len_at, "the record ends before its body"))?;
        let topic_len_at = (body_len_at + 4).saturating_add(body_len);
        let topic_prefix = if v2 { 2 } else { 1 };
        let topic_len = be(topic_len_at, topic_prefix)
            .ok_or(broken(body_len_at, "the body is longer than the record"))?;
        let topic_at = topic_len_at + topic_prefix;
        let topic = take(topic_at, topic_len)
            .ok_or(broken(topic_len_at, "the topic is longer than the record"))?;
        let topic =
            core::str::from_utf8(topic).map_err(|_| broken(topic_at, "the topic is not UTF-8"))?;
        let properties_at = topic_at + topic_len + 2;
        let properties_len = be(properties_at - 2, 2).ok_or(broken(
            topic_len_at,
            "the record ends before its properties",
        ))?;
        if properties_at + properties_len != bytes.len() {
            return Err(broken(
                properties_at - 2,
                "the properties do not end where the record does",
            ));
        }
        Ok(Self {
            bytes,
            topic,
            store_time_at,
            tail_at,
            body_len,
            properties_at,
        })
    }

    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    pub fn topic(&self) -> &'a str {
        self.topic
    }

    pub fn queue_id(&self) -> u32 {
        read_u32(self.bytes, 12)
    }

    pub fn queue_offset(&self) -> QueueOffset {
        QueueOffset(read_u64(self.bytes, QUEUE_OFFSET_AT))
    }

    pub fn log_offset(&self) -> LogOffset {
        LogOffset(read_u64(self.bytes, LOG_OFFSET_AT))
    }

    pub fn store_time(&self) -> i64 {
        read_u64(self.bytes, self.store_time_at) as i64
    }

    pub fn born_time(&self) -> i64 {
        read_u64(self.bytes, BORN_TIME_AT) as i64
    }

    pub fn born_host(&self) -> SocketAddr {
        read_host(&self.bytes[BORN_HOST_AT..self.store_time_at])
    }

    pub fn store_host(&self) -> SocketAddr {
        read_host(&self.bytes[self.store_time_at + STORE_TIME_LEN..self.tail_at])
    }

    pub fn flag(&self) -> i32 {
        read_i32(self.bytes, 16)
    }

    pub fn sys_flag(&self) -> i32 {
        read_i32(self.bytes, SYS_FLAG_AT)
    }

    pub fn reconsume_times(&self) -> i32 {
        read_i32(self.bytes, self.tail_at)
    }

    pub fn prepared_at(&self) -> i64 {
        read_u64(self.bytes, self.tail_at + 4) as i64
    }

    pub fn body(&self) -> &'a [u8] {
        &self.bytes[self.tail_at + TAIL_LEN + 4..][..self.body_len]
    }

    /// The CRC the record carries.
    pub fn body_crc(&self) -> u32 {
        read_u32(self.bytes, 8)
    }

    /// Whether the body is the one the CRC was made of.
    pub fn is_body_intact(&self) -> bool {
        self.body_crc() == body_crc(self.body())
    }

    pub fn properties(&self) -> Properties<'a> {
        Properties::new(&self.bytes[self.properties_at..])
    }

    /// The id that leads back to this record: store host and log offset.
    pub fn offset_message_id(&self) -> OffsetMessageId {
        OffsetMessageId {
            host: self.store_host(),
            at: self.log_offset(),
        }
    }
}

/// Records back to back, as a pull answers them. Ends after the first that cannot be read.
pub fn records(bytes: &[u8]) -> impl Iterator<Item = Result<Record<'_>, WireError>> {
    let mut rest = bytes;
    core::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        match Record::parse_prefix(rest) {
            Ok((record, after)) => {
                rest = after;
                Some(Ok(record))
            }
            Err(error) => {
                rest = &[];
                Some(Err(error))
            }
        }
    })
}

fn read_u32(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4]
        .iter()
        .fold(0, |value, byte| value << 8 | u32::from(*byte))
}

fn read_i32(bytes: &[u8], at: usize) -> i32 {
    read_u32(bytes, at) as i32
}

fn read_u64(bytes: &[u8], at: usize) -> u64 {
    u64::from(read_u32(bytes, at)) << 32 | u64::from(read_u32(bytes, at + 4))
}

/// Address and port. A port above 65535, which nobody writes, is cut to its low 16 bits.
fn read_host(bytes: &[u8]) -> SocketAddr {
    let (ip, port) = bytes.split_at(bytes.len() - 4);
    let port = u16::from_be_bytes([port[2], port[3]]);
    let ip = match <[u8; 16]>::try_from(ip) {
        Ok(octets) => IpAddr::V6(Ipv6Addr::from(octets)),
        Err(_) => IpAddr::V4(Ipv4Addr::from(read_u32(ip, 0))),
    };
    SocketAddr::new(ip, port)
}

#[cfg(test)]
mod tests;
