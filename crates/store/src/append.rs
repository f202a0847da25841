//! The appender role: one holder at a time gives queue offsets and writes.
//!
//! A sender that finds the role free writes its own batch inline. One that does not leaves its batch in `waiting` and then
//! waits for the role: whoever gets it next writes everything that waits with one positioned write, so under load batches
//! grow by themselves. A write that fails takes its queue offsets back, is punched out, and starts a new epoch, so that no
//! part of it can come back; if that fails too, the log is read-only.

use std::io::IoSlice;
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use remoting::types::{LogOffset, QueueOffset};

use crate::checkpoint::{Checkpoint, CheckpointFile};
use crate::commit_log::CommitLog;
use crate::env::Clock;
use crate::error::StoreError;
use crate::flush::Flusher;
use crate::frame::{self, HEADER_LEN, Stamp};
use crate::index::Index;
use crate::index::hash::IdMap;
use crate::keeper::Keeper;
use crate::keys::{QueueKey, TopicId};
use crate::limits::WRITE_SLICES_MAX;
use crate::meta::Meta;
use crate::segment::Segment;
use crate::visible::Visible;

mod batch;

pub use batch::{AppendBatch, Appended, Placed};
use batch::{Body, Ticket};

/// What an append needs around it.
pub(crate) struct Around {
    pub(crate) log: Arc<CommitLog>,
    pub(crate) index: Arc<Index>,
    pub(crate) meta: Arc<Meta>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) checkpoint: Arc<CheckpointFile>,
    pub(crate) flusher: Arc<Flusher>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) visible: Arc<Visible>,
}

pub(crate) struct Appender {
    role: Mutex<Role>,
    waiting: Mutex<Vec<Job>>,
}

/// Where the log stands when it is opened.
pub(crate) struct Position {
    pub(crate) segment: Arc<Segment>,
    pub(crate) end: u64,
    pub(crate) epoch: u32,
    pub(crate) store_time: i64,
}

struct Job {
    body: Body,
    ticket: Arc<Ticket>,
    result: Option<Result<Appended, StoreError>>,
}

/// The state only its holder touches.
struct Role {
    around: Around,
    segment: Arc<Segment>,
    /// The segment after this one, when it is there already but the Blank frame before it could not be written.
    next_segment: Option<Arc<Segment>>,
    end: u64,
    epoch: u32,
    store_time: i64,
    next: IdMap<QueueKey, QueueOffset>,
    /// Empty between writes; kept for its room.
    taken: Vec<Job>,
    prepare_asked: bool,
    closed: bool,
}

impl Appender {
    pub(crate) fn new(around: Around, at: Position) -> Self {
        let role = Role {
            around,
            segment: at.segment,
            next_segment: None,
            end: at.end,
            epoch: at.epoch,
            store_time: at.store_time,
            next: IdMap::default(),
            taken: Vec::new(),
            prepare_asked: false,
            closed: false,
        };
        Self {
            role: Mutex::new(role),
            waiting: Mutex::default(),
        }
    }

    /// Writes the batch, or has it written. Blocks for that write, not for a flush.
    pub(crate) fn append(&self, batch: &mut AppendBatch) -> Result<Appended, StoreError> {
        let job = Job {
            body: std::mem::take(&mut batch.body),
            ticket: Arc::clone(&batch.ticket),
            result: None,
        };
        match self.role.try_lock() {
            Ok(mut role) => {
                let mut jobs = [job];
                role.write(&mut jobs);
                drop(role);
                let [job] = jobs;
                batch.body = job.body;
                job.result.unwrap_or(Err(StoreError::Closed))
            }
            Err(TryLockError::WouldBlock) => self.append_in_turn(job, batch),
            // A holder panicked: what it left is unknown, so nothing may be written over it.
            Err(TryLockError::Poisoned(_)) => {
                batch.body = job.body;
                Err(StoreError::Closed)
            }
        }
    }

    fn append_in_turn(&self, job: Job, batch: &mut AppendBatch) -> Result<Appended, StoreError> {
        self.waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(job);
        let mut role = self.role.lock().map_err(|_| StoreError::Closed)?;
        if let Some((body, result)) = batch.ticket.take() {
            batch.body = body;
            return result;
        }
        let mut jobs = std::mem::take(&mut role.taken);
        std::mem::swap(
            &mut jobs,
            &mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner),
        );
        role.write(&mut jobs);
        for job in jobs.drain(..) {
            job.ticket
                .put(job.body, job.result.unwrap_or(Err(StoreError::Closed)));
        }
        role.taken = jobs;
        drop(role);
        let (body, result) = batch.ticket.take().ok_or(StoreError::Closed)?;
        batch.body = body;
        result
    }

    /// Runs `change` while nothing is appended; it gets the end of the log.
    pub(crate) fn paused<T>(
        &self,
        change: impl FnOnce(LogOffset) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let role = self.role.lock().map_err(|_| StoreError::Closed)?;
        change(LogOffset(role.end))
    }

    /// Deletes a topic while nothing is appended: what comes for it later is refused.
    pub(crate) fn retire(
        &self,
        delete: impl FnOnce() -> Result<Option<TopicId>, StoreError>,
    ) -> Result<Option<TopicId>, StoreError> {
        let mut role = self.role.lock().map_err(|_| StoreError::Closed)?;
        let topic = delete()?;
        role.next.retain(|queue, _| Some(queue.topic) != topic);
        Ok(topic)
    }

    /// Nothing is appended from now on. Answers the end of the log and the newest store time.
    pub(crate) fn close(&self) -> (LogOffset, i64) {
        let mut role = self.role.lock().unwrap_or_else(PoisonError::into_inner);
        role.closed = true;
        (LogOffset(role.end), role.store_time)
    }
}

impl Role {
    /// Writes all jobs, in order. Every job has its result afterwards.
    fn write(&mut self, jobs: &mut [Job]) {
        if let Err(e) = self.writable() {
            return refuse(jobs, &e);
        }
        for job in jobs.iter_mut() {
            if let Err(e) = self.admit(&job.body) {
                job.result = Some(Err(e));
            }
        }
        self.store_time = self.store_time.max(self.around.clock.now_ms());
        let mut from = 0;
        while from < jobs.len() {
            let count = self.fitting(&jobs[from..]);
            let written = match count {
                0 => self.roll(),
                _ => self.write_chunk(&mut jobs[from..from + count]),
            };
            if let Err(e) = written {
                return refuse(&mut jobs[from..], &e);
            }
            from += count;
        }
    }

    fn writable(&self) -> Result<(), StoreError> {
        if self.closed {
            return Err(StoreError::Closed);
        }
        self.around.flusher.check()?;
        self.around.keeper.check_room()
    }

    /// Looks up the queues that are new to us.
    fn admit(&mut self, body: &Body) -> Result<(), StoreError> {
        for entry in &body.entries.rows {
            if self.next.contains_key(&entry.queue) {
                continue;
            }
            if self.around.meta.topic_name(entry.queue.topic).is_none() {
                return Err(StoreError::UnknownTopic {
                    topic: entry.queue.topic,
                });
            }
            self.next
                .insert(entry.queue, self.around.index.next_offset(entry.queue));
        }
        Ok(())
    }

    /// How many of the jobs go into this segment with one write.
    fn fitting(&self, jobs: &[Job]) -> usize {
        let mut room = self.segment.end() - self.end;
        let fits = |job: &&Job| {
            let len = job.len();
            let fits = len <= room;
            room -= len.min(room);
            fits
        };
        jobs.iter().take(WRITE_SLICES_MAX).take_while(fits).count()
    }

    fn write_chunk(&mut self, jobs: &mut [Job]) -> Result<(), StoreError> {
        let start = self.end;
        let end = self.place(jobs);
        if end == start {
            return Ok(());
        }
        let mut slices = [IoSlice::new(&[]); WRITE_SLICES_MAX];
        let mut count = 0;
        for job in jobs.iter().filter(|job| job.result.is_none()) {
            slices[count] = IoSlice::new(&job.body.frames);
            count += 1;
        }
        if let Err(source) = self
            .segment
            .file
            .write_slices_at(&slices[..count], start - self.segment.base)
        {
            self.take_back(jobs);
            self.heal(start, end - start);
            return Err(StoreError::io("write", &self.segment.path)(source));
        }
        self.end = end;
        self.publish(start, jobs);
        self.ask_for_next_segment();
        Ok(())
    }

    fn place(&mut self, jobs: &mut [Job]) -> u64 {
        let mut at = self.end;
        let stamp = self.stamp();
        for job in jobs.iter_mut().filter(|job| job.result.is_none()) {
            let next = &mut self.next;
            job.body.place(at, self.store_time, stamp, |queue| {
                let next = next.get_mut(&queue).expect("admitted");
                let now = *next;
                next.0 += 1;
                now
            });
            at += job.body.len();
        }
        at
    }

    /// The queue offsets of a failed write were never given.
    fn take_back(&mut self, jobs: &[Job]) {
        for job in jobs.iter().filter(|job| job.result.is_none()).rev() {
            for entry in job.body.entries.rows.iter().rev() {
                self.next.insert(entry.queue, entry.queue_offset);
            }
        }
    }

    /// Nothing of a failed write may be read, now or after a crash.
    fn heal(&mut self, at: u64, len: u64) {
        let next_epoch = self.epoch + 1;
        let punched = self
            .segment
            .file
            .punch_hole(at - self.segment.base, len)
            .map_err(StoreError::io("cut", &self.segment.path));
        let healed = punched.and_then(|()| {
            let begin = |c: &mut Checkpoint| (c.epoch, c.epoch_from) = (next_epoch, at);
            self.around.checkpoint.update(begin)
        });
        match healed {
            Ok(()) => self.epoch = next_epoch,
            Err(e) => self.around.flusher.fail(&e, &self.around.checkpoint),
        }
    }

    /// Hands what was written to readers, index and flusher.
    fn publish(&mut self, start: u64, jobs: &mut [Job]) {
        let mut at = start;
        for job in jobs.iter_mut().filter(|job| job.result.is_none()) {
            self.around.log.keep_hot(at, &job.body.frames);
            at += job.body.len();
            self.around.visible.written(&job.body.entries, at);
            job.body.mark_appended();
            job.result = Some(Ok(Appended {
                end: LogOffset(at),
                store_time: self.store_time,
            }));
        }
        let asks = jobs.iter().any(|job| !job.body.lazy);
        self.around.flusher.written(at, asks);
    }

    fn ask_for_next_segment(&mut self) {
        if !self.prepare_asked && self.end - self.segment.base > self.segment.len / 2 {
            self.prepare_asked = true;
            self.around.keeper.prepare(self.segment.end());
        }
    }

    /// Ends this segment with a Blank frame and goes on in the next.
    fn roll(&mut self) -> Result<(), StoreError> {
        let next = match self.next_segment.take() {
            Some(next) => next,
            None => self.around.log.extend(self.segment.end())?,
        };
        let rest = self.segment.end() - self.end;
        if rest >= HEADER_LEN as u64 {
            let header = frame::blank(rest, self.stamp());
            if let Err(source) = self
                .segment
                .file
                .write_at(&header, self.end - self.segment.base)
            {
                self.next_segment = Some(next);
                self.heal(self.end, HEADER_LEN as u64);
                return Err(StoreError::io("write", &self.segment.path)(source));
            }
        }
        self.end = next.base;
        self.segment = next;
        self.prepare_asked = false;
        Ok(())
    }

    fn stamp(&self) -> Stamp {
        Stamp {
            epoch: self.epoch,
            durable_upto: self.around.flusher.flushed().0,
        }
    }
}

impl Job {
    /// Bytes it still wants to write: none once it has its result.
    fn len(&self) -> u64 {
        if self.result.is_some() {
            0
        } else {
            self.body.len()
        }
    }
}

fn refuse(jobs: &mut [Job], e: &StoreError) {
    for job in jobs.iter_mut().filter(|job| job.result.is_none()) {
        job.result = Some(Err(e.clone()));
    }
}
