//! E: a bare TCP server that answers every frame with the same bytes, on a thread of its own. What it takes is what the
//! network, the kernel and the generator take: nothing that keeps messages can be faster.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

use super::frames::{OPAQUE_BASE, frame, number_after, put_decimal};
use super::generator::whole_frame;
use crate::Fallible;

const LISTENER: Token = Token(usize::MAX);
const READ_LEN: usize = 512 * 1024;

struct Peer {
    stream: TcpStream,
    input: Vec<u8>,
    filled: usize,
    out: Vec<u8>,
    written: usize,
}

/// What a send is answered with.
pub(crate) fn send_reply() -> Vec<u8> {
    let header = format!(
        "{{\"code\":0,\"language\":\"JAVA\",\"version\":479,\"opaque\":{OPAQUE_BASE},\"flag\":1,\"extFields\":{{\"msgId\":\"7F00000100002A9F0000000000000000\",\
         \"queueId\":\"0\",\"queueOffset\":\"0\",\"transactionId\":\"7F000001000100000000000000000000\",\"MSG_REGION\":\"DefaultRegion\",\"TRACE_ON\":\"true\"}}}}"
    );
    frame(&header, &[])
}

/// What a pull is answered with: `count` records with bodies of `body_len` bytes.
pub(crate) fn pull_reply(count: usize, body_len: usize) -> Vec<u8> {
    // Fixed part of a record, topic and properties as the generator sends them.
    const AROUND_BODY: usize = 91 + 12 + 140;
    let header = format!(
        "{{\"code\":0,\"language\":\"JAVA\",\"version\":479,\"opaque\":{OPAQUE_BASE},\"flag\":1,\"remark\":\"FOUND\",\"extFields\":{{\
         \"suggestWhichBrokerId\":\"0\",\"nextBeginOffset\":\"{count}\",\"minOffset\":\"0\",\"maxOffset\":\"100000\"}}}}"
    );
    frame(&header, &vec![b'x'; count * (body_len + AROUND_BODY)])
}

/// Serves until the process ends.
pub(crate) fn start(reply: Vec<u8>) -> Fallible<SocketAddr> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    let address = listener.local_addr()?;
    thread::Builder::new()
        .name("echo".to_owned())
        .spawn(move || {
            if let Err(error) = serve(listener, &reply) {
                eprintln!("echo: {error}");
            }
        })?;
    Ok(address)
}

fn serve(mut listener: TcpListener, reply: &[u8]) -> Fallible<()> {
    let opaque = OPAQUE_BASE.to_string();
    let opaque_at =
        memchr::memmem::find(reply, opaque.as_bytes()).ok_or("no opaque in the reply")?;
    let mut poll = Poll::new()?;
    poll.registry()
        .register(&mut listener, LISTENER, Interest::READABLE)?;
    let mut events = Events::with_capacity(256);
    let mut peers: Vec<Option<Peer>> = Vec::new();
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut peers)?;
                continue;
            }
            let slot = &mut peers[event.token().0];
            let lives = slot.as_mut().is_some_and(|peer| {
                peer.answer(reply, opaque_at..opaque_at + opaque.len())
                    .is_ok()
            });
            if !lives {
                *slot = None;
            }
        }
    }
}

fn accept(listener: &TcpListener, poll: &Poll, peers: &mut Vec<Option<Peer>>) -> Fallible<()> {
    loop {
        let mut stream = match listener.accept() {
            Ok((stream, _)) => stream,
            Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(e) => return Err(e.into()),
        };
        stream.set_nodelay(true)?;
        poll.registry().register(
            &mut stream,
            Token(peers.len()),
            Interest::READABLE | Interest::WRITABLE,
        )?;
        peers.push(Some(Peer {
            stream,
            input: vec![0; READ_LEN],
            filled: 0,
            out: Vec::new(),
            written: 0,
        }));
    }
}

impl Peer {
    fn answer(&mut self, reply: &[u8], opaque: std::ops::Range<usize>) -> Fallible<()> {
        self.flush()?;
        loop {
            match self.stream.read(&mut self.input[self.filled..]) {
                Ok(0) => return Err("closed".into()),
                Ok(len) => self.filled += len,
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e.into()),
            }
            let mut at = 0;
            while let Some(frame) = whole_frame(&self.input[at..self.filled]) {
                let (len, header) = frame?;
                at += len;
                let number = number_after(header, "\"opaque\":").ok_or("no opaque")?;
                let start = self.out.len();
                self.out.extend_from_slice(reply);
                put_decimal(&mut self.out[start..][opaque.clone()], number);
            }
            self.input.copy_within(at..self.filled, 0);
            self.filled -= at;
            self.flush()?;
        }
    }

    fn flush(&mut self) -> Fallible<()> {
        while self.written < self.out.len() {
            match self.stream.write(&self.out[self.written..]) {
                Ok(len) => self.written += len,
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(e) => return Err(e.into()),
            }
        }
        self.out.clear();
        self.written = 0;
        Ok(())
    }
}
