//! A broker in a directory of its own, and a client over the codec.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use broker::{Broker, BrokerConfig, FlushMode};
use bytes::{Bytes, BytesMut};
use remoting::body::Body;
use remoting::body::heartbeat::{ConsumerData, Heartbeat, ProducerData, SubscriptionData};
use remoting::code::RequestCode;
use remoting::command::Command;
use remoting::frame;
use remoting::properties;
use remoting::record::Record;
use remoting::request::pull_message::{PullMessage, PullMessageReply, pull_flag};
use remoting::request::send_message::{MessageIds, SendMessage, SendMessageReply};
use remoting::request::{Reply, Request};
use remoting::types::{GroupName, QueueRef, Text, TopicName};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// No step of a test takes so long; a test that hangs fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Running {
    pub(crate) broker: Broker,
    pub(crate) dir: TempDir,
}

pub(crate) fn config(dir: &Path) -> BrokerConfig {
    BrokerConfig::test_small(dir)
}

pub(crate) fn async_config(dir: &Path) -> BrokerConfig {
    let mut config = config(dir);
    config.store.flush = FlushMode::Async;
    config
}

pub(crate) async fn start() -> Running {
    start_with(config).await
}

pub(crate) async fn start_with(config: impl FnOnce(&Path) -> BrokerConfig) -> Running {
    let dir = tempfile::tempdir().unwrap();
    let broker = Broker::start(config(dir.path())).await.unwrap();
    Running { broker, dir }
}

impl Running {
    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.broker.addresses().broker).await
    }

    /// Stops, and starts again on the same directory.
    pub(crate) async fn restart(self) -> Self {
        self.broker.stop(PATIENCE).await.unwrap();
        let broker = Broker::start(config(self.dir.path())).await.unwrap();
        Self {
            broker,
            dir: self.dir,
        }
    }
}

pub(crate) struct Client {
    stream: TcpStream,
    input: BytesMut,
    opaque: i32,
    /// Frames that came while another was waited for.
    others: Vec<Command>,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            input: BytesMut::new(),
            opaque: 0,
            others: Vec::new(),
        }
    }

    /// Sends a request; answers the opaque to wait for.
    pub(crate) async fn send(&mut self, command: Command) -> i32 {
        self.opaque += 1;
        let mut out = BytesMut::new();
        command.with_opaque(self.opaque).encode(&mut out).unwrap();
        self.stream.write_all(&out).await.unwrap();
        self.opaque
    }

    /// Sends requests with one write.
    pub(crate) async fn send_all(
        &mut self,
        commands: impl IntoIterator<Item = Command>,
    ) -> Vec<i32> {
        let mut out = BytesMut::new();
        let mut opaques = Vec::new();
        for command in commands {
            self.opaque += 1;
            command.with_opaque(self.opaque).encode(&mut out).unwrap();
            opaques.push(self.opaque);
        }
        self.stream.write_all(&out).await.unwrap();
        opaques
    }

    pub(crate) async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    pub(crate) async fn call(&mut self, command: Command) -> Command {
        let opaque = self.send(command).await;
        self.answer(opaque).await
    }

    /// The answer to a request.
    pub(crate) async fn answer(&mut self, opaque: i32) -> Command {
        let matches = |command: &Command| command.is_response() && command.opaque == opaque;
        if let Some(at) = self.others.iter().position(matches) {
            return self.others.remove(at);
        }
        loop {
            let command = self
                .next()
                .await
                .expect("the connection ended before the answer");
            if matches(&command) {
                return command;
            }
            self.others.push(command);
        }
    }

    /// The next request the broker sends us.
    pub(crate) async fn request(&mut self) -> Command {
        if let Some(at) = self
            .others
            .iter()
            .position(|command| !command.is_response())
        {
            return self.others.remove(at);
        }
        loop {
            let command = self
                .next()
                .await
                .expect("the connection ended before a request came");
            if !command.is_response() {
                return command;
            }
            self.others.push(command);
        }
    }

    /// The next frame, or the end of the connection.
    pub(crate) async fn next(&mut self) -> Option<Command> {
        tokio::time::timeout(PATIENCE, self.read())
            .await
            .expect("nothing came in time")
    }

    async fn read(&mut self) -> Option<Command> {
        loop {
            if let Some(command) = frame::decode(&mut self.input).unwrap() {
                assert!(command.version == 479 && command.language.name() == "JAVA");
                return Some(command);
            }
            if self.stream.read_buf(&mut self.input).await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    /// A heartbeat that must succeed.
    pub(crate) async fn beat(&mut self, client: &str, group: &str, topic: &str) {
        assert_eq!(
            self.call(heartbeat(client, group, topic, "*")).await.code,
            0
        );
    }

    /// Sends one message and answers its reply; it must succeed.
    pub(crate) async fn store(&mut self, message: Message<'_>) -> SendMessageReply {
        let answer = self.call(message.request()).await;
        assert_eq!(answer.code, 0, "{:?}", answer.remark);
        SendMessageReply::read(&answer.fields).unwrap()
    }

    pub(crate) async fn pull(&mut self, pull: Pull<'_>) -> Pulled {
        let answer = self.call(pull.request()).await;
        Pulled::read(answer)
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) topic: &'a str,
    pub(crate) queue: i32,
    pub(crate) body: &'a [u8],
    pub(crate) properties: &'a [(&'a str, &'a str)],
}

impl<'a> Message<'a> {
    pub(crate) fn to(topic: &'a str) -> Self {
        Self {
            topic,
            queue: 0,
            body: b"hello",
            properties: &[],
        }
    }

    pub(crate) fn header(&self) -> SendMessage {
        SendMessage {
            producer_group: Text::from("producers"),
            topic: TopicName::new(self.topic).unwrap(),
            default_topic: Text::from("TBW102"),
            default_topic_queues: 4,
            queue_id: self.queue,
            sys_flag: 0,
            born_time: 1_700_000_000_000,
            flag: 7,
            properties: Text::from(block(self.properties)),
            reconsume_times: 0,
            unit_mode: false,
            max_reconsume_times: None,
            is_batch: false,
        }
    }

    pub(crate) fn request(&self) -> Command {
        Command::of(&self.header()).with_body(Bytes::copy_from_slice(self.body))
    }
}

pub(crate) fn block(entries: &[(&str, &str)]) -> String {
    let mut block = Vec::new();
    for (name, value) in entries {
        properties::append(&mut block, name, value);
    }
    String::from_utf8(block).unwrap()
}

#[derive(Clone, Copy)]
pub(crate) struct Pull<'a> {
    pub(crate) topic: &'a str,
    pub(crate) queue: u32,
    pub(crate) offset: i64,
    pub(crate) expression: &'a str,
    /// 0: do not wait.
    pub(crate) suspend_ms: i64,
}

impl<'a> Pull<'a> {
    pub(crate) fn of(topic: &'a str, offset: i64) -> Self {
        Self {
            topic,
            queue: 0,
            offset,
            expression: "*",
            suspend_ms: 0,
        }
    }

    pub(crate) fn request(&self) -> Command {
        let suspend = if self.suspend_ms > 0 {
            pull_flag::SUSPEND
        } else {
            0
        };
        Command::of(&PullMessage {
            group: GroupName::new("pullers").unwrap(),
            queue: QueueRef {
                topic: TopicName::new(self.topic).unwrap(),
                id: self.queue,
            },
            offset: self.offset,
            max: 32,
            sys_flag: pull_flag::SUBSCRIPTION | suspend,
            commit_offset: Some(0),
            suspend_ms: Some(self.suspend_ms),
            subscription: Some(Text::from(self.expression)),
            subscription_version: Some(0),
            expression_type: None,
            max_bytes: None,
        })
    }
}

pub(crate) struct Pulled {
    pub(crate) code: i32,
    pub(crate) header: PullMessageReply,
    body: Bytes,
}

impl Pulled {
    pub(crate) fn read(answer: Command) -> Self {
        let header = PullMessageReply::read(&answer.fields)
            .unwrap_or_else(|error| panic!("{error}: {answer:?}"));
        Self {
            code: answer.code,
            header,
            body: answer.body,
        }
    }

    pub(crate) fn records(&self) -> Vec<Record<'_>> {
        let mut rest = &self.body[..];
        let mut records = Vec::new();
        while !rest.is_empty() {
            let (record, after) = Record::parse_prefix(rest).unwrap();
            records.push(record);
            rest = after;
        }
        records
    }

    pub(crate) fn bodies(&self) -> Vec<&[u8]> {
        self.records().iter().map(Record::body).collect()
    }
}

pub(crate) fn heartbeat(client: &str, group: &str, topic: &str, expression: &str) -> Command {
    let tags: Vec<String> = expression
        .split("||")
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| tag != "*")
        .collect();
    let body = Heartbeat {
        client_id: client.into(),
        producer_data_set: vec![ProducerData {
            group_name: format!("{group}-producers"),
        }],
        consumer_data_set: vec![ConsumerData {
            group_name: group.into(),
            subscription_data_set: vec![SubscriptionData {
                topic: topic.into(),
                sub_string: expression.into(),
                code_set: tags.iter().map(|tag| properties::tag_hash(tag)).collect(),
                tags_set: tags,
                sub_version: 1,
                ..SubscriptionData::default()
            }],
            ..ConsumerData::default()
        }],
        ..Heartbeat::default()
    };
    Command::request(RequestCode::HeartBeat).with_body(body.write())
}

pub(crate) fn queue(topic: &str, id: u32) -> QueueRef {
    QueueRef {
        topic: TopicName::new(topic).unwrap(),
        id,
    }
}

pub(crate) fn group(name: &str) -> GroupName {
    GroupName::new(name).unwrap()
}

/// The ids of a send's reply.
pub(crate) fn ids(reply: &SendMessageReply) -> Vec<remoting::message_id::OffsetMessageId> {
    match &reply.message_ids {
        MessageIds::One(id) => vec![*id],
        MessageIds::Many(ids) => ids.clone(),
    }
}

pub(crate) async fn ask<R: Request, A: Reply>(client: &mut Client, request: &R) -> A {
    let answer = client.call(Command::of(request)).await;
    assert_eq!(answer.code, 0, "{:?}", answer.remark);
    A::read(&answer.fields).unwrap()
}

pub(crate) async fn ask_body<R: Request, B: Body>(client: &mut Client, request: &R) -> B {
    let answer = client.call(Command::of(request)).await;
    assert_eq!(answer.code, 0, "{:?}", answer.remark);
    B::read(&answer.body).unwrap()
}
