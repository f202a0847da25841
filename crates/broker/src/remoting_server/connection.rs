//! One connection: one task that reads, answers and writes.
//!
//! A read is decoded frame by frame. Sends are collected and appended once at its end; what waits for the disk or for a
//! message waits outside of this task, which goes on reading. All that is to be written goes through one queue of bytes:
//! while it is long, nothing more is read, so a peer that does not read is felt by nobody else.

use std::collections::VecDeque;
use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;

use bytes::{Buf, BytesMut};
use remoting::code::RequestCode;
use remoting::command::Command;
use remoting::error::WireError;
use remoting::frame;
use remoting::request::Request;
use remoting::request::pull_message::PullMessage;
use remoting::request::send_message::SendMessage;
use store::StoreError;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::acks::Acks;
use super::budget::Budget;
use super::link::Link;
use super::out::Out;
use super::refusals::Refusal;
use crate::burst::{self, Asked, Burst};
use crate::error::BrokerError;
use crate::limits;
use crate::long_poll::Held;
use crate::processor::pull_message::{self, Pull, Run};
use crate::processor::{self, Answer, Call, Missing, Obstacle, Route};
use crate::state::State;

/// Attempts to answer one request, each after what was missing was made: topic, its number, group.
pub(super) const ATTEMPTS: usize = 4;
const TLS_HANDSHAKE: u8 = 0x16;

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum End {
    #[error("closed by the peer")]
    Peer,
    #[error("leaves our bytes unread")]
    Stalled,
    #[error("idle, or told to close")]
    Cut,
    #[error("answered everything before the stop")]
    Drained,
    #[error("sent a TLS handshake, which this door does not speak")]
    Tls,
    #[error("half-received requests of all connections take too much memory")]
    Memory,
    #[error("unreadable frame: {0}")]
    Wire(#[from] WireError),
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl End {
    /// Whether the peer is at fault, and how.
    pub(crate) const fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Stalled => Some(Refusal::Stall),
            Self::Tls => Some(Refusal::Tls),
            Self::Memory => Some(Refusal::Memory),
            Self::Wire(_) => Some(Refusal::Frame),
            Self::Peer | Self::Cut | Self::Drained | Self::Io(_) => None,
        }
    }
}

pub(crate) struct Connection {
    pub(super) state: Arc<State>,
    pub(super) link: Arc<Link>,
    input: BytesMut,
    /// Bytes to read at once: grows with what the peer sends, so that an idle connection holds little.
    chunk: usize,
    /// The most that `input` has held since it was made.
    largest: usize,
    /// `input` may hold whole frames that nobody has looked at yet: there was no room for their answers.
    backlog: bool,
    budget: Budget,
    /// The share of the bytes that all connections have still to write.
    unsent: Budget,
    out: Out,
    acks: Acks,
    burst: Burst,
    woken: VecDeque<Pull>,
    ended: bool,
}

impl Connection {
    pub(crate) fn new(state: Arc<State>, link: Arc<Link>, budget: Budget) -> Self {
        Self {
            burst: Burst::new(&state),
            unsent: Budget::new(Arc::clone(&state.unsent), state.config.limits.unsent_bytes),
            state,
            link,
            input: BytesMut::new(),
            chunk: limits::READ_CHUNK_MIN,
            largest: 0,
            backlog: false,
            budget,
            out: Out::default(),
            acks: Acks::default(),
            woken: VecDeque::new(),
            ended: false,
        }
    }

    /// Serves until the connection ends, and says why it did.
    pub(crate) async fn run(mut self, mut stream: TcpStream) -> End {
        let (mut reader, mut writer) = stream.split();
        loop {
            if let ControlFlow::Break(end) = self.prepare() {
                return end;
            }
            if self.backlog && self.has_room() {
                if let Err(end) = self.frames().await {
                    return end;
                }
                continue;
            }
            let may_read = self.may_read();
            tokio::select! {
                biased;
                written = writer.write_buf(&mut self.out), if self.out.has_remaining() => match written {
                    Ok(0) => return End::Peer,
                    Ok(_) => self.moved(),
                    Err(error) => return error.into(),
                },
                () = self.link.notify().notified() => {}
                read = reader.read_buf(&mut self.input), if may_read => {
                    match read {
                        Ok(0) => self.ended = true,
                        Ok(read) => {
                            self.adapt(read);
                            self.backlog = true;
                            if let Err(end) = self.frames().await {
                                return end;
                            }
                        }
                        Err(error) => return error.into(),
                    }
                }
            }
        }
    }

    /// Takes in what others have put down for this connection, and sees whether there is anything left to do.
    fn prepare(&mut self) -> ControlFlow<End> {
        // Before the inbox: what is finished after this look is in the inbox already, or keeps us for another round.
        let quiet = self.link.is_quiet();
        self.collect();
        if self.link.is_closed() {
            let end = if self.link.is_stalled(self.state.second_ms()) {
                End::Stalled
            } else {
                End::Cut
            };
            return ControlFlow::Break(end);
        }
        let nothing_left =
            !self.out.has_remaining() && self.acks.is_empty() && self.woken.is_empty();
        if self.ended && nothing_left && !self.backlog {
            return ControlFlow::Break(End::Peer);
        }
        if self.link.is_draining() && quiet && nothing_left {
            return ControlFlow::Break(End::Drained);
        }
        if self.out.has_remaining() {
            self.link.stalled(self.state.second_ms());
        } else {
            self.link.not_stalled();
        }
        self.unsent.hold(self.out.remaining());
        if self.backlog {
            return ControlFlow::Continue(());
        }
        match self.make_room() {
            Ok(()) => ControlFlow::Continue(()),
            Err(end) => ControlFlow::Break(end),
        }
    }

    fn collect(&mut self) {
        if let Some(mut inbox) = self.link.take_inbox() {
            if !inbox.frames.is_empty() {
                self.out.frames(|out| out.extend_from_slice(&inbox.frames));
            }
            self.woken.extend(inbox.woken.drain(..));
        }
        self.release_acks();
        self.unsent.hold(self.out.remaining());
        while self.has_out_room() {
            let Some(pull) = self.woken.pop_front() else {
                break;
            };
            self.pull_again(&pull);
        }
    }

    fn release_acks(&mut self) {
        if self.acks.is_empty() {
            return;
        }
        if let Some(end) =
            self.acks
                .release(&self.state.flush, self.state.second_ms(), &mut self.out)
        {
            self.state.flush.wait(end, self.link.notify());
        }
        self.link.waits_since(self.acks.oldest_ms());
    }

    fn may_read(&self) -> bool {
        !self.ended && !self.backlog && self.has_room()
    }

    /// Room for the answer to one more frame?
    fn has_room(&self) -> bool {
        !self.link.is_draining()
            && self.woken.is_empty()
            && self.has_out_room()
            && self.acks.len() < limits::UNFLUSHED_ACKS_MAX
    }

    /// Who has nothing left to write goes on also while all connections together hold much: what wakes a connection is
    /// its own peer, reading.
    fn has_out_room(&self) -> bool {
        self.out.remaining() < limits::OUT_SOFT_MAX
            && !(self.out.has_remaining() && self.unsent.is_over(1))
    }

    /// Room for a read: the rest of the frame that has begun, or a chunk.
    fn make_room(&mut self) -> Result<(), End> {
        self.largest = self.largest.max(self.input.len());
        if self.input.is_empty() && self.largest > limits::INPUT_KEPT_MAX {
            // One large message must not cost the connection its memory for ever.
            self.input = BytesMut::new();
            self.largest = 0;
        }
        let begun =
            frame::frame_len(&self.input)?.map_or(0, |len| len.saturating_sub(self.input.len()));
        // A frame's announced length is not trusted with memory at once: room doubles as its bytes arrive.
        let wanted = begun.min(self.input.len().max(self.chunk)).max(self.chunk);
        if !self.budget.hold(self.input.len() + wanted) {
            return Err(End::Memory);
        }
        self.input.reserve(wanted);
        Ok(())
    }

    fn adapt(&mut self, read: usize) {
        self.moved();
        if read >= self.chunk {
            self.chunk = (self.chunk * 2).min(limits::READ_CHUNK_MAX);
        } else if read < self.chunk / 8 {
            self.chunk = (self.chunk / 2).max(limits::READ_CHUNK_MIN);
        }
    }

    fn moved(&self) {
        self.link.active(self.state.second_ms());
    }

    /// Answers what has been read, as long as there is room for the answers; the rest stays in `input`.
    async fn frames(&mut self) -> Result<(), End> {
        let now_ms = self.state.now_ms();
        while self.has_room() {
            match frame::decode(&mut self.input) {
                Ok(Some(command)) => self.command(&command, now_ms).await,
                Ok(None) => {
                    self.backlog = false;
                    break;
                }
                Err(_) if self.input.first() == Some(&TLS_HANDSHAKE) => return Err(End::Tls),
                Err(error) => {
                    self.append(now_ms);
                    return Err(error.into());
                }
            }
        }
        self.append(now_ms);
        Ok(())
    }

    async fn command(&mut self, command: &Command, now_ms: i64) {
        if command.is_response() {
            // All our requests are one-way: nobody waits for this.
            return;
        }
        let asked = Asked {
            opaque: command.opaque,
            oneway: command.is_oneway(),
        };
        let route = RequestCode::try_from(command.code)
            .ok()
            .and_then(processor::route);
        match route {
            Some(Route::Blocking(handler)) => self.dispatch(handler, command, now_ms),
            Some(route) => self.attempt(&route, asked, command, now_ms).await,
            None => self.refuse(asked, &BrokerError::UnknownCode { code: command.code }),
        }
    }

    /// Answers, making first what is missing: that writes to the disk, so it happens on the blocking pool.
    async fn attempt(&mut self, route: &Route, asked: Asked, command: &Command, now_ms: i64) {
        for _ in 0..ATTEMPTS {
            let missing = match self.once(route, asked, command, now_ms) {
                Ok(()) => return,
                Err(Obstacle::Missing(missing)) => missing,
                Err(Obstacle::Refused(BrokerError::Store(StoreError::BatchFull { .. })))
                    if !self.burst.is_empty() =>
                {
                    self.append(now_ms);
                    continue;
                }
                Err(Obstacle::Refused(error)) => return self.refuse(asked, &error),
            };
            if let Err(error) = self.supply(missing, now_ms).await {
                return self.refuse(asked, &error);
            }
        }
        // Somebody deletes what we make, every time.
        self.refuse(
            asked,
            &BrokerError::Overload {
                queue: "the queue of topic changes",
            },
        );
    }

    fn once(
        &mut self,
        route: &Route,
        asked: Asked,
        command: &Command,
        now_ms: i64,
    ) -> Result<(), Obstacle> {
        match route {
            Route::Send => self.send(asked, command, now_ms),
            Route::Pull => self.pull(asked, command, now_ms),
            Route::Inline(handler) | Route::Blocking(handler) => {
                let answer = handler(&self.call(command, now_ms), command)?;
                self.answer(asked, answer);
                Ok(())
            }
        }
    }

    async fn supply(&self, missing: Missing, now_ms: i64) -> Result<(), BrokerError> {
        let state = Arc::clone(&self.state);
        tokio::task::spawn_blocking(move || missing.supply(&state, now_ms))
            .await
            .map_err(|_| BrokerError::WorkerLost)?
    }

    fn send(&mut self, asked: Asked, command: &Command, now_ms: i64) -> Result<(), Obstacle> {
        let header = SendMessage::read(&command.fields)?;
        if header.is_batch {
            self.append(now_ms);
            let call = call(&self.state, &self.link, command, now_ms);
            self.burst
                .stage_batch(&call, asked, &header, &command.body)?;
            self.append(now_ms);
            return Ok(());
        }
        let call = call(&self.state, &self.link, command, now_ms);
        self.burst.stage(&call, asked, &header, &command.body)?;
        if self.burst.is_full() {
            self.append(now_ms);
        }
        Ok(())
    }

    fn append(&mut self, now_ms: i64) {
        if self.burst.is_empty() {
            return;
        }
        let mut waiting = self.acks.buffer();
        let mut end = None;
        self.out
            .frames(|now| end = self.burst.append(&self.state, now, &mut waiting));
        match end {
            Some(end) => {
                self.acks.push(end, now_ms, waiting);
                self.release_acks();
            }
            None => self.acks.recycle(waiting),
        }
    }

    fn pull(&mut self, asked: Asked, command: &Command, now_ms: i64) -> Result<(), Obstacle> {
        let header = PullMessage::read(&command.fields)?;
        let pull = pull_message::prepare(&self.call(command, now_ms), asked, &header)?;
        self.check_unsent()?;
        match pull_message::run(&self.state, &pull, true, &mut self.out)? {
            Run::Answered => {
                self.unsent.hold(self.out.remaining());
            }
            Run::Waits => self.hold(pull, now_ms),
        }
        Ok(())
    }

    fn hold(&mut self, pull: Pull, now_ms: i64) {
        self.out.trim();
        let queue = pull.queue;
        let held = Held {
            link: Arc::clone(&self.link),
            deadline_ms: now_ms + pull.suspend_ms,
            pull,
        };
        let topic = Arc::clone(&held.pull.topic);
        match self.state.held.hold(queue, held) {
            Ok(()) => {
                // What arrived between the read and the hold was reported to nobody, nor was a deletion.
                self.state
                    .held
                    .recheck(queue, self.state.store.bounds(queue).max);
                if !self.state.topics.is_current(&topic) {
                    self.state.held.topic_gone(queue.topic);
                }
            }
            Err(held) => self.pull_again(&held.pull),
        }
    }

    fn pull_again(&mut self, pull: &Pull) {
        let run = self
            .check_unsent()
            .and_then(|()| self.state.topics.check_current(&pull.topic))
            .and_then(|()| pull_message::run(&self.state, pull, false, &mut self.out));
        if let Err(error) = run {
            self.refuse(pull.asked, &error);
        }
        self.unsent.hold(self.out.remaining());
    }

    /// Far above the limit also a connection that owes nothing gets no messages.
    pub(super) fn check_unsent(&self) -> Result<(), BrokerError> {
        if self.unsent.is_over(2) {
            return Err(BrokerError::Overload {
                queue: "the queue of answers that clients have not read",
            });
        }
        Ok(())
    }

    fn answer(&mut self, asked: Asked, answer: Answer) {
        if asked.oneway {
            return;
        }
        let command = answer.into_command(asked.opaque);
        let mut encoded = Ok(());
        self.out.frames(|out| encoded = command.encode(out));
        if let Err(error) = encoded {
            self.refuse(asked, &error.into());
        }
    }

    pub(super) fn refuse(&mut self, asked: Asked, error: &BrokerError) {
        if error.is_ours() {
            tracing::error!(peer = %self.link.peer(), %error, "a request failed");
        } else {
            tracing::debug!(peer = %self.link.peer(), %error, "a request was refused");
        }
        self.out.frames(|out| burst::refuse(out, asked, error));
    }

    fn call<'a>(&'a self, command: &Command, now_ms: i64) -> Call<'a> {
        call(&self.state, &self.link, command, now_ms)
    }
}

pub(super) fn call<'a>(
    state: &'a Arc<State>,
    link: &'a Arc<Link>,
    command: &Command,
    now_ms: i64,
) -> Call<'a> {
    Call {
        state,
        link,
        language: command.language,
        version: command.version,
        now_ms,
    }
}
