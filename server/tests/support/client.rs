//! A client over the codec: one blocking connection, requests in the order they are asked.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use remoting::command::Command;
use remoting::frame;

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Client {
    stream: TcpStream,
    input: BytesMut,
    opaque: i32,
}

impl Client {
    pub(crate) fn connect(to: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self {
            stream,
            input: BytesMut::new(),
            opaque: 0,
        })
    }

    /// Sends without waiting; answers the number that the response will carry.
    pub(crate) fn send(&mut self, command: Command, body: Bytes) -> io::Result<i32> {
        self.opaque += 1;
        let mut out = BytesMut::new();
        command
            .with_opaque(self.opaque)
            .with_body(body)
            .encode(&mut out)
            .unwrap();
        self.stream.write_all(&out)?;
        Ok(self.opaque)
    }

    /// The next frame; an error when the other side is gone.
    pub(crate) fn next(&mut self) -> io::Result<Command> {
        loop {
            if let Some(command) = frame::decode(&mut self.input).map_err(io::Error::other)? {
                return Ok(command);
            }
            let mut part = [0; 64 * 1024];
            let len = self.stream.read(&mut part)?;
            if len == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            self.input.extend_from_slice(&part[..len]);
        }
    }

    pub(crate) fn call(&mut self, command: Command) -> Command {
        self.send(command, Bytes::new()).unwrap();
        self.next().unwrap()
    }
}
