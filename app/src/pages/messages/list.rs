//! What the look-up page shows below its form: how far was read, the messages, and how to go on.

use console::messages::{MessagePage, MessageRow};
use leptos::prelude::*;

use crate::components::badge::Badge;
use crate::components::button::{ButtonSize, LinkButton};
use crate::components::known::{Clock, LongId, NotApplicable, TextLink};
use crate::components::panel::Empty;
use crate::components::style::{FOCUS, T12, classes};
use crate::components::table::{Cell, Column, NumberCell, Row, Table};
use crate::format;
use crate::ssr::{Visit, segment, visit};

/// Nothing was asked yet.
#[component]
pub fn Start() -> impl IntoView {
    let words = &visit().words().messages_page;
    view! { <Empty title=words.start_title hint=words.start_hint/> }
}

#[component]
pub fn Results(page: MessagePage) -> impl IntoView {
    let next = page.page.next.clone();
    let count = page.page.items.len() as u64;
    let body = if page.page.items.is_empty() {
        view! { <Nothing more=next.is_some()/> }.into_any()
    } else {
        view! { <MessageTable rows=page.page.items/> }.into_any()
    };
    view! {
        <ReadSoFar count scanned=page.scanned back_to=page.scanned_back_to_ms more=next.is_some()/>
        {body}
        <GoOn count next/>
    }
}

#[component]
fn ReadSoFar(count: u64, scanned: u64, back_to: Option<i64>, more: bool) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().messages_page;
    let order = match (visit.query.filled("queue"), visit.query.filled("offset")) {
        (Some(queue), Some(offset)) => (words.at_position)(queue, offset),
        _ => words.newest_first.to_owned(),
    };
    let read = (scanned > 0).then(|| (words.scanned)(scanned));
    let reached = match back_to {
        Some(at) if more => Some((words.scanned_back_to)(&format::absolute(
            at,
            &visit.viewer(),
        ))),
        _ => (!more).then(|| words.scanned_all.to_owned()),
    };
    view! {
        <div role="status" class="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 border-b border-rule bg-sunken px-4 py-1.5">
            <span class="inline-flex items-center gap-2 whitespace-nowrap">
                <b class="font-semibold tabular-nums">{(words.hits)(count)}</b>
                <span class="text-ink3">{order}</span>
            </span>
            <span class=classes(&["tabular-nums text-ink3", T12])>{read}</span>
            <span class=classes(&["tabular-nums text-ink3", T12])>{reached}</span>
        </div>
    }
}

#[component]
fn MessageTable(rows: Vec<MessageRow>) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let with_topic = visit.query.filled("topic").is_none();
    let mut columns = vec![
        Column::text(words.common.stored),
        Column::text(words.common.key),
    ];
    if with_topic {
        columns.push(Column::text(words.common.topic));
    }
    columns.extend([
        Column::text(words.common.tag),
        Column::number(words.common.queue),
        Column::number(words.common.offset),
        Column::number(words.common.size),
        Column::text(words.messages_page.body).class("w-full"),
    ]);
    let rows = rows
        .into_iter()
        .map(|row| view! { <MessageLine row with_topic/> })
        .collect_view();
    view! { <Table caption=words.messages_page.table_caption columns>{rows}</Table> }
}

/// The page of a message.
pub(in crate::pages) fn message_url(visit: &Visit, id: &str) -> String {
    visit.url(&format!("messages/{}", segment(id)))
}

#[component]
fn MessageLine(row: MessageRow, with_topic: bool) -> impl IntoView {
    let visit = visit();
    let href = message_url(&visit, &row.id);
    let keys = row.keys.join(" ");
    let name = if keys.is_empty() {
        view! { <span class="text-ink3"><LongId id=row.unique_key.unwrap_or(row.id)/></span> }
            .into_any()
    } else {
        view! { <span class="block max-w-72 truncate" title=keys.clone()>{keys.clone()}</span> }
            .into_any()
    };
    let topic = with_topic.then(|| view! { <Cell>{row.topic}</Cell> });
    let tag = match row.tag {
        Some(label) => view! { <Badge label/> }.into_any(),
        None => view! { <NotApplicable/> }.into_any(),
    };
    view! {
        <Row>
            <Cell><Clock at_ms=row.stored_ms/></Cell>
            <Cell><a href=href class=classes(&["block rounded-sm font-mono font-medium text-ink underline-offset-2 hover:underline", T12, FOCUS])>{name}</a></Cell>
            {topic}
            <Cell>{tag}</Cell>
            <NumberCell>{row.queue}</NumberCell>
            <NumberCell>{format::exact(row.offset)}</NumberCell>
            <NumberCell>{format::bytes(row.bytes)}</NumberCell>
            <Cell class="w-full max-w-0 min-w-40"><span class=classes(&["block truncate font-mono text-ink2", T12])>{row.preview.unwrap_or_default()}</span></Cell>
        </Row>
    }
}

/// What was searched without a hit, and the way out.
#[component]
fn Nothing(more: bool) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().messages_page;
    if more {
        return view! { <Empty title=words.nothing_yet hint=words.empty_more/> }.into_any();
    }
    let ranged = ["from", "to", "since"]
        .into_iter()
        .any(|name| visit.query.filled(name).is_some());
    let base = visit
        .query
        .with("cursor", None)
        .with("from", None)
        .with("to", None)
        .with("since", None);
    let wider = ranged.then(|| view! { <TextLink href=format!("{}?{}", visit.path, base.encoded()) label=words.whole_range/> });
    view! { <Empty title=words.empty_title hint=(words.empty_hint)(&asked(&visit))>{wider}</Empty> }
        .into_any()
}

/// The search in words: `topic orders, tag PAID, ...`.
fn asked(visit: &Visit) -> String {
    let words = visit.words();
    let (common, page) = (&words.common, &words.messages_page);
    let named = [
        (common.topic, "topic"),
        (common.key, "key"),
        (common.tag, "tag"),
        (common.queue, "queue"),
        (common.offset, "offset"),
    ];
    let mut parts: Vec<String> = named
        .into_iter()
        .filter_map(|(word, name)| Some(format!("{word} {}", visit.query.filled(name)?)))
        .collect();
    if visit.query.filled("topic").is_none() {
        parts.push(page.in_all_topics.to_owned());
    }
    for (word, name) in [(page.from, "from"), (page.to, "to")] {
        let at = visit
            .query
            .filled(name)
            .and_then(|typed| format::parse_time(typed, &visit.viewer()));
        parts.extend(at.map(|at| format!("{word} {}", format::absolute(at, &visit.viewer()))));
    }
    let since = visit.query.filled("since").and_then(format::parse_span);
    parts.extend(since.map(|span| {
        format!(
            "{} {}",
            page.from,
            format::absolute(visit.now_ms - span, &visit.viewer())
        )
    }));
    parts.join(page.comma)
}

#[component]
fn GoOn(count: u64, next: Option<String>) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().messages_page;
    let continued = visit.query.filled("cursor").is_some();
    let newest = continued.then(|| view! { <LinkButton href=visit.here_with("cursor", None) label=words.newest size=ButtonSize::Small/> });
    let upwards = visit.query.filled("offset").is_some();
    let label = if upwards {
        words.continue_newer
    } else {
        words.continue_older
    };
    let (line, go) = match next {
        Some(cursor) => {
            let href = visit.here_with("cursor", Some(&cursor));
            (
                (words.continue_hint)(&(words.hits)(count)),
                Some(view! { <LinkButton href label size=ButtonSize::Small/> }),
            )
        }
        None if count == 0 => (String::new(), None),
        None => (
            if continued {
                words.end.to_owned()
            } else {
                (words.all_shown)(count)
            },
            None,
        ),
    };
    view! {
        <div class=classes(&["flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2 text-ink3", T12])>
            <span class="tabular-nums">{line}</span>
            <span class="ms-auto flex items-center gap-2">{newest}{go}</span>
        </div>
    }
}
