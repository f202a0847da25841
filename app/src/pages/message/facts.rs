//! What is known about a message beside its body: properties, groups, place, copies.

use console::message::{Duplicate, Evidence, GroupOnMessage, GroupStatus, MessageDetail, Property};
use leptos::prelude::*;

use super::super::messages::message_url;
use crate::components::badge::{Badge, BadgeTone};
use crate::components::known::{Clock, NotApplicable, TextLink};
use crate::components::panel::{Empty, Panel};
use crate::components::state::{State, StateTone};
use crate::components::style::{FOCUS, T12, classes};
use crate::components::table::{Cell, Column, NumberCell, Row, Table};
use crate::format;
use crate::ssr::{Pairs, Visit, segment, visit};

const LIST: &str = "grid grid-cols-[7.5rem_minmax(0,1fr)] gap-x-3 gap-y-1.5";

/// A line of a definition list; values may break, never vanish.
fn line(name: String, value: AnyView) -> AnyView {
    view! { <dt class="truncate text-ink3" title=name.clone()>{name.clone()}</dt><dd class="min-w-0 break-words">{value}</dd> }.into_any()
}

fn mono(text: String) -> AnyView {
    view! { <span class=classes(&["font-mono break-all", T12])>{text}</span> }.into_any()
}

#[component]
pub fn Properties(message: MessageDetail) -> impl IntoView {
    let words = visit().words();
    let (system, user): (Vec<Property>, Vec<Property>) = message
        .properties
        .into_iter()
        .partition(|property| property.system);
    let hint = (words.message.properties_sub)(&user.len().to_string(), &system.len().to_string());
    let keys = message
        .keys
        .iter()
        .map(|key| line(words.common.key.to_owned(), mono(key.clone())))
        .collect_view();
    let shown = user
        .into_iter()
        .map(|property| line(property.name, mono(property.value)))
        .collect_view();
    let none = message
        .keys
        .is_empty()
        .then(|| view! { <p class="text-ink3">{words.message.no_properties}</p> });
    let count = system.len() as u64;
    let system = system
        .into_iter()
        .map(|property| line(property.name, mono(property.value)))
        .collect_view();
    view! {
        <Panel title=words.message.properties hint>
            <div class="px-4 py-3">
                {none}
                <dl class=LIST>{keys}{shown}</dl>
                {(count > 0).then(|| view! {
                    <details class="mt-2">
                        <summary class=classes(&["w-max cursor-pointer list-none rounded-sm text-accent hover:underline [&::-webkit-details-marker]:hidden", FOCUS])>{(words.message.show_system)(count)}</summary>
                        <dl class=classes(&[LIST, "mt-2"])>{system}</dl>
                    </details>
                })}
            </div>
        </Panel>
    }
}

#[component]
pub fn Groups(groups: Vec<GroupOnMessage>) -> impl IntoView {
    let words = visit().words();
    let page = &words.message;
    if groups.is_empty() {
        return view! { <Panel title=page.groups><Empty title=page.groups_none hint=page.groups_none_hint/></Panel> }.into_any();
    }
    let columns = vec![
        Column::text(words.common.group),
        Column::text(page.status),
        Column::number(page.position),
        Column::text(page.evidence),
    ];
    let rows = groups
        .into_iter()
        .map(|group| view! { <GroupLine group/> })
        .collect_view();
    view! {
        <Panel title=page.groups hint=page.groups_sub>
            <Table caption=page.groups columns headless=true plain=true>{rows}</Table>
        </Panel>
    }
    .into_any()
}

#[component]
fn GroupLine(group: GroupOnMessage) -> impl IntoView {
    let words = visit().words();
    let page = &words.message;
    let (label, tone) = match group.status {
        GroupStatus::PositionPassed => (page.position_passed, StateTone::Good),
        GroupStatus::NotYet => (page.not_yet, StateTone::Running),
        GroupStatus::FilteredByTag => (page.filtered, StateTone::Off),
        GroupStatus::NoPosition => (page.no_position, StateTone::Off),
    };
    let position = match group.position {
        Some(position) => format!("@ {}", format::exact(position)).into_any(),
        None => view! { <NotApplicable/> }.into_any(),
    };
    let evidence = match group.evidence {
        Evidence::Fact => view! { <Badge label=words.common.fact/> }.into_any(),
        Evidence::Inferred => {
            view! { <Badge label=words.common.inferred tone=BadgeTone::Inferred/> }.into_any()
        }
    };
    view! {
        <Row>
            <Cell><span class="block max-w-56 truncate font-medium" title=group.group.clone()>{group.group.clone()}</span></Cell>
            <Cell><State label tone/></Cell>
            <NumberCell class="max-sm:hidden">{position}</NumberCell>
            <Cell class="w-px">{evidence}</Cell>
        </Row>
    }
}

#[component]
pub fn Stored(message: MessageDetail) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let page = &words.message;
    let segment_line = match &message.segment {
        Some(file) => mono(format!(
            "{} + {}",
            file.file,
            format::exact(message.at.saturating_sub(file.base))
        )),
        None => page.segment_gone.into_any(),
    };
    let born = view! { <Clock at_ms=message.born_ms/> " " <span class="text-ink3">{(page.from_host)(&message.born_host)}</span> }.into_any();
    let stored = view! { <Clock at_ms=message.stored_ms/> " " <span class="text-ink3">{(page.on_host)(&message.store_host)}</span> }.into_any();
    let position = position_link(&visit, &message);
    view! {
        <Panel title=page.stored_where>
            <dl class=classes(&[LIST, "px-4 py-3"])>
                {line(page.segment.to_owned(), segment_line)}
                {line(page.log_offset.to_owned(), view! { <span class="tabular-nums">{format::exact(message.at)}</span> }.into_any())}
                {line(page.queue_offset.to_owned(), position)}
                {line(page.record.to_owned(), format::bytes(message.record_len).into_any())}
                {line(page.born.to_owned(), born)}
                {line(page.stored_at.to_owned(), stored)}
                {line(page.reconsume.to_owned(), message.reconsume_times.into_any())}
            </dl>
        </Panel>
    }
}

/// The message and what follows it in its queue.
fn position_link(visit: &Visit, message: &MessageDetail) -> AnyView {
    let (queue, offset) = (message.queue.to_string(), message.offset.to_string());
    let query = Pairs::default()
        .with("topic", Some(&message.topic))
        .with("queue", Some(&queue))
        .with("offset", Some(&offset));
    let label = (visit.words().message.queue_at)(&queue, &format::exact(message.offset));
    view! { <TextLink href=format!("{}?{}", visit.url("messages"), query.encoded()) label/> }
        .into_any()
}

#[component]
pub fn SameKey(message: MessageDetail) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let page = &words.message;
    if message.duplicates.is_empty() {
        return ().into_any();
    }
    let hint = (page.same_key_sub)(message.duplicates.len() as u64, message.duplicates_more);
    let columns = vec![
        Column::text(words.common.stored),
        Column::text(words.common.topic),
        Column::text(words.common.key),
        Column::number(page.distance),
    ];
    let at = message.stored_ms;
    let rows = message
        .duplicates
        .into_iter()
        .map(|copy| view! { <CopyLine copy at/> })
        .collect_view();
    let more = message.duplicates_more.then(|| {
        let key = message
            .keys
            .first()
            .or(message.unique_key.as_ref())
            .cloned()
            .unwrap_or_default();
        let href = format!(
            "{}?{}",
            visit.url("messages"),
            Pairs::default().with("key", Some(&key)).encoded()
        );
        view! { <TextLink href label=page.same_key_more/> }.into_any()
    });
    view! {
        <Panel title=page.same_key hint tools=more.unwrap_or_else(|| ().into_any())>
            <Table caption=page.same_key columns headless=true>{rows}</Table>
        </Panel>
    }
    .into_any()
}

/// A copy and how long before or after the message it was stored.
#[component]
fn CopyLine(copy: Duplicate, at: i64) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let page = &words.message;
    let row = copy.row;
    let span = format::duration((row.stored_ms - at).abs(), visit.prefs.lang);
    let distance = match row.stored_ms.cmp(&at) {
        std::cmp::Ordering::Less => (page.earlier)(&span),
        std::cmp::Ordering::Equal => page.same_time.to_owned(),
        std::cmp::Ordering::Greater => (page.later)(&span),
    };
    let why = match copy.same {
        console::message::Same::UniqueKey => page.same_unique_key.to_owned(),
        console::message::Same::Key(key) => key,
    };
    let topic = visit.url(&format!("topics/{}", segment(&row.topic)));
    view! {
        <Row>
            <Cell><a href=message_url(&visit, &row.id) class=classes(&["rounded-sm underline-offset-2 hover:underline", FOCUS])><Clock at_ms=row.stored_ms/></a></Cell>
            <Cell>
                <span class="inline-flex items-center gap-1.5">
                    <a href=topic class=classes(&["rounded-sm font-medium underline-offset-2 hover:underline", FOCUS])>{row.topic}</a>
                    {row.tag.map(|label| view! { <span class="max-sm:hidden"><Badge label/></span> })}
                </span>
            </Cell>
            <Cell class="max-md:hidden"><span class=classes(&["block max-w-48 truncate font-mono text-ink2", T12]) title=why.clone()>{why.clone()}</span></Cell>
            <NumberCell>{distance}</NumberCell>
        </Row>
    }
}
