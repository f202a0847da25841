//! The sends of one read from a connection, on their way into the log with one append.
//!
//! Records are encoded here, off every lock, into buffers that are used again. Answers are encoded after the append:
//! straight to the client, or, when the disk is waited for, into one buffer that waits with them.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use remoting::code::ResponseCode;
use remoting::command::FLAG_RESPONSE;
use remoting::fields::FieldsMut;
use remoting::frame::{self, FrameHead};
use remoting::message_id::OffsetMessageId;
use remoting::properties;
use remoting::request::Reply;
use remoting::request::send_message::{MessageIds, SendMessage, SendMessageReply};
use remoting::types::{LogOffset, Text};
use store::{AppendBatch, QueueKey, StoreError};

use crate::error::BrokerError;
use crate::processor::send_message::{self, Hosts, Target};
use crate::processor::{Call, Obstacle};
use crate::state::State;
use crate::topic::Topic;

/// A burst is appended when it holds so many bytes, also in the middle of a read: buffers stay small.
const APPEND_AT: u64 = 1024 * 1024;

/// Buffers of a larger burst are not kept for the next one.
const KEPT_MAX: u64 = 256 * 1024;

/// Who asked, and how.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) opaque: i32,
    pub(crate) oneway: bool,
}

/// One request whose records are in the batch.
struct Staged {
    asked: Asked,
    no_wait: bool,
    topic: Arc<Topic>,
    queue: u32,
    /// Records in the batch: the first, and how many.
    first: usize,
    count: usize,
    key: Option<Text>,
    hosts: Hosts,
}

pub(crate) struct Burst {
    batch: AppendBatch,
    staged: Vec<Staged>,
    properties: Vec<u8>,
}

impl Burst {
    pub(crate) fn new(state: &State) -> Self {
        Self {
            batch: state.store.batch(),
            staged: Vec::new(),
            properties: Vec::new(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.staged.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.batch.byte_len() >= APPEND_AT
    }

    /// Encodes a single message into the batch. `BatchFull` inside the obstacle: append, then try again.
    pub(crate) fn stage(
        &mut self,
        call: &Call<'_>,
        asked: Asked,
        header: &SendMessage,
        body: &Bytes,
    ) -> Result<(), Obstacle> {
        let block = properties::parse_checked(&header.properties)?;
        let wishes = send_message::wishes(block)?;
        let target = send_message::target(call.state, header)?;
        let key = send_message::stored_properties(
            call,
            &header.properties,
            block,
            &wishes,
            &mut self.properties,
        );
        let hosts = call.hosts();
        let record = send_message::record(header, &target, hosts, body, &self.properties);
        let first = self.batch.len();
        self.batch.push(
            QueueKey {
                topic: target.id,
                queue: target.queue,
            },
            &record,
        )?;
        self.staged
            .push(Staged::new(asked, wishes.no_wait, target, first, hosts).with_key(Some(key)));
        Ok(())
    }

    /// Encodes a batch of messages; the burst must be empty, for the batch counts as one after a crash.
    pub(crate) fn stage_batch(
        &mut self,
        call: &Call<'_>,
        asked: Asked,
        header: &SendMessage,
        body: &Bytes,
    ) -> Result<(), Obstacle> {
        debug_assert!(self.staged.is_empty(), "a batch is appended alone");
        let whole = properties::parse_checked(&header.properties)?;
        let batch_wishes = send_message::wishes(whole)?;
        let entries = send_message::batch_entries(&header.topic, body)?;
        let target = send_message::target(call.state, header)?;
        let hosts = call.hosts();
        let queue = QueueKey {
            topic: target.id,
            queue: target.queue,
        };
        let mut no_wait = true;
        for entry in &entries {
            let pushed = send_message::wishes(entry.properties).and_then(|wishes| {
                no_wait &= wishes.no_wait;
                let record = send_message::record(
                    header,
                    &target,
                    hosts,
                    entry.body,
                    entry.properties.as_bytes(),
                );
                let record = remoting::record::NewRecord {
                    flag: entry.flag,
                    ..record
                };
                Ok(self.batch.push(queue, &record)?)
            });
            if let Err(error) = pushed {
                self.batch.clear();
                return Err(too_long(error).into());
            }
        }
        self.batch.as_group();
        let key = batch_wishes
            .unique_key
            .map(|key| header.properties.slice_ref(key));
        let mut staged =
            Staged::new(asked, no_wait || batch_wishes.no_wait, target, 0, hosts).with_key(key);
        staged.count = entries.len();
        self.staged.push(staged);
        Ok(())
    }

    /// Appends what is staged and answers it: into `now`, or into `waiting` what waits for the disk. Answers how far the
    /// disk must be for that.
    pub(crate) fn append(
        &mut self,
        state: &State,
        now: &mut BytesMut,
        waiting: &mut BytesMut,
    ) -> Option<LogOffset> {
        if !self.waits(state) {
            self.batch.lazy();
        }
        let appended = state
            .check_room()
            .and_then(|()| Ok(state.store.append(&mut self.batch)?));
        let end = match appended {
            Ok(appended) => {
                self.answer(state, now, waiting);
                (!waiting.is_empty()).then_some(appended.end)
            }
            Err(error) => {
                self.refuse(&error, now);
                None
            }
        };
        self.staged.clear();
        if self.batch.byte_len() > KEPT_MAX {
            self.batch = state.store.batch();
        } else {
            self.batch.clear();
        }
        end
    }

    fn waits(&self, state: &State) -> bool {
        state.is_sync()
            && self
                .staged
                .iter()
                .any(|staged| !staged.asked.oneway && !staged.no_wait)
    }

    fn answer(&self, state: &State, now: &mut BytesMut, waiting: &mut BytesMut) {
        let sync = state.is_sync();
        for staged in &self.staged {
            let count = staged.count as u64;
            staged.topic.traffic.received.add(count);
            state.received.add(count);
            if !staged.asked.oneway {
                let out = if sync && !staged.no_wait {
                    &mut *waiting
                } else {
                    &mut *now
                };
                self.success(staged, out);
            }
        }
    }

    fn success(&self, staged: &Staged, out: &mut BytesMut) {
        let id = |index| OffsetMessageId {
            host: staged.hosts.store,
            at: self.batch.placed(index).at,
        };
        let message_ids = match staged.count {
            1 => MessageIds::One(id(staged.first)),
            count => MessageIds::Many((staged.first..staged.first + count).map(id).collect()),
        };
        let reply = SendMessageReply {
            message_ids,
            queue_id: staged.queue as i32,
            queue_offset: self.batch.placed(staged.first).queue_offset,
            transaction_id: staged.key.clone(),
            region: Some(Text::from_static(send_message::REGION)),
            trace_on: Some(true),
        };
        encode(out, staged.asked, ResponseCode::Success, None, |fields| {
            reply.write(fields)
        });
    }

    fn refuse(&self, error: &BrokerError, out: &mut BytesMut) {
        if error.is_ours() {
            tracing::error!(%error, "messages could not be stored");
        }
        for staged in self.staged.iter().filter(|staged| !staged.asked.oneway) {
            refuse(out, staged.asked, error);
        }
    }
}

impl Staged {
    fn new(asked: Asked, no_wait: bool, target: Target, first: usize, hosts: Hosts) -> Self {
        Self {
            asked,
            no_wait,
            topic: target.topic,
            queue: target.queue,
            first,
            count: 1,
            key: None,
            hosts,
        }
    }

    fn with_key(self, key: Option<Text>) -> Self {
        Self { key, ..self }
    }
}

/// A batch that does not fit into one append never will.
fn too_long(error: BrokerError) -> BrokerError {
    match error {
        BrokerError::Store(StoreError::BatchFull { more, max, len }) => {
            BrokerError::Store(StoreError::RecordTooLong {
                len: len + more,
                max,
            })
        }
        other => other,
    }
}

/// Answers with an error's code and text; not to one-way requests.
pub(crate) fn refuse(out: &mut BytesMut, asked: Asked, error: &BrokerError) {
    if !asked.oneway {
        encode(
            out,
            asked,
            error.response_code(),
            Some(&error.to_string()),
            |_| {},
        );
    }
}

fn encode(
    out: &mut BytesMut,
    asked: Asked,
    code: ResponseCode,
    remark: Option<&str>,
    fields: impl FnOnce(&mut FieldsMut<'_>),
) {
    let head = FrameHead {
        code: code.number(),
        opaque: asked.opaque,
        flag: FLAG_RESPONSE,
        remark,
    };
    if let Err(error) = frame::encode(out, &head, fields, &[]) {
        tracing::error!(%error, "an answer could not be encoded");
    }
}
