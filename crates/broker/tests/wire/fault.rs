//! The broker over a disk that fails: what it promised stays, and what it cannot promise it says.

use std::path::Path;
use std::time::Duration;

use broker::{Broker, BrokerConfig};
use remoting::command::Command;
use remoting::request::query_consumer_offset::{QueryConsumerOffset, QueryConsumerOffsetReply};
use remoting::request::update_consumer_offset::UpdateConsumerOffset;
use store::fault::{Dice, FaultDisk};

use crate::support::{Client, Message, PATIENCE, Pull, ask, config, group, queue};

const NOW_MS: i64 = 1_700_000_000_000;
/// How old consumer offsets may be after a crash.
const OFFSET_AGE: Duration = Duration::from_secs(5);

async fn start(disk: &FaultDisk) -> (Broker, Client) {
    let config: BrokerConfig = config(Path::new("/data"));
    let broker = Broker::start_in(config, disk.env(NOW_MS)).await.unwrap();
    let client = Client::connect(broker.addresses().broker).await;
    (broker, client)
}

async fn next_sync(disk: &FaultDisk) {
    let before = disk.syncs();
    while disk.syncs() == before {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn acknowledged_messages_and_old_offsets_survive_a_power_cut() {
    for seed in 0..4 {
        let disk = FaultDisk::default();
        let (broker, mut client) = start(&disk).await;
        client.beat("one", "g", "orders").await;
        let bodies: Vec<String> = (0..20).map(|n| format!("message {n}")).collect();
        for body in &bodies {
            client
                .store(Message {
                    body: body.as_bytes(),
                    ..Message::to("orders")
                })
                .await;
        }
        let update = UpdateConsumerOffset {
            group: group("g"),
            queue: queue("orders", 0),
            offset: 7,
        };
        assert_eq!(client.call(Command::of(&update)).await.code, 0);
        // Nothing else is written now: the next sync is that of the offsets.
        tokio::time::timeout(OFFSET_AGE, next_sync(&disk))
            .await
            .expect("offsets are at most 5 s old");
        // A commit syncs more than once; the broker is idle once its metadata is.
        while tokio::time::timeout(Duration::from_millis(500), next_sync(&disk))
            .await
            .is_ok()
        {}
        disk.crash(&mut Dice(seed));
        broker.stop(Duration::ZERO).await.ok();

        let (_broker, mut client) = start(&disk).await;
        let pulled = client.pull(Pull::of("orders", 0)).await;
        assert_eq!(
            pulled.bodies(),
            bodies.iter().map(String::as_bytes).collect::<Vec<_>>(),
            "seed {seed}"
        );
        let query = QueryConsumerOffset {
            group: group("g"),
            queue: queue("orders", 0),
            zero_if_missing: None,
        };
        let offset: QueryConsumerOffsetReply = ask(&mut client, &query).await;
        assert_eq!(offset.offset.0, 7, "seed {seed}");
    }
}

#[tokio::test]
async fn a_failed_flush_is_told_and_reads_go_on() {
    let disk = FaultDisk::default();
    let (broker, mut client) = start(&disk).await;
    client
        .store(Message {
            body: b"safe",
            ..Message::to("orders")
        })
        .await;
    disk.fail_syncs(true);
    for _ in 0..2 {
        let answer = client.call(Message::to("orders").request()).await;
        assert_eq!(answer.code, 14, "{:?}", answer.remark);
        assert!(answer.remark.unwrap().contains("flush"));
    }
    assert!(!broker.ready());
    assert_eq!(client.pull(Pull::of("orders", 0)).await.bodies(), [b"safe"]);
}

#[tokio::test]
async fn a_full_disk_refuses_messages_until_there_is_room() {
    let disk = FaultDisk::default();
    let (broker, mut client) = start(&disk).await;
    client
        .store(Message {
            body: b"safe",
            ..Message::to("orders")
        })
        .await;
    disk.set_capacity(Some(1));
    let refused = async {
        loop {
            let answer = client
                .call(
                    Message {
                        body: &[b'x'; 30_000],
                        ..Message::to("orders")
                    }
                    .request(),
                )
                .await;
            if answer.code != 0 {
                return answer;
            }
        }
    };
    let answer = tokio::time::timeout(PATIENCE, refused)
        .await
        .expect("a full disk is noticed");
    assert_eq!(answer.code, 14, "{:?}", answer.remark);
    assert_eq!(
        client
            .pull(Pull {
                expression: "*",
                ..Pull::of("orders", 0)
            })
            .await
            .code,
        0
    );
    disk.set_capacity(None);
    let back = async {
        while client.call(Message::to("orders").request()).await.code != 0 {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(PATIENCE, back)
        .await
        .expect("and so is the room");
    assert!(broker.ready());
}
