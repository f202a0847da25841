//! Topics: list, filter, sort, page, create.  URL /c/{cluster}/topics?q=&type=&system=&unread=&sort=&order=&page=&create=

pub mod create;
pub mod table;

use std::sync::Arc;

use console::topics::{TopicCounts, TopicKind, TopicPage, TopicQuery, TopicSort};
use console::{Action, Resource, Total};
use leptos::prelude::*;

use super::refusal::{allowed, refusal};
use crate::components::button::{ButtonKind, LinkButton};
use crate::components::chip::{Chip, ChipRule};
use crate::components::head::{Frame, Gap, PageHead};
use crate::components::icon::{Glyph, Icon};
use crate::components::live_region::LiveRegion;
use crate::components::style::{FOCUS, T12, classes};
use crate::error::AppError;
use crate::format;
use crate::ssr::{PageResult, Reply, Visit, visit};
use crate::text::Words;
use create::CreateForm;
pub(super) use create::create;
use table::TopicTable;

const PER_PAGE: u32 = 50;

/// Every type with its value in the query.
const KINDS: [(TopicKind, &str); 6] = [
    (TopicKind::Normal, "normal"),
    (TopicKind::Fifo, "ordered"),
    (TopicKind::Delay, "delayed"),
    (TopicKind::Transaction, "transaction"),
    (TopicKind::Mixed, "mixed"),
    (TopicKind::Unspecified, "untyped"),
];

const SORTS: [(TopicSort, &str); 7] = [
    (TopicSort::Name, "name"),
    (TopicSort::Queues, "queues"),
    (TopicSort::In, "in"),
    (TopicSort::Out, "out"),
    (TopicSort::Stored, "stored"),
    (TopicSort::Size, "size"),
    (TopicSort::Groups, "groups"),
];

pub(super) async fn show(visit: Arc<Visit>) -> PageResult {
    let query = query_of(&visit);
    let page = allowed(&visit, Action::Read, Resource::Topics)?
        .list_topics(query.clone())
        .await
        .map_err(|error| at_filter(&visit, refusal(&visit, &error)))?;
    Ok(Reply::page(
        visit.words().topics,
        move || view! { <TopicsPage query page/> },
    ))
}

/// The list has one field to type into: a value that is refused was in the filter.
fn at_filter(visit: &Visit, error: AppError) -> AppError {
    if error.field.is_none() {
        return error;
    }
    let words = visit.words();
    let message = (words.errors.at_field)(words.topics_page.filter_label, &error.message);
    AppError { message, ..error }
}

/// What the address asks for. What it cannot mean is left out, as if it were not there.
fn query_of(visit: &Visit) -> TopicQuery {
    let asked = |name: &str| visit.query.filled(name);
    TopicQuery {
        text: asked("q").unwrap_or_default().to_owned(),
        kind: asked("type")
            .and_then(|name| KINDS.iter().find(|kind| kind.1 == name))
            .map(|kind| kind.0),
        system: asked("system").is_some(),
        no_subscriber: asked("unread").is_some(),
        sort: asked("sort")
            .and_then(|name| SORTS.iter().find(|sort| sort.1 == name))
            .map(|sort| sort.0)
            .unwrap_or_default(),
        descending: asked("order") == Some("desc"),
        page: asked("page")
            .and_then(|page| page.parse().ok())
            .unwrap_or(1)
            .max(1),
        per_page: PER_PAGE,
    }
}

/// The word for a type.
pub(super) fn kind_word(words: &Words, kind: TopicKind) -> &'static str {
    let kinds = &words.common.kinds;
    match kind {
        TopicKind::Normal => kinds.normal,
        TopicKind::Fifo => kinds.ordered,
        TopicKind::Delay => kinds.delayed,
        TopicKind::Transaction => kinds.transaction,
        TopicKind::Mixed => kinds.mixed,
        TopicKind::Unspecified => kinds.untyped,
    }
}

#[component]
fn TopicsPage(query: TopicQuery, page: TopicPage) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topics_page;
    let creating = visit.query.get("create").is_some() || visit.refused.is_some();
    let meta = view! {
        <span class=classes(&["text-ink3 tabular-nums", T12]) data-part="sum">{sum(&visit, &page)}</span>
        <LiveRegion every_s=5 lang=visit.prefs.lang/>
    }
    .into_any();
    let actions = (!creating).then(|| {
        let href = visit.here_with("create", Some("1"));
        view! { <LinkButton href label=words.create kind=ButtonKind::Primary glyph=Glyph::Plus/> }
            .into_any()
    });
    let shape = if page.page.items.is_empty() {
        "empty"
    } else {
        "list"
    };
    view! {
        <Frame gap=Gap::Narrow shape>
            <PageHead title=words.title meta actions=actions.unwrap_or_else(|| ().into_any())/>
            {creating.then(|| view! { <CreateForm/> })}
            <Filter query=query.clone() counts=page.counts.clone()/>
            <TopicTable query page/>
        </Frame>
    }
}

fn sum(visit: &Visit, page: &TopicPage) -> String {
    let words = visit.words();
    let known = |value: Option<u64>, write: &dyn Fn(u64) -> String| {
        value.map_or_else(|| words.common.unknown.to_owned(), write)
    };
    let messages = known(page.messages, &|count| {
        format::short(count, visit.prefs.lang)
    });
    let bytes = known(page.bytes, &format::bytes);
    (words.topics_page.sub)(page.counts.all, &messages, &bytes)
}

/// How many rows the filter leaves.
fn total_of(page: &TopicPage) -> u64 {
    match page.page.total {
        Total::Exact(total) | Total::AtLeast(total) => total,
        Total::Unknown => 0,
    }
}

#[component]
fn Filter(query: TopicQuery, counts: TopicCounts) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topics_page;
    // A filter begins on the first page, and what was opened to create a topic closes.
    let base = visit
        .query
        .with("page", None)
        .with("create", None)
        .with("done", None);
    let href = |name: &str, value: Option<&str>| {
        format!("{}?{}", visit.path, base.with(name, value).encoded())
    };
    let count = |kind: TopicKind| match kind {
        TopicKind::Normal => counts.normal,
        TopicKind::Fifo => counts.fifo,
        TopicKind::Delay => counts.delay,
        TopicKind::Transaction => counts.transaction,
        TopicKind::Mixed => counts.mixed,
        TopicKind::Unspecified => counts.unspecified,
    };
    let kinds = KINDS
        .iter()
        .filter(|(kind, _)| count(*kind) > 0 || query.kind == Some(*kind))
        .map(|(kind, name)| {
            let on = query.kind == Some(*kind);
            view! { <Chip href=href("type", Some(name)) label=kind_word(visit.words(), *kind) on count=format::exact(count(*kind))/> }
        })
        .collect_view();
    view! {
        <div class="flex flex-wrap items-center gap-1.5">
            <FilterField text=query.text.clone()/>
            <ChipRule/>
            <nav class="contents" aria-label=words.filter_label>
                <Chip href=href("type", None) label=words.all_types on=query.kind.is_none() count=format::exact(counts.all)/>
                {kinds}
                <ChipRule/>
                <Chip href=href("unread", (!query.no_subscriber).then_some("1")) label=words.no_subscriber on=query.no_subscriber count=format::exact(counts.no_subscriber)/>
                <Chip href=href("system", (!query.system).then_some("1")) label=words.show_system on=query.system count=format::exact(counts.system)/>
            </nav>
        </div>
    }
}

/// A form of its own: what else the address says goes along.
#[component]
fn FilterField(text: String) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topics_page;
    let kept = ["type", "system", "unread", "sort", "order"]
        .into_iter()
        .filter_map(|name| {
            visit
                .query
                .filled(name)
                .map(|value| view! { <input type="hidden" name=name value=value.to_owned()/> })
        })
        .collect_view();
    view! {
        <form role="search" aria-label=words.filter_label class="relative w-64 max-md:w-full">
            <Icon glyph=Glyph::Search class="pointer-events-none absolute start-2.5 top-1.5 h-4 w-4 text-ink3"/>
            <input
                type="search"
                name="q"
                value=text
                aria-label=words.filter_label
                placeholder=words.filter_placeholder
                autocomplete="off"
                class=classes(&["h-7 w-full rounded-md border border-control bg-surface ps-8 pe-2.5 text-ink placeholder:text-ink3 max-md:h-8", FOCUS])
            />
            {kept}
        </form>
    }
}
