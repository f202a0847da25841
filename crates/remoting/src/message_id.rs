//! The two kinds of message id. Both are hex, both have 32 or 56 digits: an id does not say which kind it is.
//!
//! | kind          | bytes                                                                              | made by  |
//! | offsetMsgId   | ip 4 or 16, port i32, log offset i64                                               | broker   |
//! | unique key    | ip 4 or 16, pid u16, class loader hash i32, ms since month start i32, counter u16  | producer |

use core::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    str::FromStr,
};

use crate::{
    error::{WireError, excerpt},
    types::LogOffset,
};

const TAIL_LEN: usize = 12;
const IPV4_LEN: usize = 4 + TAIL_LEN;
const IPV6_LEN: usize = 16 + TAIL_LEN;
const IPV4_DIGITS: usize = IPV4_LEN * 2;
const IPV6_DIGITS: usize = IPV6_LEN * 2;

const _: () = assert!(IPV4_DIGITS == 32 && IPV6_DIGITS == 56);

/// Where a message is stored: the broker that has it, and the place in its commit log.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct OffsetMessageId {
    pub host: SocketAddr,
    pub at: LogOffset,
}

impl fmt::Display for OffsetMessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tail = [0; TAIL_LEN];
        tail[..4].copy_from_slice(&u32::from(self.host.port()).to_be_bytes());
        tail[4..].copy_from_slice(&self.at.0.to_be_bytes());
        write_id(f, self.host.ip(), tail)
    }
}

impl FromStr for OffsetMessageId {
    type Err = WireError;

    fn from_str(text: &str) -> Result<Self, WireError> {
        let refused = |rule| WireError::MessageId {
            value: excerpt(text),
            rule,
        };
        let (ip, tail) = parse_id(text).map_err(refused)?;
        let (port, at) = tail.split_at(4);
        let port = u16::try_from(be_u32(port)).map_err(|_| refused("its port is above 65535"))?;
        let at = u64::from(be_u32(&at[..4])) << 32 | u64::from(be_u32(&at[4..]));
        if i64::try_from(at).is_err() {
            return Err(refused("its log offset is negative"));
        }
        Ok(Self {
            host: SocketAddr::new(ip, port),
            at: LogOffset(at),
        })
    }
}

/// What a producer put into a unique key, if it made it the way RocketMQ's clients do.
///
/// Only a description: other clients invent their own, and any 32 hex digits can be read this way.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct UniqueKey {
    pub ip: IpAddr,
    pub process: u16,
    pub source: u32,
    pub ms_in_month: i32,
    pub counter: u16,
}

impl UniqueKey {
    /// Reads a unique key; `None` when it is not of the usual form.
    pub fn describe(text: &str) -> Option<Self> {
        let (ip, tail) = parse_id(text).ok()?;
        Some(Self {
            ip,
            process: u16::from_be_bytes([tail[0], tail[1]]),
            source: be_u32(&tail[2..6]),
            ms_in_month: i32::from_be_bytes([tail[6], tail[7], tail[8], tail[9]]),
            counter: u16::from_be_bytes([tail[10], tail[11]]),
        })
    }
}

/// A new unique key in the form of RocketMQ's clients. Time and counter are the caller's.
pub fn unique_key(key: UniqueKey) -> String {
    key.to_string()
}

impl fmt::Display for UniqueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut tail = [0; TAIL_LEN];
        tail[..2].copy_from_slice(&self.process.to_be_bytes());
        tail[2..6].copy_from_slice(&self.source.to_be_bytes());
        tail[6..10].copy_from_slice(&self.ms_in_month.to_be_bytes());
        tail[10..].copy_from_slice(&self.counter.to_be_bytes());
        write_id(f, self.ip, tail)
    }
}

fn write_id(f: &mut fmt::Formatter<'_>, ip: IpAddr, tail: [u8; TAIL_LEN]) -> fmt::Result {
    let mut digits = [0u8; IPV6_DIGITS];
    let len = match ip {
        IpAddr::V4(ip) => hex(&mut digits, &ip.octets(), &tail),
        IpAddr::V6(ip) => hex(&mut digits, &ip.octets(), &tail),
    };
    f.write_str(core::str::from_utf8(&digits[..len]).map_err(|_| fmt::Error)?)
}

fn hex(out: &mut [u8; IPV6_DIGITS], ip: &[u8], tail: &[u8; TAIL_LEN]) -> usize {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut len = 0;
    for byte in ip.iter().chain(tail) {
        out[len] = DIGITS[usize::from(byte >> 4)];
        out[len + 1] = DIGITS[usize::from(byte & 15)];
        len += 2;
    }
    len
}

fn parse_id(text: &str) -> Result<(IpAddr, [u8; TAIL_LEN]), &'static str> {
    let digits = text.as_bytes();
    if digits.len() != IPV4_DIGITS && digits.len() != IPV6_DIGITS {
        return Err("an id has 32 or 56 hex digits");
    }
    let mut bytes = [0u8; IPV6_LEN];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (hex_digit(pair[0]), hex_digit(pair[1]));
        *byte = high
            .zip(low)
            .map(|(h, l)| h << 4 | l)
            .ok_or("it contains what is no hex digit")?;
    }
    let mut tail = [0; TAIL_LEN];
    if digits.len() == IPV4_DIGITS {
        tail.copy_from_slice(&bytes[4..IPV4_LEN]);
        return Ok((
            Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
            tail,
        ));
    }
    let mut ip = [0; 16];
    ip.copy_from_slice(&bytes[..16]);
    tail.copy_from_slice(&bytes[16..]);
    Ok((Ipv6Addr::from(ip).into(), tail))
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn be_u32(bytes: &[u8]) -> u32 {
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offset_message_id_is_host_port_and_place() {
        let id = OffsetMessageId {
            host: "10.0.0.5:10911".parse().unwrap(),
            at: LogOffset(0x1234),
        };
        assert_eq!(id.to_string(), "0A00000500002A9F0000000000001234");
        assert_eq!(
            "0a00000500002a9f0000000000001234"
                .parse::<OffsetMessageId>()
                .unwrap(),
            id
        );
    }

    #[test]
    fn ipv6_ids_have_56_digits() {
        let id = OffsetMessageId {
            host: "[2001:db8::1]:10911".parse().unwrap(),
            at: LogOffset(7),
        };
        let text = id.to_string();
        assert_eq!(
            text,
            "20010DB800000000000000000000000100002A9F0000000000000007"
        );
        assert_eq!(text.parse::<OffsetMessageId>().unwrap(), id);
    }

    #[test]
    fn what_is_no_id_is_refused_with_the_reason() {
        for (text, rule) in [
            ("", "32 or 56"),
            ("0A0000050000", "32 or 56"),
            ("0A00000500002A9F000000000000123G", "no hex digit"),
            ("0A000005FFFFFFFF0000000000001234", "port"),
            ("0A00000500002A9FFFFFFFFFFFFFFFFF", "negative"),
            ("ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ", "no hex digit"),
        ] {
            let error = text.parse::<OffsetMessageId>().unwrap_err().to_string();
            assert!(error.contains(rule), "{text}: {error}");
        }
        assert!(
            "A".repeat(100_000)
                .parse::<OffsetMessageId>()
                .unwrap_err()
                .to_string()
                .len()
                < 200
        );
    }

    #[test]
    fn a_unique_key_is_described_and_written_back() {
        let text = "0A00000504D218B4AAC20A3B1C2D0001";
        let key = UniqueKey::describe(text).unwrap();
        assert_eq!((key.process, key.counter), (1234, 1));
        assert_eq!(key.ip, IpAddr::from([10, 0, 0, 5]));
        assert_eq!(unique_key(key), text);
        assert_eq!(UniqueKey::describe("my-own-id"), None);
    }
}
