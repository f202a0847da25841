//! What an operator may set. Low to high: defaults, `gantry.toml`, `GANTRY__…` variables, flags. Unknown keys are errors.

mod flags;
mod raw;

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use broker::{Advertise, BrokerConfig, FlushMode, VipPort};
use clap::Parser;

use flags::Flags;
use raw::{RawConfig, RawFlush, RawLogFormat};

const HOUR_MS: i64 = 3_600_000;

/// Checked and complete.
#[derive(Debug)]
pub(crate) struct Config {
    pub(crate) console_listen: SocketAddr,
    pub(crate) broker: BrokerConfig,
    pub(crate) log: LogConfig,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LogConfig {
    pub(crate) json: bool,
    /// As `RUST_LOG` is written.
    pub(crate) filter: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("{path}: {source}", path = path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{origin}: {why}")]
    Unreadable { origin: String, why: String },
    #[error("{key} is {value}: {rule}")]
    Rule {
        key: &'static str,
        value: String,
        rule: &'static str,
    },
}

/// What the command line asks for.
pub(crate) enum Asked {
    Serve(Box<Config>),
    /// `--help`, `--version`, or a flag that does not exist: printed, then this exit code.
    Told(clap::Error),
}

impl Config {
    pub(crate) fn load(
        args: impl IntoIterator<Item = OsString>,
        env: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Asked, ConfigError> {
        let flags = match Flags::try_parse_from(args) {
            Ok(flags) => flags,
            Err(told) => return Ok(Asked::Told(told)),
        };
        let file = flags
            .config
            .as_deref()
            .map_or_else(|| Ok(RawConfig::default()), read_file)?;
        let raw = file
            .overlaid_by(raw::from_variables(env)?)
            .overlaid_by(flags.into_raw());
        check(raw).map(|config| Asked::Serve(Box::new(config)))
    }
}

fn read_file(path: &Path) -> Result<RawConfig, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File {
        path: path.to_path_buf(),
        source,
    })?;
    raw::from_toml(&text, &path.display().to_string())
}

fn check(raw: RawConfig) -> Result<Config, ConfigError> {
    let console_listen = raw
        .console_listen
        .unwrap_or(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)));
    // Whoever reaches the console may do everything, so only this machine may.
    ensure(
        console_listen.ip().is_loopback(),
        "console_listen",
        console_listen,
        "until accounts exist the console listens on loopback addresses only",
    )?;

    let mut broker =
        BrokerConfig::new(&raw.data_dir.unwrap_or_else(|| PathBuf::from("gantry-data")));
    set(&mut broker.listen, raw.listen);
    set(&mut broker.name_server_port, raw.ports.name_server);
    set(&mut broker.broker_port, raw.ports.broker);
    set(&mut broker.auto_create_topic, raw.broker.auto_create_topic);
    set(&mut broker.cluster_name, raw.broker.cluster_name);
    set(&mut broker.broker_name, raw.broker.broker_name);
    if let Some(vip) = raw.ports.vip {
        broker.vip = vip_port(&vip.0)?;
    }
    if let Some(advertise) = raw.advertise {
        broker.advertise = advertised(&advertise)?;
    }
    fill_store(&mut broker.store, &raw.store)?;
    check_names(&broker)?;
    Ok(Config {
        console_listen,
        broker,
        log: LogConfig {
            json: raw.log.format == Some(RawLogFormat::Json),
            filter: raw.log.filter.unwrap_or_else(|| "info".to_owned()),
        },
    })
}

fn fill_store(store: &mut broker::StoreConfig, raw: &raw::RawStore) -> Result<(), ConfigError> {
    if let Some(flush) = raw.flush {
        store.flush = match flush {
            RawFlush::Sync => FlushMode::Sync,
            RawFlush::Async => FlushMode::Async,
        };
    }
    set(&mut store.segment_len, raw.segment_bytes);
    set(&mut store.run_len, raw.index_run_bytes);
    let keep = &mut store.retention;
    if let Some(hours) = raw.keep_hours {
        ensure(
            (1..=24 * 366 * 10).contains(&hours),
            "store.keep_hours",
            hours,
            "1 hour to 10 years are possible",
        )?;
        keep.keep_ms = i64::from(hours) * HOUR_MS;
    }
    keep.max_bytes = raw.max_bytes.or(keep.max_bytes);
    set(&mut keep.disk_clean_pct, raw.disk_clean_pct);
    set(&mut keep.disk_force_pct, raw.disk_force_pct);
    set(&mut keep.disk_refuse_pct, raw.disk_refuse_pct);
    let rising = keep.disk_clean_pct <= keep.disk_force_pct
        && keep.disk_force_pct <= keep.disk_refuse_pct
        && keep.disk_refuse_pct <= 100;
    let marks = format!(
        "{}, {}, {}",
        keep.disk_clean_pct, keep.disk_force_pct, keep.disk_refuse_pct
    );
    ensure(
        rising,
        "store.disk_clean_pct, disk_force_pct, disk_refuse_pct",
        marks,
        "they must rise and end at 100 or less",
    )
}

/// Names that clients show and put into paths of their own.
fn check_names(broker: &BrokerConfig) -> Result<(), ConfigError> {
    for (key, name) in [
        ("broker.cluster_name", &broker.cluster_name),
        ("broker.broker_name", &broker.broker_name),
    ] {
        let plain = !name.is_empty()
            && name.len() <= 127
            && name
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        ensure(
            plain,
            key,
            name,
            "1 to 127 letters, digits, - and _ are possible",
        )?;
    }
    Ok(())
}

fn vip_port(value: &str) -> Result<VipPort, ConfigError> {
    match value {
        "auto" => Ok(VipPort::Auto),
        "off" | "0" => Ok(VipPort::Off),
        port => port.parse().map(VipPort::Port).map_err(|_| {
            rule(
                "ports.vip",
                value,
                "auto (the broker's port - 2), off, or a port is needed",
            )
        }),
    }
}

fn advertised(value: &str) -> Result<Advertise, ConfigError> {
    if value == "auto" {
        return Ok(Advertise::Auto);
    }
    let ip: IpAddr = value
        .parse()
        .map_err(|_| rule("advertise", value, "auto or an IP address is needed"))?;
    ensure(
        !ip.is_unspecified(),
        "advertise",
        value,
        "clients can't connect to this address: name the one they reach",
    )?;
    Ok(Advertise::Ip(ip))
}

fn set<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}

fn ensure(
    holds: bool,
    key: &'static str,
    value: impl ToString,
    why: &'static str,
) -> Result<(), ConfigError> {
    if holds {
        Ok(())
    } else {
        Err(rule(key, value, why))
    }
}

fn rule(key: &'static str, value: impl ToString, rule: &'static str) -> ConfigError {
    ConfigError::Rule {
        key,
        value: value.to_string(),
        rule,
    }
}

#[cfg(test)]
mod tests;
