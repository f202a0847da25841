//! A broker with a console over it, and a producer that says everything itself.

use broker::{Broker, BrokerConfig, FlushMode, OutgoingMessage, SentMessage};
use bytes::{Bytes, BytesMut};
use console::{Action, Actor, Allowed, Console, Resource};
use remoting::body::Body;
use remoting::body::group_config::GroupConfig;
use remoting::body::heartbeat::{ConsumerData, Heartbeat, SubscriptionData};
use remoting::code::{RequestCode, ResponseCode};
use remoting::command::Command;
use remoting::frame;
use remoting::properties;
use remoting::request::Request;
use remoting::request::update_consumer_offset::UpdateConsumerOffset;
use remoting::types::{GroupName, QueueRef, TopicName};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Fixture {
    pub(crate) broker: Broker,
    pub(crate) console: Console,
    _dir: TempDir,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(set: impl FnOnce(&mut BrokerConfig)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut config = BrokerConfig::test_small(dir.path());
        // Visible as soon as it is written; what a flush promises is the store's to test.
        config.store.flush = FlushMode::Async;
        config.store.segment_len = 4 * 1024 * 1024;
        set(&mut config);
        let broker = Broker::start(config).await.unwrap();
        Self {
            console: Console::new(broker.clone()),
            broker,
            _dir: dir,
        }
    }

    pub(crate) fn may(&self, action: Action, resource: Resource<'_>) -> Allowed {
        let actor = Actor {
            name: "admin".to_owned(),
            peer: Some([127, 0, 0, 1].into()),
        };
        self.console
            .context(self.console.default_cluster(), actor)
            .unwrap()
            .may(action, resource)
            .unwrap()
    }

    pub(crate) fn reader(&self) -> Allowed {
        self.may(Action::Read, Resource::Cluster)
    }

    pub(crate) fn topic(&self, name: &str, queues: u32) {
        let spec = broker::TopicSpec {
            name: TopicName::new(name).unwrap(),
            queues,
            perm: broker::TopicPerm::READ_WRITE,
            kind: broker::MessageKind::Normal,
        };
        self.broker.create_topic(spec).unwrap();
    }

    pub(crate) async fn send(&self, topic: &str, queue: u32, message: Message<'_>) -> SentMessage {
        let message = OutgoingMessage {
            topic: TopicName::new(topic).unwrap(),
            queue: Some(queue),
            tag: message.tag.map(str::to_owned),
            keys: message.keys.iter().map(|key| (*key).to_owned()).collect(),
            properties: Vec::new(),
            body: Bytes::copy_from_slice(message.body),
        };
        self.broker.send(message).await.unwrap()
    }

    /// Over the wire, where a producer sets its own unique key and flags; answers with the canonical id.
    pub(crate) async fn produce(
        &self,
        topic: &str,
        properties: &str,
        sys_flag: i32,
        body: &[u8],
    ) -> String {
        let command = Command::request(RequestCode::SendMessageV2)
            .with_body(body.to_vec())
            .with_fields(|fields| {
                for (name, value) in [
                    ("a", "producers"),
                    ("b", topic),
                    ("c", "TBW102"),
                    ("d", "4"),
                    ("e", "0"),
                    ("g", "1"),
                    ("h", "0"),
                ] {
                    fields.text(name, value);
                }
                fields.integer("f", sys_flag);
                fields.text("i", properties);
            });
        let reply = self.call(command).await;
        assert_eq!(
            reply.code,
            ResponseCode::Success as i32,
            "{:?}",
            reply.remark
        );
        reply.fields.get("msgId").unwrap().to_owned()
    }

    /// A group commits a position, as its client would.
    pub(crate) async fn commit(&self, group: &str, topic: &str, queue: u32, offset: u64) {
        let config = GroupConfig {
            group_name: group.to_owned(),
            ..GroupConfig::default()
        };
        self.call(Command::request(RequestCode::UpdateAndCreateGroup).with_body(config.write()))
            .await;
        let header = UpdateConsumerOffset {
            group: GroupName::new(group).unwrap(),
            queue: QueueRef {
                topic: TopicName::new(topic).unwrap(),
                id: queue,
            },
            offset: i64::try_from(offset).unwrap(),
        };
        let reply = self.call(Command::of(&header)).await;
        assert_eq!(
            reply.code,
            ResponseCode::Success as i32,
            "{:?} to {:?}",
            reply.remark,
            UpdateConsumerOffset::CODE
        );
    }

    /// A member of a group, as long as its connection lives.
    pub(crate) async fn member(&self, group: &str, topic: &str, tag: &str) -> TcpStream {
        let subscription = SubscriptionData {
            topic: topic.to_owned(),
            sub_string: tag.to_owned(),
            tags_set: vec![tag.to_owned()],
            code_set: vec![properties::tag_hash(tag)],
            sub_version: 1,
            ..SubscriptionData::default()
        };
        let heartbeat = Heartbeat {
            client_id: format!("client-of-{group}"),
            consumer_data_set: vec![ConsumerData {
                group_name: group.to_owned(),
                subscription_data_set: vec![subscription],
                ..ConsumerData::default()
            }],
            ..Heartbeat::default()
        };
        let mut stream = TcpStream::connect(self.broker.addresses().broker)
            .await
            .unwrap();
        let reply = call(
            &mut stream,
            Command::request(RequestCode::HeartBeat).with_body(heartbeat.write()),
        )
        .await;
        assert_eq!(
            reply.code,
            ResponseCode::Success as i32,
            "{:?}",
            reply.remark
        );
        stream
    }

    async fn call(&self, command: Command) -> Command {
        call(
            &mut TcpStream::connect(self.broker.addresses().broker)
                .await
                .unwrap(),
            command,
        )
        .await
    }
}

async fn call(stream: &mut TcpStream, command: Command) -> Command {
    let mut out = BytesMut::new();
    command.encode(&mut out).unwrap();
    stream.write_all(&out).await.unwrap();
    let mut input = BytesMut::new();
    loop {
        match frame::decode(&mut input).unwrap() {
            Some(reply) if reply.is_response() => return reply,
            // The broker's own requests, as "the members have changed".
            Some(_) => continue,
            None => assert_ne!(
                stream.read_buf(&mut input).await.unwrap(),
                0,
                "the broker closed the connection"
            ),
        }
    }
}

/// What a test says of a message; the rest does not matter to it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Message<'a> {
    pub(crate) tag: Option<&'a str>,
    pub(crate) keys: &'a [&'a str],
    pub(crate) body: &'a [u8],
}

impl<'a> Message<'a> {
    pub(crate) const fn keyed(keys: &'a [&'a str]) -> Self {
        Self {
            tag: None,
            keys,
            body: b"body",
        }
    }
}

/// A property block as producers write it.
pub(crate) fn block(entries: &[(&str, &str)]) -> String {
    entries
        .iter()
        .map(|(name, value)| format!("{name}\u{1}{value}\u{2}"))
        .collect()
}
