//! The side of a connection that the rest of the broker holds: an identity and an inbox.
//!
//! Whoever has something for a client that its own connection task did not produce (a notification, a finished admin
//! request, a held pull that may run again) puts it here; the task writes it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use remoting::command::Command;
use tokio::sync::Notify;

use crate::limits;
use crate::processor::pull_message::Pull;

/// Numbers connections in the order they came; never reused.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct LinkId(pub(crate) u64);

/// What waits for the connection task.
#[derive(Default)]
pub(crate) struct Inbox {
    /// Encoded frames.
    pub(crate) frames: BytesMut,
    /// Pulls to run again.
    pub(crate) woken: Vec<Pull>,
}

pub(crate) struct Link {
    id: LinkId,
    peer: SocketAddr,
    local: SocketAddr,
    notify: Arc<Notify>,
    inbox: Mutex<Inbox>,
    /// Bytes that all connections have still to write; those of the inbox are counted here.
    unsent: Arc<AtomicUsize>,
    /// Spares the connection a lock per round.
    has_mail: AtomicBool,
    closed: AtomicBool,
    draining: AtomicBool,
    held: AtomicUsize,
    blocking: AtomicUsize,
    opaque: AtomicI32,
    /// When a byte last moved in either direction.
    active_ms: AtomicI64,
    /// Since when the peer has taken nothing of what we have for it, or [`NEVER`].
    stalled_ms: AtomicI64,
    /// Since when an acknowledgement waits for the disk, or [`NEVER`].
    waits_ms: AtomicI64,
}

const NEVER: i64 = i64::MAX;

impl Link {
    pub(crate) fn new(
        id: LinkId,
        peer: SocketAddr,
        local: SocketAddr,
        unsent: Arc<AtomicUsize>,
        now_ms: i64,
    ) -> Self {
        Self {
            id,
            peer,
            local,
            notify: Arc::new(Notify::new()),
            inbox: Mutex::default(),
            unsent,
            has_mail: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            held: AtomicUsize::new(0),
            blocking: AtomicUsize::new(0),
            opaque: AtomicI32::new(0),
            active_ms: AtomicI64::new(now_ms),
            stalled_ms: AtomicI64::new(NEVER),
            waits_ms: AtomicI64::new(NEVER),
        }
    }

    pub(crate) const fn id(&self) -> LinkId {
        self.id
    }

    pub(crate) const fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// Our own address as this client reached it.
    pub(crate) const fn local(&self) -> SocketAddr {
        self.local
    }

    pub(crate) const fn notify(&self) -> &Arc<Notify> {
        &self.notify
    }

    /// Puts an encoded frame into the inbox; a peer that leaves too much unread is cut off.
    pub(crate) fn send(&self, command: &Command) {
        if self.is_closed() {
            return;
        }
        let mut inbox = self.inbox();
        let before = inbox.frames.len();
        if let Err(error) = command.encode(&mut inbox.frames) {
            tracing::error!(peer = %self.peer, %error, "a frame could not be encoded");
        }
        let added = inbox.frames.len().saturating_sub(before);
        self.unsent.fetch_add(added, Ordering::Relaxed);
        let too_much = inbox.frames.len() > limits::OUT_HARD_MAX;
        drop(inbox);
        if too_much {
            self.close();
        }
        self.deliver();
    }

    /// A request of our own; nobody waits for an answer.
    pub(crate) fn notify_client(&self, command: Command) {
        self.send(
            &command
                .oneway()
                .with_opaque(self.opaque.fetch_add(1, Ordering::Relaxed)),
        );
    }

    /// Hands a held pull back to the connection.
    pub(crate) fn wake(&self, pull: Pull) {
        // The slot is given back after the pull is in the inbox: a draining connection looks at the slots first.
        self.inbox().woken.push(pull);
        self.has_mail.store(true, Ordering::Release);
        self.held.fetch_sub(1, Ordering::Release);
        self.notify.notify_one();
    }

    /// What waits, if anything does.
    pub(crate) fn take_inbox(&self) -> Option<Inbox> {
        if !self.has_mail.swap(false, Ordering::AcqRel) {
            return None;
        }
        let inbox = std::mem::take(&mut *self.inbox());
        self.unsent.fetch_sub(inbox.frames.len(), Ordering::Relaxed);
        Some(inbox)
    }

    fn deliver(&self) {
        self.has_mail.store(true, Ordering::Release);
        self.notify.notify_one();
    }

    /// Room for one more held pull?
    pub(crate) fn take_held_slot(&self) -> bool {
        take_slot(&self.held, limits::HELD_PULLS_PER_CONNECTION_MAX)
    }

    /// Room for one more request on the blocking pool?
    pub(crate) fn take_blocking_slot(&self) -> bool {
        take_slot(&self.blocking, limits::BLOCKING_PER_CONNECTION_MAX)
    }

    pub(crate) fn free_blocking_slot(&self) {
        self.blocking.fetch_sub(1, Ordering::Release);
        self.notify.notify_one();
    }

    /// Nothing of this connection is under way elsewhere in the broker.
    pub(crate) fn is_quiet(&self) -> bool {
        self.blocking.load(Ordering::Acquire) == 0 && self.held.load(Ordering::Acquire) == 0
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.notify.notify_one();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// No further requests; what is under way is answered.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Release);
        self.notify.notify_one();
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    pub(crate) fn active(&self, now_ms: i64) {
        self.active_ms.store(now_ms, Ordering::Relaxed);
        self.not_stalled();
    }

    /// Bytes wait for the peer; the first call after [`Link::not_stalled`] or [`Link::active`] sets the time.
    pub(crate) fn stalled(&self, now_ms: i64) {
        if self.stalled_ms.load(Ordering::Relaxed) == NEVER {
            self.stalled_ms.store(now_ms, Ordering::Relaxed);
        }
    }

    /// The peer has taken everything.
    pub(crate) fn not_stalled(&self) {
        self.stalled_ms.store(NEVER, Ordering::Relaxed);
    }

    /// Since when the oldest acknowledgement waits for the disk.
    pub(crate) fn waits_since(&self, since_ms: Option<i64>) {
        self.waits_ms
            .store(since_ms.unwrap_or(NEVER), Ordering::Relaxed);
    }

    /// Wakes the connection when an acknowledgement has waited for too long.
    pub(crate) fn check_waits(&self, now_ms: i64) {
        if now_ms.saturating_sub(self.waits_ms.load(Ordering::Relaxed))
            > limits::FLUSH_TIMEOUT.as_millis() as i64
        {
            self.notify.notify_one();
        }
    }

    /// Idle, or not reading, for longer than is allowed?
    pub(crate) fn is_overdue(&self, now_ms: i64) -> bool {
        let idle = now_ms.saturating_sub(self.active_ms.load(Ordering::Relaxed));
        idle > limits::IDLE.as_millis() as i64 || self.is_stalled(now_ms)
    }

    /// The peer has taken nothing for longer than is allowed.
    pub(crate) fn is_stalled(&self, now_ms: i64) -> bool {
        let stalled = now_ms.saturating_sub(self.stalled_ms.load(Ordering::Relaxed));
        stalled > limits::WRITE_STALL.as_millis() as i64
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let left = self.inbox().frames.len();
        self.unsent.fetch_sub(left, Ordering::Relaxed);
    }
}

fn take_slot(slots: &AtomicUsize, max: usize) -> bool {
    let taken = slots.fetch_add(1, Ordering::AcqRel) < max;
    if !taken {
        slots.fetch_sub(1, Ordering::AcqRel);
    }
    taken
}
