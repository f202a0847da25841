//! SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320): store a message, or a batch of them.
//!
//! | V1 (10)                  | V2 (310, 320) | type | meaning                                                  |
//! | producerGroup            | a             | str  |                                                          |
//! | topic                    | b             | str  | required                                                 |
//! | defaultTopic             | c             | str  | template for auto-create, normally `TBW102`              |
//! | defaultTopicQueueNums    | d             | i32  | how many queues an auto-created topic shall have         |
//! | queueId                  | e             | i32  | required; negative: the broker chooses                   |
//! | sysFlag                  | f             | i32  | bits of `record::sys_flag`                               |
//! | bornTimestamp            | g             | i64  |                                                          |
//! | flag                     | h             | i32  | the user's                                               |
//! | properties               | i             | str  | see `properties`                                         |
//! | reconsumeTimes           | j             | i32  | of a retry                                               |
//! | unitMode                 | k             | bool |                                                          |
//! | maxReconsumeTimes        | l             | i32  | of a retry                                               |
//! | batch                    | m             | bool | the body is a batch: this says so, not the request code  |
//!
//! Either set of names is read, whatever the code. Fields nobody needs may be missing, as in Java.

use crate::{
    code::RequestCode,
    error::WireError,
    fields::{FieldValue, Fields, FieldsMut},
    message_id::OffsetMessageId,
    request::Request,
    types::{QueueOffset, Text, TopicName},
};

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SendMessage {
    /// As sent: producers' group names are not checked.
    pub producer_group: Text,
    pub topic: TopicName,
    pub default_topic: Text,
    pub default_topic_queues: i32,
    /// Negative: the broker chooses.
    pub queue_id: i32,
    pub sys_flag: i32,
    pub born_time: i64,
    pub flag: i32,
    /// A slice of the header; read it with `properties::parse_checked`.
    pub properties: Text,
    pub reconsume_times: i32,
    pub unit_mode: bool,
    pub max_reconsume_times: Option<i32>,
    pub is_batch: bool,
}

impl Request for SendMessage {
    const CODE: RequestCode = RequestCode::SendMessageV2;

    /// One pass over the fields instead of fourteen searches: this is the hottest header.
    fn read(fields: &Fields) -> Result<Self, WireError> {
        let mut topic = None;
        let mut queue_id = None;
        let mut header = Partial::default();
        for (name, value) in fields.iter() {
            match letter(name) {
                b'b' => topic = fields.convert("topic", value)?,
                b'e' => queue_id = fields.convert("queueId", value)?,
                other => header.set(fields, other, value)?,
            }
        }
        let topic: TopicName = topic.ok_or(WireError::MissingField { field: "topic" })?;
        let queue_id = queue_id.ok_or(WireError::MissingField { field: "queueId" })?;
        Ok(Self {
            producer_group: header.producer_group,
            topic,
            default_topic: header.default_topic,
            default_topic_queues: header.default_topic_queues,
            queue_id,
            sys_flag: header.sys_flag,
            born_time: header.born_time,
            flag: header.flag,
            properties: header.properties,
            reconsume_times: header.reconsume_times,
            unit_mode: header.unit_mode,
            max_reconsume_times: header.max_reconsume_times,
            is_batch: header.is_batch,
        })
    }

    /// Always the short names.
    fn write(&self, out: &mut FieldsMut<'_>) {
        out.text("a", &self.producer_group);
        out.text("b", self.topic.as_str());
        out.text("c", &self.default_topic);
        out.integer("d", self.default_topic_queues);
        out.integer("e", self.queue_id);
        out.integer("f", self.sys_flag);
        out.integer("g", self.born_time);
        out.integer("h", self.flag);
        out.text("i", &self.properties);
        out.integer("j", self.reconsume_times);
        self.unit_mode.write("k", out);
        if let Some(max) = self.max_reconsume_times {
            out.integer("l", max);
        }
        self.is_batch.write("m", out);
    }
}

/// Everything that has a default.
#[derive(Default)]
struct Partial {
    producer_group: Text,
    default_topic: Text,
    default_topic_queues: i32,
    sys_flag: i32,
    born_time: i64,
    flag: i32,
    properties: Text,
    reconsume_times: i32,
    unit_mode: bool,
    max_reconsume_times: Option<i32>,
    is_batch: bool,
}

/// The short name of a field; 0 for none of ours.
fn letter(name: &str) -> u8 {
    match name.as_bytes() {
        [letter] => *letter,
        b"producerGroup" => b'a',
        b"topic" => b'b',
        b"defaultTopic" => b'c',
        b"defaultTopicQueueNums" => b'd',
        b"queueId" => b'e',
        b"sysFlag" => b'f',
        b"bornTimestamp" => b'g',
        b"flag" => b'h',
        b"properties" => b'i',
        b"reconsumeTimes" => b'j',
        b"unitMode" => b'k',
        b"maxReconsumeTimes" => b'l',
        b"batch" => b'm',
        _ => 0,
    }
}

impl Partial {
    fn set(&mut self, fields: &Fields, letter: u8, value: &str) -> Result<(), WireError> {
        match letter {
            b'a' => set(&mut self.producer_group, fields, "producerGroup", value),
            b'c' => set(&mut self.default_topic, fields, "defaultTopic", value),
            b'd' => set(
                &mut self.default_topic_queues,
                fields,
                "defaultTopicQueueNums",
                value,
            ),
            b'f' => set(&mut self.sys_flag, fields, "sysFlag", value),
            b'g' => set(&mut self.born_time, fields, "bornTimestamp", value),
            b'h' => set(&mut self.flag, fields, "flag", value),
            b'i' => set(&mut self.properties, fields, "properties", value),
            b'j' => set(&mut self.reconsume_times, fields, "reconsumeTimes", value),
            b'k' => set(&mut self.unit_mode, fields, "unitMode", value),
            b'l' => {
                self.max_reconsume_times = fields.convert("maxReconsumeTimes", value)?;
                Ok(())
            }
            b'm' => set(&mut self.is_batch, fields, "batch", value),
            _ => Ok(()),
        }
    }
}

fn set<T: FieldValue>(
    slot: &mut T,
    fields: &Fields,
    name: &'static str,
    value: &str,
) -> Result<(), WireError> {
    if let Some(value) = fields.convert(name, value)? {
        *slot = value;
    }
    Ok(())
}

/// The offsetMsgId of a message, or those of a batch, comma separated.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum MessageIds {
    One(OffsetMessageId),
    Many(Vec<OffsetMessageId>),
}

impl FieldValue for MessageIds {
    fn read(_: &'static str, value: &str, _: &Text) -> Result<Self, WireError> {
        if !value.contains(',') {
            return value.parse().map(Self::One);
        }
        value
            .split(',')
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map(Self::Many)
    }

    fn write(&self, name: &'static str, out: &mut FieldsMut<'_>) {
        out.display(name, self);
    }
}

impl core::fmt::Display for MessageIds {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let ids = match self {
            Self::One(id) => core::slice::from_ref(id),
            Self::Many(ids) => ids,
        };
        for (at, id) in ids.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            id.fmt(f)?;
        }
        Ok(())
    }
}

header! {
    /// The header of codes 0, 10, 11 and 12: the message is stored.
    SendMessageReply answers {
        message_ids: MessageIds = "msgId",
        queue_id: i32 = "queueId",
        /// Of the first message of a batch.
        queue_offset: QueueOffset = "queueOffset",
        /// The unique key.
        transaction_id: Option<Text> = "transactionId",
        region: Option<Text> = "MSG_REGION",
        trace_on: Option<bool> = "TRACE_ON",
    }
}

#[cfg(test)]
mod tests;
