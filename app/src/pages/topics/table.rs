//! The table of topics, its sortable heads, and what stands there when nothing matches.

use console::topics::{TopicKind, TopicPage, TopicQuery, TopicRow, TopicSort};
use leptos::prelude::*;

use super::{PER_PAGE, SORTS, kind_word, total_of};
use crate::components::badge::{Badge, BadgeTone};
use crate::components::known::{NameLink, NotApplicable, TextLink, Unknown};
use crate::components::pager::{Pager, PagerSpec};
use crate::components::panel::Empty;
use crate::components::sparkline::Sparkline;
use crate::components::table::{Cell, Column, NumberCell, Row, SortLink, Table};
use crate::format;
use crate::ssr::{Visit, segment, visit};

#[component]
pub fn TopicTable(query: TopicQuery, page: TopicPage) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topics_page;
    // A column that nobody can fill is left out.
    let kept = page.page.items.iter().any(|row| row.keep_ms.is_some());
    let mut columns = columns(&visit, &query);
    if kept {
        columns.push(Column::number(words.kept));
    }
    let pager = pager(&visit, &page);
    if page.page.items.is_empty() {
        return view! { <section class="rounded-lg border border-rule"><NoTopic query system=page.counts.system/></section> }.into_any();
    }
    let rows = page
        .page
        .items
        .into_iter()
        .map(|row| view! { <TopicLine row with_kept=kept/> })
        .collect_view();
    view! {
        <section class="overflow-hidden rounded-lg border border-rule">
            <Table caption=words.table_caption columns rows="topics">{rows}</Table>
            <Pager spec=pager/>
        </section>
    }
    .into_any()
}

fn columns(visit: &Visit, query: &TopicQuery) -> Vec<Column> {
    let words = &visit.words().topics_page;
    let sort = |sort: TopicSort| sort_link(visit, query, sort);
    vec![
        Column::text(words.name).sort(sort(TopicSort::Name)),
        Column::text(words.kind),
        Column::number(words.queues).sort(sort(TopicSort::Queues)),
        Column::number(words.into).sort(sort(TopicSort::In)),
        Column::number(words.out).sort(sort(TopicSort::Out)),
        Column::text(words.last_hour),
        Column::number(words.stored).sort(sort(TopicSort::Stored)),
        Column::number(words.size).sort(sort(TopicSort::Size)),
        Column::number(words.groups).sort(sort(TopicSort::Groups)),
        Column::number(words.behind),
    ]
}

/// A first click on numbers shows the largest, on names the first; the next click turns it round.
fn sort_link(visit: &Visit, query: &TopicQuery, sort: TopicSort) -> SortLink {
    let sorted = (query.sort == sort).then_some(query.descending);
    let descending = sorted.map_or(sort != TopicSort::Name, |descending| !descending);
    let name = SORTS
        .iter()
        .find(|(value, _)| *value == sort)
        .map(|(_, name)| *name);
    let to = visit
        .query
        .with("page", None)
        .with("create", None)
        .with("sort", name)
        .with("order", descending.then_some("desc"));
    SortLink {
        href: format!("{}?{}", visit.path, to.encoded()),
        sorted,
    }
}

fn pager(visit: &Visit, page: &TopicPage) -> PagerSpec {
    let before = u64::from(page.number.saturating_sub(1)) * u64::from(PER_PAGE);
    let shown = page.page.items.len() as u64;
    let to = |number: u32| visit.here_with("page", Some(&number.to_string()));
    PagerSpec {
        first: if shown == 0 { 0 } else { before + 1 },
        last: before + shown,
        total: total_of(page),
        per_page: u64::from(PER_PAGE),
        previous: (page.number > 1).then(|| to(page.number - 1)),
        next: (page.number < page.pages).then(|| to(page.number + 1)),
    }
}

#[component]
fn TopicLine(row: TopicRow, with_kept: bool) -> impl IntoView {
    let visit = visit();
    let lang = visit.prefs.lang;
    let words = &visit.words().topics_page;
    let tone = if row.kind == TopicKind::Unspecified {
        BadgeTone::Outline
    } else {
        BadgeTone::Neutral
    };
    let rate = |value: Option<f64>| match value {
        Some(value) => format::rate(value, lang).into_any(),
        None => view! { <Unknown why=words.rate_unknown/> }.into_any(),
    };
    let known = |value: Option<String>| {
        value.map_or_else(|| view! { <Unknown/> }.into_any(), IntoAny::into_any)
    };
    let behind = match row.behind {
        Some(behind) => format::short(behind, lang).into_any(),
        None => view! { <NotApplicable why=words.no_group/> }.into_any(),
    };
    let (into, out) = (rate(row.in_per_s), rate(row.out_per_s));
    let stored = known(row.stored.map(|count| format::short(count, lang)));
    let size = known(row.bytes.map(format::bytes));
    let kept = known(row.keep_ms.map(|ms| format::kept(ms, lang)));
    let href = visit.url(&format!("topics/{}", segment(&row.name)));
    let kind = kind_word(visit.words(), row.kind);
    view! {
        <Row key=row.name.clone()>
            <Cell><NameLink href name=row.name/></Cell>
            <Cell><Badge label=kind tone/></Cell>
            <NumberCell>{row.queues}</NumberCell>
            <NumberCell>{into}</NumberCell>
            <NumberCell>{out}</NumberCell>
            <Cell>{row.history.map(|values| view! { <Sparkline values/> })}</Cell>
            <NumberCell>{stored}</NumberCell>
            <NumberCell>{size}</NumberCell>
            <NumberCell>{format::exact(row.groups)}</NumberCell>
            <NumberCell>{behind}</NumberCell>
            {with_kept.then(|| view! { <NumberCell>{kept}</NumberCell> })}
        </Row>
    }
}

/// Why the list is empty, and the way out.
#[component]
fn NoTopic(query: TopicQuery, system: u64) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topics_page;
    let filtered = !query.text.is_empty() || query.kind.is_some() || query.no_subscriber;
    if filtered {
        return view! {
            <Empty title=words.empty_filtered_none>
                <TextLink href=visit.path.clone() label=words.clear_filter/>
            </Empty>
        }
        .into_any();
    }
    let show_system = (system > 0 && !query.system).then(
        || view! { <TextLink href=visit.here_with("system", Some("1")) label=words.show_system/> },
    );
    view! { <Empty title=words.empty_title hint=words.empty_hint>{show_system}</Empty> }.into_any()
}
