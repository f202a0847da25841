//! The load: one thread, one event loop, any number of connections.
//!
//! Without a rate every connection keeps its window full: that finds what the other side can do. With a rate the load is
//! open-loop: the n-th request has a time, its latency counts from that time even when it could only be sent later, and
//! how much later is reported as the delay of the send.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use mio::net::TcpStream;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
    timerfd_settime,
};

use super::frames::{Answer, OPAQUE_BASE, Work, number_after};
use crate::Fallible;

/// A connection's own buffer for answers: more than one read of the largest.
const READ_LEN: usize = 512 * 1024;
const HIGHEST_US: u64 = 60_000_000;

pub(crate) struct Plan {
    pub(crate) address: SocketAddr,
    pub(crate) connections: usize,
    /// Most requests of one connection on their way.
    pub(crate) window: usize,
    pub(crate) warm: Duration,
    pub(crate) measured: Duration,
    /// Requests a second over all connections.
    pub(crate) rate: Option<f64>,
    /// Ends the run early, for filling.
    pub(crate) answers_max: u64,
}

/// What was answered in the measured part. Times in tenths of microseconds.
pub(crate) struct Measured {
    pub(crate) messages: u64,
    /// Requests that were refused because of overload.
    pub(crate) busy: u64,
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) latency: Histogram<u64>,
    pub(crate) send_delay: Histogram<u64>,
}

struct Connection {
    stream: TcpStream,
    work: Box<dyn Work>,
    out: Vec<u8>,
    written: usize,
    input: Vec<u8>,
    filled: usize,
    /// When the request in each slot was due; the slot is its opaque.
    due: Vec<Option<Instant>>,
    free: Vec<usize>,
    /// Requests made so far, for the schedule.
    made: u32,
}

struct Run<'a> {
    plan: &'a Plan,
    start: Instant,
    measure_from: Instant,
    end: Instant,
    answers: u64,
    result: Measured,
}

/// `cpu` answers the CPU seconds the other side has used so far.
pub(crate) fn run(
    plan: &Plan,
    works: Vec<Box<dyn Work>>,
    cpu: &dyn Fn() -> f64,
) -> Fallible<Measured> {
    let mut poll = Poll::new()?;
    let alarm = Alarm::new(&poll)?;
    let mut connections = connect(plan, works, &poll)?;
    let mut events = Events::with_capacity(256);
    let start = Instant::now();
    let mut run = Run::new(plan, start)?;
    let mut cpu_before = None;
    loop {
        let now = Instant::now();
        if now >= run.measure_from && cpu_before.is_none() {
            cpu_before = Some((cpu(), now));
        }
        if now >= run.end || run.answers >= plan.answers_max {
            break;
        }
        for (number, connection) in connections.iter_mut().enumerate() {
            run.fill(number, connection, now);
            connection.flush()?;
        }
        let patience = run.patience(&connections);
        if plan.rate.is_some() {
            alarm.set(patience)?;
        }
        poll_for(&mut poll, &mut events, patience)?;
        for event in &events {
            if event.is_readable() && event.token() != ALARM {
                run.read(&mut connections[event.token().0])?;
            }
        }
    }
    if let Some((before, since)) = cpu_before {
        run.result.cpu_seconds = cpu() - before;
        run.result.seconds = since.elapsed().as_secs_f64();
    }
    Ok(run.result)
}

const ALARM: Token = Token(usize::MAX);

/// Wakes the loop to the microsecond: the timeout of a poll counts in milliseconds, and spinning would take a core from
/// what is measured.
struct Alarm(OwnedFd);

impl Alarm {
    fn new(poll: &Poll) -> Fallible<Self> {
        let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK)?;
        let mut source = SourceFd(&timer.as_raw_fd());
        poll.registry()
            .register(&mut source, ALARM, Interest::READABLE)?;
        Ok(Self(timer))
    }

    fn set(&self, after: Duration) -> Fallible<()> {
        let nothing = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let once = Timespec {
            tv_sec: i64::try_from(after.as_secs())?,
            tv_nsec: i64::from(after.subsec_nanos()),
        };
        timerfd_settime(
            &self.0,
            TimerfdTimerFlags::empty(),
            &Itimerspec {
                it_interval: nothing,
                it_value: once,
            },
        )?;
        Ok(())
    }
}

fn poll_for(poll: &mut Poll, events: &mut Events, patience: Duration) -> io::Result<()> {
    match poll.poll(events, Some(patience)) {
        Err(e) if e.kind() == ErrorKind::Interrupted => Ok(()),
        done => done,
    }
}

fn connect(plan: &Plan, works: Vec<Box<dyn Work>>, poll: &Poll) -> Fallible<Vec<Connection>> {
    let mut connections = Vec::new();
    for (number, work) in works.into_iter().take(plan.connections).enumerate() {
        let stream = std::net::TcpStream::connect(plan.address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        let mut stream = TcpStream::from_std(stream);
        let interest = Interest::READABLE | Interest::WRITABLE;
        poll.registry()
            .register(&mut stream, Token(number), interest)?;
        connections.push(Connection {
            stream,
            work,
            out: Vec::new(),
            written: 0,
            input: vec![0; READ_LEN],
            filled: 0,
            due: vec![None; plan.window],
            free: (0..plan.window).rev().collect(),
            made: 0,
        });
    }
    Ok(connections)
}

impl<'a> Run<'a> {
    fn new(plan: &'a Plan, start: Instant) -> Fallible<Self> {
        let histogram = || Histogram::new_with_bounds(1, HIGHEST_US * 10, 3);
        Ok(Self {
            plan,
            start,
            measure_from: start + plan.warm,
            end: start + plan.warm + plan.measured,
            answers: 0,
            result: Measured {
                messages: 0,
                busy: 0,
                seconds: 0.0,
                cpu_seconds: 0.0,
                latency: histogram()?,
                send_delay: histogram()?,
            },
        })
    }

    /// When the connection's next request is due. The schedules of the connections are interleaved.
    fn next_due(&self, number: usize, connection: &Connection, now: Instant) -> Instant {
        let Some(rate) = self.plan.rate else {
            return now;
        };
        let nth = f64::from(connection.made) * self.plan.connections as f64 + number as f64;
        self.start + Duration::from_secs_f64(nth / rate)
    }

    fn fill(&mut self, number: usize, connection: &mut Connection, now: Instant) {
        while let Some(&slot) = connection.free.last() {
            let due = self.next_due(number, connection, now);
            if due > now {
                return;
            }
            connection.free.pop();
            connection.made += 1;
            connection.due[slot] = Some(due);
            if due >= self.measure_from {
                record(&mut self.result.send_delay, now - due);
            }
            let opaque = OPAQUE_BASE + u32::try_from(slot).unwrap_or(0);
            connection.work.write(opaque, &mut connection.out);
        }
    }

    fn patience(&self, connections: &[Connection]) -> Duration {
        let now = Instant::now();
        let until_end = self.end.saturating_duration_since(now);
        if self.plan.rate.is_none() {
            return until_end.min(Duration::from_millis(100));
        }
        let next = connections
            .iter()
            .enumerate()
            // A full window waits for an answer, not for the time.
            .filter(|(_, connection)| !connection.free.is_empty())
            .map(|(number, connection)| {
                self.next_due(number, connection, now)
                    .saturating_duration_since(now)
            })
            .min()
            .unwrap_or(until_end);
        next.min(until_end)
    }

    /// Takes every answer that has come.
    fn read(&mut self, connection: &mut Connection) -> Fallible<()> {
        loop {
            let free = &mut connection.input[connection.filled..];
            match connection.stream.read(free) {
                Ok(0) => return Err("the other side closed the connection".into()),
                Ok(len) => connection.filled += len,
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
            let taken = self.take_frames(connection, Instant::now())?;
            connection.input.copy_within(taken..connection.filled, 0);
            connection.filled -= taken;
            if connection.filled == connection.input.len() {
                connection.input.resize(connection.filled * 2, 0);
            }
        }
    }

    /// How many bytes were whole frames.
    fn take_frames(&mut self, connection: &mut Connection, now: Instant) -> Fallible<usize> {
        let mut at = 0;
        while let Some(frame) = whole_frame(&connection.input[at..connection.filled]) {
            let (len, header) = frame?;
            at += len;
            let opaque = number_after(header, "\"opaque\":").ok_or("an answer without opaque")?;
            let slot = usize::try_from(opaque.wrapping_sub(OPAQUE_BASE.into()))?;
            let due = connection
                .due
                .get_mut(slot)
                .and_then(Option::take)
                .ok_or("an answer that nobody waits for")?;
            connection.free.push(slot);
            match connection.work.answered(header)? {
                Answer::Messages(messages) => self.count(messages, due, now),
                Answer::Busy => self.result.busy += 1,
            }
        }
        Ok(at)
    }

    fn count(&mut self, messages: u64, due: Instant, now: Instant) {
        self.answers += 1;
        if now < self.measure_from {
            return;
        }
        self.result.messages += messages;
        if due >= self.measure_from {
            record(&mut self.result.latency, now - due);
        }
    }
}

/// Total length and header of the first frame, when it is there in full.
pub(crate) fn whole_frame(bytes: &[u8]) -> Option<Fallible<(usize, &[u8])>> {
    let word = |at: usize| {
        bytes
            .get(at..at + 4)
            .and_then(|b| b.try_into().ok())
            .map(u32::from_be_bytes)
    };
    let total = word(0)? as usize + 4;
    let header_len = (word(4)? & 0x00FF_FFFF) as usize;
    let frame = bytes.get(..total)?;
    Some(
        frame
            .get(8..8 + header_len)
            .map(|header| (total, header))
            .ok_or_else(|| "a header longer than its frame".into()),
    )
}

impl Connection {
    fn flush(&mut self) -> io::Result<()> {
        while self.written < self.out.len() {
            match self.stream.write(&self.out[self.written..]) {
                Ok(len) => self.written += len,
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        self.out.clear();
        self.written = 0;
        Ok(())
    }
}

fn record(histogram: &mut Histogram<u64>, time: Duration) {
    histogram.saturating_record(u64::try_from(time.as_nanos() / 100).unwrap_or(u64::MAX));
}
