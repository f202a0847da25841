//! The command line. What is asked most has a flag; everything has a key.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use super::raw::{RawConfig, RawFlush, RawLog, RawLogFormat, RawPorts, RawStore, RawVip};

/// A RocketMQ-compatible message broker and name server with its operator console, in one process.
///
/// Point any RocketMQ remoting client at the name server, open the console in a browser. Data stays in one directory.
/// Every address a start took, also those of port 0, stands in DATA_DIR/ready.json once everything serves.
#[derive(Debug, Parser)]
#[command(name = "gantry", version, after_long_help = AFTER_HELP, after_help = "Settings, variables and exit codes: --help")]
pub(super) struct Flags {
    #[command(subcommand)]
    command: Option<Command>,
    /// Read settings from this file.
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) config: Option<PathBuf>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C; this is what happens without a command, too.
    Serve,
}

#[derive(Debug, Args)]
struct Serve {
    /// Keep everything in this directory; it is made when it is not there [default: ./gantry-data].
    #[arg(long, value_name = "DIR", global = true)]
    data_dir: Option<PathBuf>,
    /// Listen for clients at this address [default: 127.0.0.1].
    #[arg(long, value_name = "IP", global = true)]
    listen: Option<IpAddr>,
    /// Serve the console here; loopback only until accounts exist [default: 127.0.0.1:8080].
    #[arg(long, value_name = "IP:PORT", global = true)]
    console_listen: Option<SocketAddr>,
    /// The name server's port; 0 takes a free one [default: 9876].
    #[arg(long, value_name = "PORT", global = true)]
    name_server_port: Option<u16>,
    /// The broker's port; 0 takes a free one [default: 10911].
    #[arg(long, value_name = "PORT", global = true)]
    broker_port: Option<u16>,
    /// The VIP port that older clients ask: auto (the broker's port - 2), off, or a port [default: auto].
    #[arg(long, value_name = "auto|off|PORT", global = true)]
    vip_port: Option<String>,
    /// The address that routes tell clients: auto (the one they asked at), or an IP [default: auto].
    #[arg(long, value_name = "auto|IP", global = true)]
    advertise: Option<String>,
    /// When a send is answered [default: sync].
    #[arg(long, value_name = "MODE", global = true)]
    flush: Option<RawFlush>,
    /// How log lines are written, to standard error [default: text].
    #[arg(long, value_name = "FORMAT", global = true)]
    log_format: Option<RawLogFormat>,
}

impl Flags {
    pub(super) fn into_raw(self) -> RawConfig {
        let Serve {
            data_dir,
            listen,
            console_listen,
            name_server_port,
            broker_port,
            vip_port,
            advertise,
            flush,
            log_format,
        } = self.serve;
        RawConfig {
            data_dir,
            listen,
            console_listen,
            advertise,
            ports: RawPorts {
                name_server: name_server_port,
                broker: broker_port,
                vip: vip_port.map(RawVip),
            },
            store: RawStore {
                flush,
                ..RawStore::default()
            },
            log: RawLog {
                format: log_format,
                filter: None,
            },
            ..RawConfig::default()
        }
    }
}

pub(super) const AFTER_HELP: &str = "\
Settings, low to high: defaults, the file of --config, variables, flags. An unknown key is an error that names it.
A variable is GANTRY__ and the key in capitals, with __ between its parts: GANTRY__STORE__FLUSH=async.

  data_dir = \"gantry-data\"        listen = \"127.0.0.1\"       console_listen = \"127.0.0.1:8080\"
  advertise = \"auto\"

  [ports]     name_server = 9876   broker = 10911   vip = \"auto\"
  [broker]    cluster_name = \"DefaultCluster\"   broker_name = \"broker-a\"   auto_create_topic = true
  [store]     flush = \"sync\"       keep_hours = 72  max_bytes = (none)
              disk_clean_pct = 75  disk_force_pct = 85  disk_refuse_pct = 90
              segment_bytes = 268435456             index_run_bytes = 67108864
  [log]       format = \"text\"      filter = \"info\"

Exit codes:
  0  stopped as asked, everything flushed
  1  failed while serving, or could not flush in time
  2  a flag, variable or setting is wrong; the message names it
  3  the data directory is in use, of another format, or cannot be read or written
  4  an address cannot be listened on";
