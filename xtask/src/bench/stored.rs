//! With many messages stored: how long a restart takes, and a look-up by key.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use super::frames::{Sends, Work, code, frame, unique_key};
use super::gantry::{self, Gantry};
use super::generator::{self, Plan, whole_frame};
use super::report::Report;
use crate::Fallible;

const TOPIC: &str = "bench-stored";
const CONNECTIONS: u32 = 4;
const BATCH: u64 = 32;
/// Above the sources of every other run.
const SOURCE: u32 = 0xFFFF_0000;
const LOOK_UPS: u64 = 2_000;

pub(crate) fn measure(
    report: &mut Report,
    binary: &Path,
    dir: &Path,
    messages: u64,
) -> Fallible<()> {
    let stored = format!("{:.1} M messages stored", messages as f64 / 1e6);
    let gantry = Gantry::start(binary, dir, "async")?;
    fill(gantry.broker, messages)?;
    drop(gantry);
    let (mut gantry, ms) = gantry::first_ack(binary, dir)?;
    report.line(format!("start to first ack, {stored}"), ms, "ms");
    gantry.process.kill()?;
    drop(gantry);
    let (gantry, ms) = gantry::first_ack(binary, dir)?;
    report.line(
        format!("start to first ack after kill -9, {stored}"),
        ms,
        "ms",
    );
    // The first round brings into memory what the second one measures.
    look_up(gantry.broker, messages)?;
    let times = look_up(gantry.broker, messages)?;
    report.line(
        format!("look-up by key, warm, p50, {stored}"),
        times.value_at_quantile(0.5) as f64 / 10.0,
        "us",
    );
    report.line(
        format!("look-up by key, warm, p99, {stored}"),
        times.value_at_quantile(0.99) as f64 / 10.0,
        "us",
    );
    report.line(
        format!("RSS with {stored}"),
        gantry.process.rss_mib().unwrap_or(f64::NAN),
        "MiB",
    );
    gantry.discard()
}

fn fill(address: SocketAddr, messages: u64) -> Fallible<()> {
    let works = (0..CONNECTIONS)
        .map(|connection| {
            Ok(
                Box::new(Sends::new(TOPIC, 128, BATCH as usize, SOURCE | connection)?)
                    as Box<dyn Work>,
            )
        })
        .collect::<Fallible<_>>()?;
    let plan = Plan {
        address,
        connections: CONNECTIONS as usize,
        window: 4,
        warm: Duration::ZERO,
        measured: Duration::from_secs(600),
        rate: None,
        answers_max: messages / BATCH,
    };
    let done = generator::run(&plan, works, &|| 0.0)?;
    if done.messages < messages / BATCH * BATCH {
        return Err(format!("only {} of {messages} messages were stored", done.messages).into());
    }
    Ok(())
}

/// Asks for messages all over the log, one after the other; each must be found.
fn look_up(address: SocketAddr, messages: u64) -> Fallible<Histogram<u64>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    let mut times = Histogram::new_with_bounds(1, 600_000_000, 3)?;
    // Connections are not served evenly: each has sent half of its share for certain.
    let per_connection = (messages / u64::from(CONNECTIONS) / 2).max(1);
    for number in 0..LOOK_UPS {
        // A step without a common factor with the range goes all over it.
        let n = number.wrapping_mul(7_919_000_003) % per_connection + 1;
        let key = unique_key(SOURCE | (number % u64::from(CONNECTIONS)) as u32, n);
        let start = Instant::now();
        stream.write_all(&query(&key))?;
        let answer = read_frame(&mut stream)?;
        times.saturating_record(u64::try_from(start.elapsed().as_nanos() / 100)?);
        let found = memchr::memmem::find(&answer, key.as_bytes()).is_some();
        let (_, header) = whole_frame(&answer).ok_or("half a frame")??;
        if code(header)? != 0 || !found {
            return Err(format!("{key} was not found: {}", String::from_utf8_lossy(header)).into());
        }
    }
    Ok(times)
}

fn query(key: &str) -> Vec<u8> {
    let header = format!(
        "{{\"code\":12,\"extFields\":{{\"topic\":\"{TOPIC}\",\"key\":\"{key}\",\"maxNum\":\"32\",\"beginTimestamp\":\"0\",\
         \"endTimestamp\":\"{}\",\"_UNIQUE_KEY_QUERY\":\"true\"}},\"flag\":0,\"language\":\"JAVA\",\"opaque\":1,\
         \"serializeTypeCurrentRPC\":\"JSON\",\"version\":479}}",
        i64::MAX
    );
    frame(&header, &[])
}

fn read_frame(stream: &mut TcpStream) -> Fallible<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let mut frame = length.to_vec();
    frame.resize(4 + u32::from_be_bytes(length) as usize, 0);
    stream.read_exact(&mut frame[4..])?;
    Ok(frame)
}
