//! Kill -9 of the real process under load, ten counted rounds on one directory. After each: every acknowledged message is
//! readable exactly as sent and where the answer said, nothing is readable that was not sent, queue offsets are dense.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

#[path = "support/client.rs"]
mod client;
#[path = "support/gantry.rs"]
mod gantry;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};

use bytes::Bytes;
use client::Client;
use gantry::Gantry;
use remoting::command::Command;
use remoting::record::{Record, records};
use remoting::request::Reply as _;
use remoting::request::pull_message::{PullMessage, PullMessageReply, pull_flag};
use remoting::request::send_message::{MessageIds, SendMessage, SendMessageReply};
use remoting::request::view_message_by_id::ViewMessageById;
use remoting::types::{GroupName, LogOffset, QueueRef, Text, TopicName};

const ROUNDS: u64 = 10;
const CONNECTIONS: u64 = 4;
const IN_FLIGHT: usize = 8;
const QUEUES: u64 = 4;
const TOPIC: &str = "killed";
/// Small files, so that kills also meet the change of a segment and the writing of an index run.
const SETTINGS: &[(&str, &str)] = &[
    ("GANTRY__STORE__FLUSH", "sync"),
    ("GANTRY__STORE__SEGMENT_BYTES", "1048576"),
    ("GANTRY__STORE__INDEX_RUN_BYTES", "262144"),
    ("GANTRY__LOG__FILTER", "warn"),
];

/// What was sent under a unique key.
type Sent = HashMap<String, Bytes>;

struct Acknowledged {
    key: String,
    queue: u32,
    offset: u64,
    at: LogOffset,
}

/// A fixed sequence of numbers (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }
}

#[test]
fn ten_kills_under_load_lose_nothing_acknowledged() {
    let dir = tempfile::tempdir().unwrap();
    let mut dice = Dice(20_260_101);
    let (mut sent, mut acknowledged) = (Sent::new(), Vec::new());
    let mut unanswered = 0;
    for round in 0..ROUNDS {
        let gantry = Gantry::start(dir.path(), SETTINGS);
        let kill_after = 50 + usize::try_from(dice.below(900)).unwrap();
        let load = Load {
            broker: gantry.address("broker"),
            round,
            seed: dice.next(),
            answered: AtomicUsize::new(0),
        };
        let (new_sent, new_acknowledged) = load.run_until(kill_after, gantry);
        assert!(
            new_acknowledged.len() >= kill_after,
            "the load of round {round} was not acknowledged"
        );
        unanswered += new_sent.len() - new_acknowledged.len();
        sent.extend(new_sent);
        acknowledged.extend(new_acknowledged);

        let reopened = Gantry::start(dir.path(), SETTINGS);
        let readable = check(reopened.address("broker"), &sent, &acknowledged);
        println!(
            "round {round}: {} acknowledged so far, {readable} readable, {} sent",
            acknowledged.len(),
            sent.len()
        );
        // Every other time the next load begins on a directory that was closed in order.
        if round % 2 == 0 {
            reopened.stop();
        }
    }
    assert!(unanswered > 0, "no kill met a send on its way");
}

struct Load {
    broker: SocketAddr,
    round: u64,
    seed: u64,
    answered: AtomicUsize,
}

impl Load {
    /// Sends over all connections; kills the process once so many were acknowledged, while all go on sending.
    fn run_until(&self, kill_after: usize, gantry: Gantry) -> (Sent, Vec<Acknowledged>) {
        let (enough, reached) = channel();
        std::thread::scope(|scope| {
            let senders: Vec<_> = (0..CONNECTIONS)
                .map(|number| {
                    let enough = enough.clone();
                    scope.spawn(move || self.send_until_cut(number, kill_after, &enough))
                })
                .collect();
            drop(enough);
            reached.recv().unwrap();
            drop(gantry);
            let mut all = (Sent::new(), Vec::new());
            for sender in senders {
                let (sent, acknowledged) = sender.join().unwrap();
                all.0.extend(sent);
                all.1.extend(acknowledged);
            }
            all
        })
    }

    fn send_until_cut(
        &self,
        connection: u64,
        kill_after: usize,
        enough: &Sender<()>,
    ) -> (Sent, Vec<Acknowledged>) {
        let mut sender = Connection {
            client: Client::connect(self.broker).unwrap(),
            waiting: HashMap::new(),
            acknowledged: Vec::new(),
            counted: 0,
        };
        let mut dice = Dice(self.seed ^ connection);
        let mut sent = Sent::new();
        for number in 0.. {
            let key = format!("R{}C{connection}N{number}", self.round);
            let body: Bytes = (0..dice.below(2_000))
                .map(|_| dice.next().to_le_bytes()[0])
                .collect();
            // Before the first byte leaves: whatever becomes readable is in here.
            sent.insert(key.clone(), body.clone());
            if !sender.send(key, number % QUEUES, body)
                || sender.waiting.len() == IN_FLIGHT && !sender.take_answer()
            {
                break;
            }
            let before = sender.counted;
            sender.counted = sender.acknowledged.len();
            let new = sender.counted - before;
            let total = self.answered.fetch_add(new, Ordering::Relaxed) + new;
            if total >= kill_after {
                enough.send(()).ok();
            }
        }
        // Answers that were on their way when the process died count as well.
        while sender.take_answer() {}
        (sent, sender.acknowledged)
    }
}

struct Connection {
    client: Client,
    /// Number of the request, key of the message.
    waiting: HashMap<i32, String>,
    acknowledged: Vec<Acknowledged>,
    counted: usize,
}

impl Connection {
    /// Whether the connection still stands.
    fn send(&mut self, key: String, queue: u64, body: Bytes) -> bool {
        let opaque = self.client.send(Command::of(&header(&key, queue)), body);
        opaque
            .map(|opaque| self.waiting.insert(opaque, key))
            .is_ok()
    }

    fn take_answer(&mut self) -> bool {
        let Ok(answer) = self.client.next() else {
            return false;
        };
        let key = self
            .waiting
            .remove(&answer.opaque)
            .expect("an answer to a request that was made");
        assert_eq!(answer.code, 0, "{key}: {:?}", answer.remark);
        let reply = SendMessageReply::read(&answer.fields).unwrap();
        let MessageIds::One(id) = reply.message_ids else {
            panic!("{key}: one id, not {:?}", reply.message_ids)
        };
        self.acknowledged.push(Acknowledged {
            key,
            queue: u32::try_from(reply.queue_id).unwrap(),
            offset: reply.queue_offset.0,
            at: id.at,
        });
        true
    }
}

fn header(key: &str, queue: u64) -> SendMessage {
    SendMessage {
        producer_group: Text::from("producers"),
        topic: topic(),
        default_topic: Text::from("TBW102"),
        default_topic_queues: i32::try_from(QUEUES).unwrap(),
        queue_id: i32::try_from(queue).unwrap(),
        sys_flag: 0,
        born_time: 1_700_000_000_000,
        flag: 7,
        properties: Text::from(format!(
            "UNIQ_KEY\u{1}{key}\u{2}TAGS\u{1}TagA\u{2}KEYS\u{1}word {key}\u{2}"
        )),
        reconsume_times: 0,
        unit_mode: false,
        max_reconsume_times: None,
        is_batch: false,
    }
}

fn topic() -> TopicName {
    TopicName::new(TOPIC).unwrap()
}

/// How many messages are readable. Every one was sent, and every acknowledged one is among them, at its place.
fn check(broker: SocketAddr, sent: &Sent, acknowledged: &[Acknowledged]) -> usize {
    let mut client = Client::connect(broker).unwrap();
    let mut places = HashMap::new();
    for queue in 0..u32::try_from(QUEUES).unwrap() {
        read_queue(&mut client, queue, sent, &mut places);
    }
    let distinct: HashSet<_> = places.values().collect();
    assert_eq!(distinct.len(), places.len(), "a message is readable twice");
    for one in acknowledged {
        assert_eq!(
            places.get(&(one.queue, one.offset)),
            Some(&one.key),
            "acknowledged at offset {} of queue {}",
            one.offset,
            one.queue
        );
        let viewed = client.call(Command::of(&ViewMessageById {
            at: one.at,
            topic: Some(Text::from(TOPIC)),
        }));
        let record =
            Record::parse(&viewed.body).unwrap_or_else(|e| panic!("{} by its id: {e}", one.key));
        assert_eq!(
            record.properties().uniq_key(),
            Some(one.key.as_str()),
            "the message at {}",
            one.at
        );
    }
    places.len()
}

/// Key of the message at each offset of each queue.
type Places = HashMap<(u32, u64), String>;

fn read_queue(client: &mut Client, queue: u32, sent: &Sent, places: &mut Places) {
    let mut next = 0;
    loop {
        let answer = client.call(Command::of(&pull(queue, next)));
        // 19: nothing more yet. 21: nothing at all in this queue.
        if matches!(answer.code, 19 | 21) {
            let max = PullMessageReply::read(&answer.fields).unwrap().max.0;
            assert_eq!(
                max, next,
                "the end of queue {queue} is where its last message is"
            );
            return;
        }
        assert_eq!(answer.code, 0, "{:?}", answer.remark);
        for record in records(&answer.body).map(Result::unwrap) {
            assert_eq!(
                (record.queue_id(), record.queue_offset().0),
                (queue, next),
                "offsets are dense"
            );
            places.insert((queue, next), key_of(&record, sent));
            next += 1;
        }
    }
}

/// The key of a record that is exactly what was sent under it.
fn key_of(record: &Record<'_>, sent: &Sent) -> String {
    let properties = record.properties();
    let key = properties.uniq_key().unwrap().to_owned();
    let body = sent
        .get(&key)
        .unwrap_or_else(|| panic!("{key} was never sent"));
    assert_eq!(record.body(), body, "body of {key}");
    assert_eq!(
        (record.topic(), record.flag(), record.born_time()),
        (TOPIC, 7, 1_700_000_000_000),
        "header of {key}"
    );
    assert_eq!(
        (properties.tag(), properties.get("KEYS")),
        (Some("TagA"), Some(format!("word {key}").as_str())),
        "properties of {key}"
    );
    assert!(record.is_body_intact(), "{key}");
    key
}

fn pull(queue: u32, offset: u64) -> PullMessage {
    PullMessage {
        group: GroupName::new("readers").unwrap(),
        queue: QueueRef {
            topic: topic(),
            id: queue,
        },
        offset: i64::try_from(offset).unwrap(),
        max: 32,
        sys_flag: pull_flag::SUBSCRIPTION,
        commit_offset: None,
        suspend_ms: None,
        subscription: Some(Text::from("*")),
        subscription_version: Some(0),
        expression_type: Some(Text::from("TAG")),
        max_bytes: None,
    }
}
