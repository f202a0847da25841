//! Apache RocketMQ from its Maven artefacts: name server and broker, bound to loopback, stopped with their owner.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::bench::process::Process;
use crate::{Fallible, root, steps};

/// The newest release in Maven Central.
const VERSION: &str = "5.5.0";
const OPEN: &[&str] = &[
    "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
];

pub(super) struct Apache {
    pub(super) process: Process,
    pub(super) broker: SocketAddr,
    /// Ends after the broker, which unregisters there.
    _name_server: Process,
}

/// Fetches the jars once; answers their directory.
pub(super) fn jars() -> Fallible<PathBuf> {
    let dir = root().join("target/apache").join(VERSION);
    let lib = dir.join("lib");
    if lib.exists() {
        return Ok(lib);
    }
    fs::create_dir_all(&dir)?;
    fs::write(dir.join("pom.xml"), pom())?;
    let fetched = dir.join("fetched");
    steps::timed(&format!("fetch Apache RocketMQ {VERSION}"), || {
        steps::must(
            Command::new("mvn")
                .args([
                    "-q",
                    "-B",
                    "dependency:copy-dependencies",
                    "-DoutputDirectory=fetched",
                ])
                .current_dir(&dir),
        )
    })?;
    // In place in one step: a fetch that was cut short is made again.
    fs::rename(fetched, &lib)?;
    Ok(lib)
}

fn pom() -> String {
    let dependencies: String = ["namesrv", "broker"]
        .iter()
        .map(|part| format!("<dependency><groupId>org.apache.rocketmq</groupId><artifactId>rocketmq-{part}</artifactId><version>{VERSION}</version></dependency>"))
        .collect();
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><modelVersion>4.0.0</modelVersion><groupId>gantry</groupId>\
         <artifactId>apache</artifactId><version>1</version><packaging>pom</packaging><dependencies>{dependencies}</dependencies></project>"
    )
}

impl Apache {
    pub(super) fn start(jars: &Path, home: &Path, flush: &str) -> Fallible<Self> {
        fs::create_dir_all(home)?;
        let (name_server, broker) = (free_port()?, free_port()?);
        let settings = home.join("namesrv.conf");
        fs::write(
            &settings,
            format!("listenPort={name_server}\nbindAddress=127.0.0.1\n"),
        )?;
        let mut names = java(
            jars,
            home,
            &["-Xms256m", "-Xmx256m"],
            "org.apache.rocketmq.namesrv.NamesrvStartup",
            &settings,
        )?;
        names.wait_until("Apache's name server", Duration::from_millis(100), || {
            boot_success(home, "NamesrvStartup")
        })?;
        let settings = home.join("broker.conf");
        fs::write(&settings, broker_settings(home, name_server, broker, flush))?;
        let heap = [
            "-Xms4g",
            "-Xmx4g",
            "-XX:MaxDirectMemorySize=8g",
            "-XX:+UseG1GC",
        ];
        let mut process = java(
            jars,
            home,
            &heap,
            "org.apache.rocketmq.broker.BrokerStartup",
            &settings,
        )?;
        // It listens before it has registered.
        process.wait_until("Apache's broker", Duration::from_millis(100), || {
            boot_success(home, "BrokerStartup")
        })?;
        Ok(Self {
            process,
            broker: SocketAddr::from((Ipv4Addr::LOCALHOST, broker)),
            _name_server: names,
        })
    }
}

fn broker_settings(home: &Path, name_server: u16, broker: u16, flush: &str) -> String {
    let flush = if flush == "sync" {
        "SYNC_FLUSH"
    } else {
        "ASYNC_FLUSH"
    };
    let store = home.join("store");
    let store = store.display();
    format!(
        "brokerClusterName=DefaultCluster\nbrokerName=broker-a\nbrokerId=0\nbrokerIP1=127.0.0.1\nbindAddress=127.0.0.1\nlistenPort={broker}\n\
         namesrvAddr=127.0.0.1:{name_server}\nautoCreateTopicEnable=true\nenablePropertyFilter=true\nstorePathRootDir={store}\n\
         storePathCommitLog={store}/commitlog\ndiskMaxUsedSpaceRatio=98\nflushDiskType={flush}\n"
    )
}

fn java(
    jars: &Path,
    home: &Path,
    heap: &[&str],
    class: &str,
    settings: &Path,
) -> Fallible<Process> {
    let output = fs::File::create(home.join(output_of(class)))?;
    Process::start(
        Command::new("java")
            .args(OPEN)
            .args(heap)
            .arg(format!("-Drocketmq.home.dir={}", home.display()))
            .arg(format!("-Duser.home={}", home.display()))
            .args(["-cp", &format!("{}/*", jars.display()), class, "-c"])
            .arg(settings)
            .stderr(output.try_clone()?)
            .stdout(output),
    )
}

fn output_of(class: &str) -> String {
    format!("{}.out", class.rsplit('.').next().unwrap_or(class))
}

fn boot_success(home: &Path, class: &str) -> Option<()> {
    fs::read_to_string(home.join(output_of(class)))
        .ok()?
        .contains("boot success")
        .then_some(())
}

/// Free now, together with the ports Apache derives from it (two below, one above).
fn free_port() -> Fallible<u16> {
    for _ in 0..100 {
        let first = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = first.local_addr()?.port();
        let others = [port.saturating_sub(2), port.saturating_add(1)];
        if others
            .iter()
            .all(|other| TcpListener::bind((Ipv4Addr::LOCALHOST, *other)).is_ok())
        {
            return Ok(port);
        }
    }
    Err("no three free ports found".into())
}
