//! `/metrics`: what the broker counts, in the Prometheus text format.

use std::fmt::Write as _;

use broker::{Metric, MetricKind};

pub(crate) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Samples of one name stand together under one head, as the format asks.
pub(crate) fn render(metrics: &[Metric]) -> String {
    let mut sorted: Vec<&Metric> = metrics.iter().collect();
    sorted.sort_by_key(|metric| metric.name);
    let mut text = String::new();
    let mut head = "";
    for metric in sorted {
        if metric.name != head {
            head = metric.name;
            push(
                &mut text,
                format_args!(
                    "# HELP {head} {}\n# TYPE {head} {}\n",
                    metric.help.replace('\n', " "),
                    kind(metric.kind)
                ),
            );
        }
        push(
            &mut text,
            format_args!("{head}{} {}\n", labels(&metric.labels), metric.value),
        );
    }
    let version = env!("CARGO_PKG_VERSION");
    text + &format!(
        "# HELP gantry_build_info The running version.\n# TYPE gantry_build_info gauge\ngantry_build_info{{version=\"{version}\"}} 1\n"
    )
}

fn push(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    text.write_fmt(line).unwrap_or_default();
}

const fn kind(kind: MetricKind) -> &'static str {
    match kind {
        MetricKind::Counter => "counter",
        MetricKind::Gauge => "gauge",
    }
}

fn labels(labels: &[(&'static str, String)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let escaped = |value: &str| {
        value
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\n', "\\n")
    };
    let pairs: Vec<_> = labels
        .iter()
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(value)))
        .collect();
    format!("{{{}}}", pairs.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(name: &'static str, value: f64, labels: Vec<(&'static str, String)>) -> Metric {
        Metric {
            name,
            help: "What it is.",
            kind: MetricKind::Counter,
            value,
            labels,
        }
    }

    #[test]
    fn samples_of_one_name_share_one_head() {
        let text = render(&[
            metric("gantry_b_total", 1.0, vec![("door", "broker".into())]),
            metric("gantry_a_bytes", 2.0, vec![]),
            metric("gantry_b_total", 3.0, vec![("door", "a\"b\\c\nd".into())]),
        ]);
        let expected = "# HELP gantry_a_bytes What it is.\n# TYPE gantry_a_bytes counter\ngantry_a_bytes 2\n\
             # HELP gantry_b_total What it is.\n# TYPE gantry_b_total counter\n\
             gantry_b_total{door=\"broker\"} 1\ngantry_b_total{door=\"a\\\"b\\\\c\\nd\"} 3\n";
        assert!(text.starts_with(expected), "{text}");
    }
}
