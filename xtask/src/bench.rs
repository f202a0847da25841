//! `cargo xtask bench`: figures as ratios to what the machine does without a broker (E, D, W), measured in the same run.

pub(crate) mod disk;
pub(crate) mod echo;
pub(crate) mod frames;
pub(crate) mod gantry;
pub(crate) mod generator;
pub(crate) mod options;
pub(crate) mod process;
pub(crate) mod report;
pub(crate) mod scenario;
mod stored;

use std::path::Path;
use std::time::Duration;

use hdrhistogram::Histogram;

use crate::{Fallible, build};
use gantry::Gantry;
use options::Options;
use report::{Figures, Load, Report};
use scenario::{Kind, PULLS, SENDS, Scenario, Slice};

/// Small enough that D and the echo measure the same seconds.
const D_BYTES: usize = 4096;
const D_TIME: Duration = Duration::from_secs(2);

pub(crate) fn run(args: &[String]) -> Fallible<()> {
    let options = Options::read(args)?;
    let binary = options
        .binary
        .clone()
        .map_or_else(|| build("release"), Ok)?;
    let dir = options.scratch("bench")?;
    let mut report = Report::new();
    empty(&mut report, &binary, &dir.join("first"))?;
    if options.stored > 0 {
        stored::measure(&mut report, &binary, &dir.join("stored"), options.stored)?;
    }
    disk(&mut report, &dir)?;
    for flush in ["async", "sync"] {
        flush_mode(&mut report, &binary, &dir, flush, &options)?;
    }
    report.finish("bench.json")?;
    Ok(std::fs::remove_dir_all(dir)?)
}

/// What a process costs before any load.
fn empty(report: &mut Report, binary: &Path, dir: &Path) -> Fallible<()> {
    let (gantry, ms) = gantry::first_ack(binary, dir)?;
    report.line("start to first ack, empty directory", ms, "ms");
    // Whatever the start left to do is done by then.
    std::thread::sleep(Duration::from_secs(2));
    report.line(
        "RSS when idle",
        gantry.process.rss_mib().unwrap_or(f64::NAN),
        "MiB",
    );
    gantry.discard()
}

fn disk(report: &mut Report, dir: &Path) -> Fallible<()> {
    let d = d_under_load(dir, D_BYTES)?;
    report.line(
        "D: 4 KiB pwrite + fdatasync, p50",
        d.value_at_quantile(0.5) as f64 / 10.0,
        "us",
    );
    report.line(
        "D: 4 KiB pwrite + fdatasync, p99",
        d.value_at_quantile(0.99) as f64 / 10.0,
        "us",
    );
    report.line(
        "W: sequential write with the final fdatasync",
        disk::sequential(dir)?,
        "MiB/s",
    );
    Ok(())
}

/// D while the echo answers a load: an idle virtual CPU makes a flush look many times slower than it is.
fn d_under_load(dir: &Path, bytes: usize) -> Fallible<Histogram<u64>> {
    let slice = Slice {
        warm: Duration::ZERO,
        measured: D_TIME,
    };
    let load = std::thread::spawn(move || {
        SENDS[0]
            .against_echo(slice)
            .map(drop)
            .map_err(|e| e.to_string())
    });
    let histogram = disk::write_and_sync(dir, bytes, D_TIME)?;
    load.join().map_err(|_| "the echo ended")??;
    Ok(histogram)
}

fn flush_mode(
    report: &mut Report,
    binary: &Path,
    dir: &Path,
    flush: &'static str,
    options: &Options,
) -> Fallible<()> {
    let gantry = Gantry::start(binary, &dir.join(flush), flush)?;
    // Pulls read what is in memory either way.
    let pulls = if flush == "async" { PULLS } else { &[] };
    let chosen: Vec<_> = SENDS
        .iter()
        .chain(pulls)
        .filter(|scenario| options.wants(scenario.name))
        .collect();
    if chosen.iter().any(|scenario| scenario.kind == Kind::Pull) {
        scenario::fill_for_pulls(gantry.broker)?;
    }
    for scenario in chosen {
        let figures = measure(report, &gantry, flush, scenario, options.slice)?;
        if flush == "sync" {
            beside_the_disk(report, dir, scenario, &figures)?;
        }
    }
    report.line(
        format!("RSS after these loads, {flush}"),
        gantry.process.rss_mib().unwrap_or(f64::NAN),
        "MiB",
    );
    gantry.discard()
}

/// E, then a full window, then open-loop at half of what that reached.
fn measure(
    report: &mut Report,
    gantry: &Gantry,
    flush: &'static str,
    scenario: &Scenario,
    slice: Slice,
) -> Fallible<Beside> {
    let name = scenario.name;
    let row = Load {
        flush,
        scenario: name,
        subject: "gantry",
        load: "full window",
    };
    let echo = scenario.against_echo(slice)?;
    let echo = report.row(
        Load {
            flush: "-",
            subject: "E",
            ..row
        },
        &echo,
    );
    let full = scenario.saturate(gantry.broker, slice, &|| gantry.process.cpu_seconds())?;
    let full = report.row(row, &full);
    if scenario.kind == Kind::Send {
        let rate = full.per_second / scenario.batch as f64 / 2.0;
        let open = scenario.at_rate(gantry.broker, slice, rate)?;
        report.row(
            Load {
                load: "open loop",
                ..row
            },
            &open,
        );
    }
    report.line(format!("{name}, {flush}: p50 / E"), full.p50 / echo.p50, "");
    report.line(
        format!("{name}, {flush}: rate / E"),
        full.per_second / echo.per_second,
        "",
    );
    Ok(Beside { echo, full })
}

struct Beside {
    echo: Figures,
    full: Figures,
}

/// D of the same bytes, right after the load: what a sync acknowledgement cannot be without.
fn beside_the_disk(
    report: &mut Report,
    dir: &Path,
    scenario: &Scenario,
    figures: &Beside,
) -> Fallible<()> {
    let d = d_under_load(dir, scenario.body * scenario.batch)?;
    let d = d.value_at_quantile(0.5) as f64 / 10.0;
    report.line(
        format!("{}, sync: D of one request, p50", scenario.name),
        d,
        "us",
    );
    report.line(
        format!("{}, sync: p50 / (D + E)", scenario.name),
        figures.full.p50 / (d + figures.echo.p50),
        "",
    );
    Ok(())
}
