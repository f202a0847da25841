//! E: a bare TCP server on the runtime that the broker uses too, which answers every frame with the same bytes. What it
//! takes is what the network, the kernel, the runtime and the generator take: nothing that keeps messages can be faster.

use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use super::frames::{OPAQUE_BASE, frame, number_after, put_decimal};
use super::generator::whole_frame;
use crate::Fallible;

const READ_LEN: usize = 512 * 1024;

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

/// Serves until it is dropped.
pub(crate) struct Echo {
    pub(crate) address: SocketAddr,
    runtime: Option<Runtime>,
}

impl Echo {
    pub(crate) fn start(reply: Vec<u8>) -> Fallible<Self> {
        let runtime = Runtime::new()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let opaque = OPAQUE_BASE.to_string();
        let at = memchr::memmem::find(&reply, opaque.as_bytes()).ok_or("no opaque in the reply")?;
        let reply = Arc::new(Reply {
            bytes: reply,
            opaque: at..at + opaque.len(),
        });
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&reply)));
            }
        });
        Ok(Self {
            address,
            runtime: Some(runtime),
        })
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Reply {
    bytes: Vec<u8>,
    opaque: Range<usize>,
}

/// Ends with the connection.
async fn answer(mut stream: TcpStream, reply: Arc<Reply>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let (mut input, mut filled, mut out) = (vec![0; READ_LEN], 0, Vec::new());
    loop {
        filled += stream
            .read(&mut input[filled..])
            .await
            .ok()
            .filter(|len| *len > 0)?;
        let mut at = 0;
        while let Some(frame) = whole_frame(&input[at..filled]) {
            let (len, header) = frame.ok()?;
            at += len;
            let start = out.len();
            out.extend_from_slice(&reply.bytes);
            put_decimal(
                &mut out[start..][reply.opaque.clone()],
                number_after(header, "\"opaque\":")?,
            );
        }
        input.copy_within(at..filled, 0);
        filled -= at;
        stream.write_all(&out).await.ok()?;
        out.clear();
    }
}
