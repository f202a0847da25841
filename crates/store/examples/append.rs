//! What an append costs without a network: `cargo run --release -p store --example append -- [dir]`.
//! Prints one line per mode, senders and size. Clocks inform, they gate nothing.

use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

use remoting::record::NewRecord;
use remoting::types::TopicName;
use store::{Env, FlushMode, PullLimits, QueueKey, Store, StoreConfig, TopicId};

const RUN: Duration = Duration::from_secs(1);

fn main() -> Result<(), Box<dyn Error>> {
    let base = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "target/append-example".into());
    let mut out = std::io::stdout();
    for flush in [FlushMode::Async, FlushMode::Sync] {
        for (senders, batch, body) in [
            (1, 1, 1024),
            (1, 1, 128),
            (2, 1, 128),
            (2, 16, 128),
            (2, 32, 1024),
            (16, 4, 128),
        ] {
            let dir = format!("{base}/{flush:?}-{senders}-{batch}-{body}");
            let (store, _) = Store::open(
                StoreConfig {
                    flush,
                    ..StoreConfig::new(&dir)
                },
                Env::system(),
            )?;
            let topic = store.create_topic(&TopicName::new("bench")?)?;
            let started = Instant::now();
            let count = send_all(&store, topic, (senders, batch, body));
            let took = started.elapsed().as_secs_f64();
            let pulled = pull_all(&store, topic)?;
            writeln!(
                out,
                "{flush:?} senders {senders:2} batch {batch:2} body {body:4}: {:7.0} k/s, {:6.0} ns/message; pull {pulled:7.0} k/s",
                count as f64 / took / 1e3,
                took * 1e9 / count as f64,
            )?;
            store.close()?;
            std::fs::remove_dir_all(&dir)?;
        }
    }
    Ok(())
}

fn send_all(store: &Store, topic: TopicId, (senders, batch, body): (u32, u32, usize)) -> u64 {
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..senders)
            .map(|queue| scope.spawn(move || send(store, QueueKey { topic, queue }, batch, body)))
            .collect();
        senders
            .into_iter()
            .map(|sender| sender.join().unwrap_or(0))
            .sum()
    })
}

fn send(store: &Store, queue: QueueKey, per_batch: u32, body: usize) -> u64 {
    let (mut batch, body) = (store.batch(), vec![b'x'; body]);
    let host = std::net::SocketAddr::from(([127, 0, 0, 1], 10911));
    let (started, mut count) = (Instant::now(), 0_u64);
    while started.elapsed() < RUN {
        for _ in 0..per_batch {
            let properties = format!("UNIQ_KEY\u{1}7F000001{count:024X}\u{2}TAGS\u{1}a\u{2}");
            let record = NewRecord {
                topic: "bench",
                queue_id: queue.queue,
                flag: 0,
                sys_flag: 0,
                born_time: 0,
                born_host: host,
                store_host: host,
                reconsume_times: 0,
                prepared_at: 0,
                body: &body,
                properties: properties.as_bytes(),
            };
            if batch.push(queue, &record).is_err() {
                return count;
            }
            count += 1;
        }
        let Ok(done) = store.append(&mut batch) else {
            return count;
        };
        if store.flush_mode() == FlushMode::Sync && store.wait_flushed(done.end).is_err() {
            return count;
        }
        batch.clear();
    }
    count
}

fn pull_all(store: &Store, topic: TopicId) -> Result<f64, Box<dyn Error>> {
    let queue = QueueKey { topic, queue: 0 };
    let limits = PullLimits {
        max_count: 32,
        max_bytes: 1 << 20,
        max_scan: 1000,
    };
    let (mut out, mut next, started) = (Vec::new(), store.bounds(queue).min, Instant::now());
    while next < store.bounds(queue).max {
        out.clear();
        next = store.pull(queue, next, &limits, &|_| true, &mut out)?.next;
    }
    Ok(next.0 as f64 / started.elapsed().as_secs_f64() / 1e3)
}
