//! `cargo xtask compare`: a real Apache RocketMQ beside Gantry on this machine, the same load against both in turn, ratios.

mod apache;

use std::time::Duration;

use crate::bench::gantry::Gantry;
use crate::bench::options::Options;
use crate::bench::report::{Figures, Load, Report};
use crate::bench::scenario::{self, Kind, PULLS, SENDS, Scenario, Slice};
use crate::{Fallible, build};
use apache::Apache;

/// Apache's first run after a start is half as fast: its compiler needs this.
const WARM_UP: Slice = Slice {
    warm: Duration::ZERO,
    measured: Duration::from_secs(8),
};

pub(crate) fn run(args: &[String]) -> Fallible<()> {
    let options = Options::read(args)?;
    let binary = options
        .binary
        .clone()
        .map_or_else(|| build("release"), Ok)?;
    let jars = apache::jars()?;
    let dir = options.scratch("compare")?;
    let mut report = Report::new();
    for flush in ["async", "sync"] {
        let home = dir.join(format!("apache-{flush}"));
        let rivals = Rivals {
            gantry: Gantry::start(&binary, &dir.join(flush), flush)?,
            apache: Apache::start(&jars, &home, flush)?,
            flush,
        };
        rivals.compare(&mut report, &options)?;
        rivals.gantry.discard()?;
        drop(rivals.apache);
        std::fs::remove_dir_all(&home)?;
    }
    report.finish("compare.json")?;
    Ok(std::fs::remove_dir_all(dir)?)
}

struct Rivals {
    gantry: Gantry,
    apache: Apache,
    flush: &'static str,
}

impl Rivals {
    fn compare(&self, report: &mut Report, options: &Options) -> Fallible<()> {
        // Pulls read what is in memory either way.
        let pulls = if self.flush == "async" { PULLS } else { &[] };
        let chosen: Vec<_> = SENDS
            .iter()
            .chain(pulls)
            .filter(|scenario| options.wants(scenario.name))
            .collect();
        self.warm_up()?;
        if chosen.iter().any(|scenario| scenario.kind == Kind::Pull) {
            scenario::fill_for_pulls(self.gantry.broker)?;
            scenario::fill_for_pulls(self.apache.broker)?;
        }
        for scenario in chosen {
            self.in_turn(report, scenario, options.slice)?;
        }
        report.line(
            format!("RSS of Gantry after these loads, {}", self.flush),
            self.gantry.process.rss_mib().unwrap_or(f64::NAN),
            "MiB",
        );
        report.line(
            format!("RSS of Apache's broker after these loads, {}", self.flush),
            self.apache.process.rss_mib().unwrap_or(f64::NAN),
            "MiB",
        );
        Ok(())
    }

    fn warm_up(&self) -> Fallible<()> {
        for scenario in &SENDS[1..2] {
            scenario.saturate(self.apache.broker, WARM_UP, &|| 0.0)?;
            scenario.saturate(
                self.gantry.broker,
                Slice {
                    measured: Duration::from_secs(1),
                    ..WARM_UP
                },
                &|| 0.0,
            )?;
        }
        Ok(())
    }

    /// One at a time; the one that waits has no load.
    fn in_turn(&self, report: &mut Report, scenario: &Scenario, slice: Slice) -> Fallible<()> {
        let row = Load {
            flush: self.flush,
            scenario: scenario.name,
            subject: "apache",
            load: "full window",
        };
        let theirs = scenario.saturate(self.apache.broker, slice, &|| {
            self.apache.process.cpu_seconds()
        })?;
        let theirs = report.row(row, &theirs);
        let ours = scenario.saturate(self.gantry.broker, slice, &|| {
            self.gantry.process.cpu_seconds()
        })?;
        let ours = report.row(
            Load {
                subject: "gantry",
                ..row
            },
            &ours,
        );
        ratios(
            report,
            &format!("{}, {}", scenario.name, self.flush),
            &ours,
            &theirs,
        );
        Ok(())
    }
}

fn ratios(report: &mut Report, what: &str, ours: &Figures, theirs: &Figures) {
    report.line(
        format!("{what}: rate / Apache"),
        ours.per_second / theirs.per_second,
        "x",
    );
    if let (Some(ours), Some(theirs)) = (ours.per_cpu_second, theirs.per_cpu_second) {
        report.line(
            format!("{what}: per CPU-second / Apache"),
            ours / theirs,
            "x",
        );
    }
}
