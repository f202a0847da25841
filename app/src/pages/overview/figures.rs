//! The figures of the running broker: totals, throughput, storage, endpoints.

use console::overview::{Doors, Flush, Overview};
use leptos::prelude::*;

use crate::components::chart::{Chart, Series};
use crate::components::copy::CopyButton;
use crate::components::known::{Ago, Unknown};
use crate::components::panel::{Empty, Panel};
use crate::components::stat::{Stat, StatStrip, StripWidth, UnknownStat};
use crate::components::style::{T11, T12, classes};
use crate::format;
use crate::ssr::visit;

/// The last hour, one value a minute.
const HOUR: usize = 60;
const MINUTE_MS: i64 = 60_000;

#[component]
pub fn Totals(overview: Overview) -> impl IntoView {
    let visit = visit();
    let lang = visit.prefs.lang;
    let words = visit.words();
    let page = &words.overview_page;
    let why = words.common.unknown_why;
    let rate = |label: &'static str,
                part: &'static str,
                now: Option<f64>,
                history: &[Option<f64>]| match now {
        Some(now) => {
            let (value, unit) = format::rate_parts(now, lang);
            let peak = history.iter().flatten().copied().fold(now, f64::max);
            let hint = (page.peak_hour)(&format::rate(peak, lang));
            view! { <Stat label value unit hint part/> }.into_any()
        }
        None => view! { <UnknownStat label why part/> }.into_any(),
    };
    let stored = match overview.messages {
        Some(messages) => {
            let (value, unit) = format::short_parts(messages, lang);
            let hint = overview
                .store_bytes
                .map(|bytes| (page.in_store)(&format::bytes(bytes)));
            view! { <Stat label=page.stored value unit hint=hint.unwrap_or_default() part="stored"/> }.into_any()
        }
        None => view! { <UnknownStat label=page.stored why part="stored"/> }.into_any(),
    };
    let into = rate(
        page.messages_in,
        "in",
        overview.in_per_s,
        &overview.in_history,
    );
    let out = rate(
        page.messages_out,
        "out",
        overview.out_per_s,
        &overview.out_history,
    );
    view! {
        <StatStrip label=page.totals width=StripWidth::Six>
            {into}
            {out}
            {stored}
            <Stat label=page.topics value=format::exact(overview.topics) part="topics"/>
            <Stat label=page.groups value=format::exact(overview.groups) part="groups"/>
            <Stat label=page.clients value=format::exact(overview.clients) hint=page.connected part="clients"/>
        </StatStrip>
    }
}

#[component]
pub fn Throughput(overview: Overview) -> impl IntoView {
    let visit = visit();
    let lang = visit.prefs.lang;
    let words = &visit.words().overview_page;
    let known = overview
        .in_history
        .iter()
        .chain(&overview.out_history)
        .flatten()
        .count()
        > 2;
    if !known {
        return view! { <Panel title=words.throughput><Empty title=words.throughput_none hint=words.throughput_none_hint/></Panel> }.into_any();
    }
    let now = |rate: Option<f64>| {
        rate.map_or_else(
            || visit.words().common.unknown.to_owned(),
            |rate| format::rate(rate, lang),
        )
    };
    let (into, out) = (now(overview.in_per_s), now(overview.out_per_s));
    let label = (words.throughput_label)(&into, &out);
    let times = axis(overview.now_ms);
    let series = vec![
        Series {
            values: last_hour(overview.out_history),
            stroke: "stroke-s2",
            fill: "fill-s2/8",
        },
        Series {
            values: last_hour(overview.in_history),
            stroke: "stroke-s1",
            fill: "fill-s1/10",
        },
    ];
    let legend = view! {
        <ul class=classes(&["flex flex-wrap items-center gap-x-4 gap-y-1 text-ink2", T12])>
            {legend_line("fill-s1", words.into, into)}
            {legend_line("fill-s2", words.out, out)}
        </ul>
    }
    .into_any();
    view! {
        <Panel title=words.throughput hint=words.throughput_sub tools=legend>
            <div class="px-4 pt-3 pb-2" data-part="throughput"><Chart label series times unit=axis_number/></div>
        </Panel>
    }
    .into_any()
}

fn legend_line(class: &'static str, word: &'static str, value: String) -> AnyView {
    view! {
        <li class="inline-flex items-center gap-1.5 whitespace-nowrap">
            <svg viewBox="0 0 8 8" class="h-2 w-2" aria-hidden="true"><rect width="8" height="8" rx="1.5" class=class/></svg>
            {word}
            <span class="font-medium tabular-nums text-ink">{value}</span>
        </li>
    }
    .into_any()
}

/// Exactly an hour of values; what was not measured is a gap at the left.
fn last_hour(history: Vec<Option<f64>>) -> Vec<Option<f64>> {
    let missing = HOUR.saturating_sub(history.len());
    let skip = history.len().saturating_sub(HOUR);
    std::iter::repeat_n(None, missing)
        .chain(history.into_iter().skip(skip))
        .collect()
}

fn axis(now_ms: i64) -> Vec<(f64, String)> {
    let viewer = visit().viewer();
    (0..=4)
        .map(|quarter| {
            (
                f64::from(quarter) * 25.0,
                format::hour_minute(now_ms - (4 - i64::from(quarter)) * 15 * MINUTE_MS, &viewer),
            )
        })
        .collect()
}

fn axis_number(value: f64) -> String {
    if value >= 1_000.0 {
        format!("{} k", value / 1_000.0)
    } else if value.fract() == 0.0 {
        format::exact(value as u64)
    } else {
        format!("{value:.2}").trim_end_matches('0').to_owned()
    }
}

#[component]
pub fn Storage(overview: Overview) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().overview_page;
    let size = match overview.store_bytes {
        Some(bytes) => format::bytes(bytes).into_any(),
        None => view! { <Unknown/> }.into_any(),
    };
    let flush = match overview.flush {
        Flush::Sync => words.flush_sync,
        Flush::Async => words.flush_async,
    };
    let disk = overview.disk_used_pct.map(|used| view! { <DiskBar used/> });
    view! {
        <Panel title=words.storage>
            <div class="px-4 py-3">
                <div data-part="storage">
                    <p class="text-lg leading-6 font-semibold tracking-tight tabular-nums">{size}<span class="ms-1 text-xs font-normal tracking-normal text-ink3">{words.in_log}</span></p>
                    {disk}
                </div>
                <dl class="mt-2.5 grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5">
                    <dt class="text-ink3">{words.flush}</dt><dd>{flush}</dd>
                    <dt class="text-ink3">{words.started}</dt><dd><Ago at_ms=overview.started_ms/></dd>
                    <dt class="text-ink3">{words.version}</dt><dd>{overview.version}</dd>
                </dl>
            </div>
        </Panel>
    }
}

/// How full the disk is, with the marks at which the broker acts.
#[component]
fn DiskBar(used: u8) -> impl IntoView {
    let words = &visit().words().overview_page;
    let share = format!("{used} %");
    let marks = [75, 85, 90]
        .map(|mark| {
            let x = format!("{mark}%");
            view! {
                <line x1=x.clone() x2=x.clone() y1="-3" y2="12" class="stroke-ink2" shape-rendering="crispEdges"/>
                <text x=x y="24" text-anchor="middle" class="fill-ink3 tabular-nums">{mark}</text>
            }
        })
        .collect_view();
    let over = used.saturating_sub(75);
    view! {
        <p class="mt-2 flex items-baseline justify-between gap-2"><span class="text-ink3">{words.storage_used}</span><span class="font-medium tabular-nums">{share.clone()}</span></p>
        <svg class=classes(&["mt-1.5 h-7 w-full overflow-visible", T11]) role="img" aria-label=(words.storage_marks_label)(&share)>
            <rect width="100%" height="8" rx="2" class="fill-rule"/>
            <rect width=format!("{used}%") height="8" rx="2" class="fill-s1"/>
            {(over > 0).then(|| view! { <rect x="75%" width=format!("{over}%") height="8" class="fill-warnfill"/> })}
            {marks}
        </svg>
        <p class=classes(&["text-right text-ink3", T11])>{words.storage_marks}</p>
    }
}

#[component]
pub fn Endpoints(doors: Doors) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().overview_page;
    let lang = visit.prefs.lang;
    let door = move |word: &'static str, address: String| {
        view! {
            <div class="flex min-h-10 items-center gap-2 px-4 py-1.5">
                <span class="w-28 shrink-0 text-ink3">{word}</span>
                <span class=classes(&["truncate font-mono select-all", T12])>{address.clone()}</span>
                <span class="ms-auto"><CopyButton text=address what=word.to_owned() lang/></span>
            </div>
        }
        .into_any()
    };
    let grpc = doors.grpc.clone().map(|address| door(words.grpc, address));
    view! {
        <Panel title=words.endpoints>
            <div class="py-1.5">
                {door(words.name_server, doors.name_server)}
                {door(words.broker, doors.broker)}
                {grpc}
            </div>
        </Panel>
    }
}

#[cfg(test)]
mod tests {
    use super::{axis_number, last_hour};

    #[test]
    fn a_young_broker_has_a_gap_at_the_left() {
        let hour = last_hour(vec![Some(1.0), Some(2.0)]);
        assert_eq!(hour.len(), 60);
        assert_eq!((hour[57], hour[58], hour[59]), (None, Some(1.0), Some(2.0)));
        assert_eq!(last_hour(vec![Some(1.0); 90]).len(), 60);
    }

    #[test]
    fn axis_numbers_are_short() {
        assert_eq!(axis_number(0.0), "0");
        assert_eq!(axis_number(0.2), "0.2");
        assert_eq!(axis_number(2_000.0), "2 k");
        assert_eq!(axis_number(20_000.0), "20 k");
    }
}
