//! Requests made once and changed in place: the generator must cost less than what it measures.
//!
//! They are what the Java client sends: the short header names, and a unique key in every message.

use memchr::memmem;

use crate::Fallible;

/// Ten digits for every in-flight number, so that they can be written over.
pub(crate) const OPAQUE_BASE: u32 = 1_000_000_000;
const OPAQUE_DIGITS: usize = 10;
const OFFSET_DIGITS: usize = 12;
pub(crate) const QUEUES: u8 = 4;
/// The last part of a unique key counts messages.
const COUNTER_DIGITS: usize = 12;

pub(crate) enum Answer {
    /// It stands for so many.
    Messages(u64),
    /// The other side is overloaded and stored nothing; a client would try again.
    Busy,
}

/// What one connection asks, and what it makes of the answers.
pub(crate) trait Work {
    fn write(&mut self, opaque: u32, out: &mut Vec<u8>);
    fn answered(&mut self, header: &[u8]) -> Fallible<Answer>;
}

/// A frame with a JSON header: length, header length, header, body.
pub(crate) fn frame(header: &str, body: &[u8]) -> Vec<u8> {
    let header_len = u32::try_from(header.len()).unwrap_or(u32::MAX);
    let total = 4 + header_len + u32::try_from(body.len()).unwrap_or(u32::MAX);
    let mut frame = Vec::with_capacity(total as usize + 4);
    frame.extend_from_slice(&total.to_be_bytes());
    frame.extend_from_slice(&header_len.to_be_bytes());
    frame.extend_from_slice(header.as_bytes());
    frame.extend_from_slice(body);
    frame
}

fn position(frame: &[u8], marker: &str) -> Fallible<usize> {
    memmem::find(frame, marker.as_bytes())
        .map(|at| at + marker.len())
        .ok_or_else(|| format!("no {marker} in a frame").into())
}

/// Writes a number with leading zeros over what is there.
pub(crate) fn put_decimal(at: &mut [u8], mut value: u64) {
    for digit in at.iter_mut().rev() {
        *digit = b'0' + u8::try_from(value % 10).unwrap_or(0);
        value /= 10;
    }
}

fn put_hex(at: &mut [u8], mut value: u64) {
    for digit in at.iter_mut().rev() {
        *digit = b"0123456789ABCDEF"[(value & 15) as usize];
        value >>= 4;
    }
}

/// The digits after `name` in a header; signs and anything else end them.
pub(crate) fn number_after(header: &[u8], name: &str) -> Option<u64> {
    let start = memmem::find(header, name.as_bytes())? + name.len();
    let digits = header[start..].iter().take_while(|c| c.is_ascii_digit());
    let mut any = false;
    let value = digits.fold(0_u64, |sum, digit| {
        any = true;
        sum.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'))
    });
    any.then_some(value)
}

pub(crate) fn code(header: &[u8]) -> Fallible<u64> {
    number_after(header, "\"code\":").ok_or_else(|| "an answer without a code".into())
}

/// The key of the n-th message of a source, from 1 on.
pub(crate) fn unique_key(source: u32, n: u64) -> String {
    format!("7F0000010001{source:08X}{n:0COUNTER_DIGITS$X}")
}

/// Sends of one message, or of a batch.
pub(crate) struct Sends {
    template: Vec<u8>,
    opaque_at: usize,
    queue_at: usize,
    counters_at: Vec<usize>,
    sent: u64,
}

impl Sends {
    /// `source` keeps the unique keys of connections and of runs apart.
    pub(crate) fn new(topic: &str, body_len: usize, batch: usize, source: u32) -> Fallible<Self> {
        let key = unique_key(source, 0);
        let properties = |escape: bool| {
            let (name_end, value_end) = if escape {
                ("\\u0001", "\\u0002")
            } else {
                ("\u{1}", "\u{2}")
            };
            format!(
                "UNIQ_KEY{name_end}{key}{value_end}WAIT{name_end}true{value_end}TAGS{name_end}TagA{value_end}"
            )
        };
        let body = vec![b'x'; body_len];
        let (code, is_batch, header_properties, body) = if batch > 1 {
            let entry = entry(&body, properties(false).as_bytes());
            (
                320,
                true,
                "WAIT\\u0001true\\u0002".to_owned(),
                entry.repeat(batch),
            )
        } else {
            (310, false, properties(true), body)
        };
        let header = format!(
            "{{\"code\":{code},\"extFields\":{{\"a\":\"bench\",\"b\":\"{topic}\",\"c\":\"TBW102\",\"d\":\"{QUEUES}\",\"e\":\"0\",\"f\":\"0\",\
             \"g\":\"1700000000000\",\"h\":\"0\",\"i\":\"{header_properties}\",\"j\":\"0\",\"k\":\"false\",\"m\":\"{is_batch}\",\"n\":\"broker-a\"}},\
             \"flag\":0,\"language\":\"JAVA\",\"opaque\":{OPAQUE_BASE},\"serializeTypeCurrentRPC\":\"JSON\",\"version\":479}}"
        );
        let template = frame(&header, &body);
        let counters_at = memmem::find_iter(&template, key.as_bytes())
            .map(|at| at + key.len() - COUNTER_DIGITS)
            .collect();
        Ok(Self {
            opaque_at: position(&template, "\"opaque\":")?,
            queue_at: position(&template, "\"e\":\"")?,
            counters_at,
            template,
            sent: 0,
        })
    }
}

/// One message of a batch body: total, magic, CRC, flag, body, properties.
fn entry(body: &[u8], properties: &[u8]) -> Vec<u8> {
    let len = |bytes: &[u8]| u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let total = 22 + len(body) + len(properties);
    let mut entry = total.to_be_bytes().to_vec();
    entry.extend_from_slice(&[0; 12]);
    entry.extend_from_slice(&len(body).to_be_bytes());
    entry.extend_from_slice(body);
    entry.extend_from_slice(
        &u16::try_from(properties.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes(),
    );
    entry.extend_from_slice(properties);
    entry
}

impl Work for Sends {
    fn write(&mut self, opaque: u32, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.template);
        let frame = &mut out[start..];
        put_decimal(
            &mut frame[self.opaque_at..self.opaque_at + OPAQUE_DIGITS],
            opaque.into(),
        );
        for at in &self.counters_at {
            self.sent += 1;
            put_hex(&mut frame[*at..*at + COUNTER_DIGITS], self.sent);
        }
        let frames = self.sent / self.counters_at.len() as u64;
        frame[self.queue_at] = b'0' + u8::try_from(frames % u64::from(QUEUES)).unwrap_or(0);
    }

    fn answered(&mut self, header: &[u8]) -> Fallible<Answer> {
        match code(header)? {
            0 => Ok(Answer::Messages(self.counters_at.len() as u64)),
            2 => Ok(Answer::Busy),
            other => Err(format!(
                "a send was answered with code {other}: {}",
                String::from_utf8_lossy(header)
            )
            .into()),
        }
    }
}

/// Pulls of one queue from its start to its end, and again.
pub(crate) struct Pulls {
    template: Vec<u8>,
    opaque_at: usize,
    offset_at: usize,
    next: u64,
    /// Against the echo: its answer is always the same, so is the question.
    stays: bool,
}

impl Pulls {
    pub(crate) fn new(topic: &str, count: u32, connection: usize, stays: bool) -> Fallible<Self> {
        let queue = connection % usize::from(QUEUES);
        let header = format!(
            "{{\"code\":11,\"extFields\":{{\"consumerGroup\":\"bench\",\"topic\":\"{topic}\",\"queueId\":\"{queue}\",\"queueOffset\":\"{:0OFFSET_DIGITS$}\",\
             \"maxMsgNums\":\"{count}\",\"sysFlag\":\"4\",\"commitOffset\":\"0\",\"suspendTimeoutMillis\":\"0\",\"subscription\":\"*\",\"subVersion\":\"0\",\
             \"expressionType\":\"TAG\",\"bname\":\"broker-a\"}},\"flag\":0,\"language\":\"JAVA\",\"opaque\":{OPAQUE_BASE},\
             \"serializeTypeCurrentRPC\":\"JSON\",\"version\":479}}",
            0
        );
        let template = frame(&header, &[]);
        Ok(Self {
            opaque_at: position(&template, "\"opaque\":")?,
            offset_at: position(&template, "\"queueOffset\":\"")?,
            template,
            next: 0,
            stays,
        })
    }
}

impl Work for Pulls {
    fn write(&mut self, opaque: u32, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.template);
        let frame = &mut out[start..];
        put_decimal(
            &mut frame[self.opaque_at..self.opaque_at + OPAQUE_DIGITS],
            opaque.into(),
        );
        put_decimal(
            &mut frame[self.offset_at..self.offset_at + OFFSET_DIGITS],
            self.next,
        );
    }

    fn answered(&mut self, header: &[u8]) -> Fallible<Answer> {
        let next = number_after(header, "\"nextBeginOffset\":\"")
            .ok_or("an answer to a pull without nextBeginOffset")?;
        match code(header)? {
            0 => {
                let count = next.saturating_sub(self.next);
                if !self.stays {
                    self.next = next;
                }
                Ok(Answer::Messages(count))
            }
            19..=21 if self.next > 0 => {
                self.next = 0;
                Ok(Answer::Messages(0))
            }
            other => Err(format!(
                "a pull from offset {} was answered with code {other}: {}",
                self.next,
                String::from_utf8_lossy(header)
            )
            .into()),
        }
    }
}
