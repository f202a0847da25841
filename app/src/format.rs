//! Numbers, sizes, rates, durations and times as the screen shows them.
//!
//! Everything is formatted on the server, in the viewer's language and zone, so formatters stay out of the browser's bundle.

use chrono::{DateTime, Datelike, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

use crate::ssr::Visit;
use crate::text::Lang;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Counts up to seven digits are shown exactly.
const EXACT_BELOW: u64 = 10_000_000;

/// Who looks: language, zone, and what time the server says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Viewer {
    pub lang: Lang,
    pub zone: Tz,
    pub now_ms: i64,
}

impl Visit {
    /// How this request's numbers and times are written.
    #[must_use]
    pub fn viewer(&self) -> Viewer {
        Viewer {
            lang: self.prefs.lang,
            zone: self.prefs.zone,
            now_ms: self.now_ms,
        }
    }
}

/// A count with separators: `48,210`.
#[must_use]
pub fn exact(count: u64) -> String {
    grouped(&count.to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count and its unit: exact up to seven digits, then three significant ones (`431`, `M`; in Chinese `4.31`, `亿`).
#[must_use]
pub fn short_parts(count: u64, lang: Lang) -> (String, &'static str) {
    if count < EXACT_BELOW {
        return (exact(count), "");
    }
    let units: &[(f64, &str)] = match lang {
        Lang::En => &[(1e6, "M"), (1e9, "B"), (1e12, "T")],
        Lang::Zh => &[(1e4, "万"), (1e8, "亿"), (1e12, "万亿")],
    };
    scaled(count as f64, units)
}

/// A count in one piece: `431 M`.
#[must_use]
pub fn short(count: u64, lang: Lang) -> String {
    let (number, unit) = short_parts(count, lang);
    join(&number, unit)
}

/// A size and its unit, decimal: `734`, `B`; `148`, `GB`.
#[must_use]
pub fn bytes_parts(bytes: u64) -> (String, &'static str) {
    if bytes < 1_000 {
        return (bytes.to_string(), "B");
    }
    scaled(
        bytes as f64,
        &[
            (1e3, "KB"),
            (1e6, "MB"),
            (1e9, "GB"),
            (1e12, "TB"),
            (1e15, "PB"),
        ],
    )
}

/// A size in one piece: `148 GB`.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let (number, unit) = bytes_parts(bytes);
    join(&number, unit)
}

fn join(number: &str, unit: &str) -> String {
    if unit.is_empty() {
        number.to_owned()
    } else {
        format!("{number} {unit}")
    }
}

/// The largest unit whose number stays below 1,000 after rounding (the last unit takes what is left).
fn scaled(value: f64, units: &[(f64, &'static str)]) -> (String, &'static str) {
    let mut chosen = units.first().copied().unwrap_or((1.0, ""));
    for (index, unit) in units.iter().enumerate() {
        let ceiling = units.get(index + 1).map_or(f64::INFINITY, |next| next.0);
        chosen = *unit;
        // 999,950 bytes are 1.00 MB, not 1000 KB.
        if value < ceiling * 0.9995 {
            break;
        }
    }
    (three_digits(value / chosen.0), chosen.1)
}

fn three_digits(value: f64) -> String {
    if value >= 999.5 {
        grouped(&format!("{value:.0}"))
    } else if value >= 99.95 {
        format!("{value:.0}")
    } else if value >= 9.995 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// A rate and its unit: `2,184`, `/s`; below one a second `3`, `/min`.
#[must_use]
pub fn rate_parts(per_second: f64, lang: Lang) -> (String, &'static str) {
    let per_second = if per_second.is_finite() {
        per_second.max(0.0)
    } else {
        0.0
    };
    if per_second >= 9.95 {
        return (grouped(&format!("{:.0}", per_second.round())), "/s");
    }
    if per_second >= 0.995 {
        let tenths = format!("{per_second:.1}");
        return (
            tenths
                .strip_suffix(".0")
                .map_or(tenths.clone(), str::to_owned),
            "/s",
        );
    }
    if per_second == 0.0 {
        return ("0".to_owned(), "/s");
    }
    let per_minute = (per_second * 60.0).round();
    let number = if per_minute < 1.0 {
        "<1".to_owned()
    } else {
        format!("{per_minute:.0}")
    };
    (number, lang.words().common.minute_unit)
}

/// A rate in one piece: `2,184/s`.
#[must_use]
pub fn rate(per_second: f64, lang: Lang) -> String {
    let (number, unit) = rate_parts(per_second, lang);
    number + unit
}

/// A share in percent: `78.0 %`; what is there but rounds to nothing is `<0.1 %`.
#[must_use]
pub fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.05 {
        "<0.1 %".to_owned()
    } else {
        format!("{share:.1} %")
    }
}

/// A span in two units: `4 m 12 s`, `2 d 4 h`; below a second in milliseconds.
#[must_use]
pub fn duration(ms: i64, lang: Lang) -> String {
    let units = &lang.words().common.units;
    let ms = ms.max(0);
    let two = |big: i64, big_unit: &str, small: i64, small_unit: &str| {
        if small == 0 {
            format!("{big} {big_unit}")
        } else {
            format!("{big} {big_unit} {small} {small_unit}")
        }
    };
    match ms {
        0..SECOND => format!("{ms} {}", units.ms),
        SECOND..MINUTE => format!("{} {}", ms / SECOND, units.second),
        MINUTE..HOUR => two(
            ms / MINUTE,
            units.minute,
            ms % MINUTE / SECOND,
            units.second,
        ),
        HOUR..DAY => two(ms / HOUR, units.hour, ms % HOUR / MINUTE, units.minute),
        _ => two(ms / DAY, units.day, ms % DAY / HOUR, units.hour),
    }
}

/// How long messages are kept: whole days from a week on, hours below (`72 h`, `7 d`).
#[must_use]
pub fn kept(ms: i64, lang: Lang) -> String {
    let units = &lang.words().common.units;
    match ms {
        _ if ms % HOUR != 0 => duration(ms, lang),
        _ if ms >= 7 * DAY && ms % DAY == 0 => format!("{} {}", ms / DAY, units.day),
        _ => format!("{} {}", ms / HOUR, units.hour),
    }
}

/// How long ago, in one unit up to 24 hours, then the date; what lies ahead says so.
#[must_use]
pub fn ago(at_ms: i64, viewer: &Viewer) -> String {
    let common = &viewer.lang.words().common;
    let age = viewer.now_ms - at_ms;
    if age.abs() >= DAY {
        return date_minute(at_ms, viewer);
    }
    if age.abs() < SECOND {
        return common.just_now.to_owned();
    }
    let units = &common.units;
    let span = match age.abs() {
        span @ 0..MINUTE => format!("{} {}", span / SECOND, units.second),
        span @ MINUTE..HOUR => format!("{} {}", span / MINUTE, units.minute_long),
        span => format!("{} {}", span / HOUR, units.hour),
    };
    if age < 0 {
        (common.in_future)(&span)
    } else {
        (common.ago)(&span)
    }
}

fn local(at_ms: i64, viewer: &Viewer) -> Option<DateTime<Tz>> {
    DateTime::<Utc>::from_timestamp_millis(at_ms).map(|at| at.with_timezone(&viewer.zone))
}

/// `23 Nov 14:03`; the year is there when it is not this one.
#[must_use]
pub fn date_minute(at_ms: i64, viewer: &Viewer) -> String {
    let (Some(at), Some(now)) = (local(at_ms, viewer), local(viewer.now_ms, viewer)) else {
        return at_ms.to_string();
    };
    let same_year = at.year() == now.year();
    let pattern = match (viewer.lang, same_year) {
        (Lang::En, true) => "%-d %b %H:%M",
        (Lang::En, false) => "%-d %b %Y %H:%M",
        (Lang::Zh, true) => "%-m 月 %-d 日 %H:%M",
        (Lang::Zh, false) => "%Y 年 %-m 月 %-d 日 %H:%M",
    };
    at.format(pattern).to_string()
}

/// `2026-11-20 14:03:11 UTC+8`.
#[must_use]
pub fn absolute(at_ms: i64, viewer: &Viewer) -> String {
    local(at_ms, viewer).map_or_else(
        || at_ms.to_string(),
        |at| format!("{} {}", at.format("%Y-%m-%d %H:%M:%S"), zone_name(&at)),
    )
}

/// `14:03:11.204`, with the day in front when it is not today.
#[must_use]
pub fn clock(at_ms: i64, viewer: &Viewer) -> String {
    let (Some(at), Some(now)) = (local(at_ms, viewer), local(viewer.now_ms, viewer)) else {
        return at_ms.to_string();
    };
    let pattern = if at.date_naive() == now.date_naive() {
        "%H:%M:%S%.3f"
    } else {
        "%m-%d %H:%M:%S%.3f"
    };
    at.format(pattern).to_string()
}

/// `14:03`, for the axis of a chart.
#[must_use]
pub fn hour_minute(at_ms: i64, viewer: &Viewer) -> String {
    local(at_ms, viewer).map_or_else(String::new, |at| at.format("%H:%M").to_string())
}

/// The machine's form of a time, for `<time datetime>` and for URLs: UTC with milliseconds.
#[must_use]
pub fn utc(at_ms: i64) -> String {
    DateTime::<Utc>::from_timestamp_millis(at_ms).map_or_else(
        || at_ms.to_string(),
        |at| at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
    )
}

/// The viewer's form of a time in a field: `2026-11-20 14:32:00`.
#[must_use]
pub fn field(at_ms: i64, viewer: &Viewer) -> String {
    local(at_ms, viewer).map_or_else(String::new, |at| at.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// The viewer's zone as an offset now: `UTC+8`.
#[must_use]
pub fn zone(viewer: &Viewer) -> String {
    local(viewer.now_ms, viewer).map_or_else(|| "UTC".to_owned(), |now| zone_name(&now))
}

fn zone_name(at: &DateTime<Tz>) -> String {
    let seconds = at.offset().fix().local_minus_utc();
    let sign = if seconds < 0 { '−' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3_600, seconds.abs() % 3_600 / 60);
    match (hours, minutes) {
        (0, 0) => "UTC".to_owned(),
        (_, 0) => format!("UTC{sign}{hours}"),
        _ => format!("UTC{sign}{hours}:{minutes:02}"),
    }
}

/// Reads a time: UTC as URLs carry it, or wall clock in the viewer's zone as fields do; seconds may be missing.
#[must_use]
pub fn parse_time(typed: &str, viewer: &Viewer) -> Option<i64> {
    let typed = typed.trim();
    if let Ok(at) = DateTime::parse_from_rfc3339(typed) {
        return Some(at.timestamp_millis());
    }
    let plain = typed.replace('T', " ");
    let naive = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"]
        .iter()
        .find_map(|pattern| NaiveDateTime::parse_from_str(&plain, pattern).ok())
        .or_else(|| {
            NaiveDateTime::parse_from_str(&format!("{plain} 00:00"), "%Y-%m-%d %H:%M").ok()
        })?;
    // In the hour that a zone skips or repeats the earlier reading is taken.
    viewer
        .zone
        .from_local_datetime(&naive)
        .earliest()
        .map(|at| at.timestamp_millis())
}

/// Reads a span of a link such as `15m`, `6h`, `7d`, in milliseconds.
#[must_use]
pub fn parse_span(typed: &str) -> Option<i64> {
    let unit = typed.chars().next_back()?;
    let number: i64 = typed.strip_suffix(unit)?.parse().ok()?;
    let scale = match unit {
        's' => SECOND,
        'm' => MINUTE,
        'h' => HOUR,
        'd' => DAY,
        _ => return None,
    };
    (number > 0).then(|| number.checked_mul(scale)).flatten()
}

/// Both ends of a long id; nothing is cut that would not get shorter.
#[must_use]
pub fn ends(id: &str, head: usize, tail: usize) -> Option<(&str, &str)> {
    if !id.is_ascii() || id.len() <= head + tail + 1 {
        return None;
    }
    Some((&id[..head], &id[id.len() - tail..]))
}

#[cfg(test)]
#[path = "format/tests.rs"]
mod tests;
