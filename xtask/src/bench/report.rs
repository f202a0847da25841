//! One table for people, one JSON file for comparing later.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use super::generator::Measured;
use super::process;
use crate::{Fallible, root};

/// Times in microseconds, messages a second.
#[derive(Serialize, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    /// None where the other side's processor time was not counted.
    pub(crate) per_cpu_second: Option<f64>,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) p99_9: f64,
    pub(crate) max: f64,
    pub(crate) send_delay_p99: f64,
    /// Requests that the other side refused because of overload; they are in none of the other figures.
    pub(crate) busy: u64,
}

impl From<&Measured> for Figures {
    fn from(measured: &Measured) -> Self {
        Self {
            per_second: measured.per_second(),
            per_cpu_second: (measured.cpu_seconds > 0.0).then(|| measured.per_cpu_second()),
            busy: measured.busy,
            p50: measured.p(0.5),
            p99: measured.p(0.99),
            p99_9: measured.p(0.999),
            max: measured.latency.max() as f64 / 10.0,
            send_delay_p99: measured.send_delay.value_at_quantile(0.99) as f64 / 10.0,
        }
    }
}

/// What was measured.
#[derive(Serialize, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) flush: &'static str,
    pub(crate) scenario: &'static str,
    pub(crate) subject: &'static str,
    /// `full window`, or `open loop` at half of what the full window reached.
    pub(crate) load: &'static str,
}

#[derive(Serialize)]
pub(crate) struct Row {
    #[serde(flatten)]
    load: Load,
    figures: Figures,
}

/// A ratio, or a figure that stands alone.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: &'static str,
}

#[derive(Serialize, Default)]
pub(crate) struct Report {
    pub(crate) hardware: String,
    pub(crate) client: &'static str,
    pub(crate) rows: Vec<Row>,
    pub(crate) lines: Vec<Line>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self {
            hardware: process::hardware(),
            client: "generator of this repository: one thread, frames made once, unique keys, loopback TCP on the same machine",
            ..Self::default()
        }
    }

    pub(crate) fn line(&mut self, what: impl Into<String>, value: f64, unit: &'static str) {
        let what = what.into();
        eprintln!("   {what}: {value:.2} {unit}");
        self.lines.push(Line { what, value, unit });
    }

    pub(crate) fn row(&mut self, load: Load, measured: &Measured) -> Figures {
        let figures = Figures::from(measured);
        let row = Row { load, figures };
        eprintln!("   {}", text(&row));
        self.rows.push(row);
        figures
    }

    fn table(&self) -> Result<String, std::fmt::Error> {
        let mut table = String::new();
        writeln!(table, "{}; {}", self.hardware, self.client)?;
        writeln!(table, "{HEAD}")?;
        for row in &self.rows {
            writeln!(table, "{}", text(row))?;
        }
        writeln!(table)?;
        for Line { what, value, unit } in &self.lines {
            writeln!(table, "{what:<64} {value:>10.2} {unit}")?;
        }
        Ok(table)
    }

    /// Prints the table; answers where the JSON is.
    pub(crate) fn finish(&self, name: &str) -> Fallible<PathBuf> {
        use std::io::Write as _;
        std::io::stdout()
            .lock()
            .write_all(self.table()?.as_bytes())?;
        let path = root().join("target").join(name);
        fs::write(&path, serde_json::to_vec_pretty(self)?)?;
        eprintln!("== {}", path.display());
        Ok(path)
    }
}

const HEAD: &str = "flush  scenario                            subject  load           msg/s   /CPU s  p50 us  p99 us p99.9 us   max us  send delay p99    busy";

fn text(row: &Row) -> String {
    let Load {
        flush,
        scenario,
        subject,
        load,
    } = row.load;
    let figures = row.figures;
    let per_cpu = figures
        .per_cpu_second
        .map_or_else(|| "-".to_owned(), |value| format!("{value:.0}"));
    format!(
        "{flush:<6} {scenario:<35} {subject:<8} {load:<11} {:>8.0} {per_cpu:>8} {:>7.0} {:>7.0} {:>8.0} {:>8.0} {:>15.0} {:>7}",
        figures.per_second,
        figures.p50,
        figures.p99,
        figures.p99_9,
        figures.max,
        figures.send_delay_p99,
        figures.busy
    )
}
