//! A topic's queues, tags and groups.

use console::topic::{GroupRow, QueueRow, TagCount, TopicDetail};
use leptos::prelude::*;

use super::messages_of;
use crate::components::badge::Badge;
use crate::components::known::{Ago, NotApplicable, TextLink, Unknown};
use crate::components::panel::{Empty, Panel};
use crate::components::progress::ShareBar;
use crate::components::state::{State, StateTone};
use crate::components::style::{T12, classes};
use crate::components::table::{Cell, Column, NumberCell, Row, Table};
use crate::format;
use crate::ssr::visit;

#[component]
pub fn Queues(topic: TopicDetail) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topic;
    let columns = vec![
        Column::text(visit.words().common.queue),
        Column::number(words.first_offset),
        Column::number(words.next_offset),
        Column::number(words.stored),
        Column::number(words.last_message),
    ];
    let hint = (words.queues_sub)(u64::from(topic.write_queues), u64::from(topic.read_queues));
    let name = topic.row.name;
    let rows = topic
        .queues
        .into_iter()
        .map(|queue| view! { <QueueLine queue topic=name.clone()/> })
        .collect_view();
    view! {
        <Panel title=words.queues hint>
            <Table caption=words.queues columns rows="queues">{rows}</Table>
        </Panel>
    }
}

#[component]
fn QueueLine(queue: QueueRow, topic: String) -> impl IntoView {
    let visit = visit();
    let id = queue.id.to_string();
    let last = match queue.last_stored_ms {
        Some(at_ms) => view! { <Ago at_ms/> }.into_any(),
        None => view! { <NotApplicable/> }.into_any(),
    };
    view! {
        <Row key=id.clone()>
            <Cell><TextLink href=messages_of(&visit, &topic, "queue", Some(&id)) label=id.clone()/></Cell>
            <NumberCell>{format::exact(queue.min)}</NumberCell>
            <NumberCell>{format::exact(queue.max)}</NumberCell>
            <NumberCell>{format::exact(queue.stored)}</NumberCell>
            <NumberCell>{last}</NumberCell>
        </Row>
    }
}

#[component]
pub fn Tags(topic: TopicDetail) -> impl IntoView {
    let words = &visit().words().topic;
    let Some(tags) = topic.tags else {
        return view! { <Panel title=words.tags><div class="px-4 py-3"><Unknown/></div></Panel> }
            .into_any();
    };
    if tags.iter().all(|tag| tag.tag.is_empty()) {
        return view! { <Panel title=words.tags><Empty title=words.tags_none hint=words.tags_none_hint/></Panel> }.into_any();
    }
    let total: u64 = tags.iter().map(|tag| tag.count).sum();
    let columns = vec![
        Column::text(visit().words().common.tag),
        Column::number(words.stored),
        Column::text(words.share),
        Column::number(words.last_message).class("max-sm:hidden"),
    ];
    let name = topic.row.name;
    let rows = tags
        .into_iter()
        .map(|tag| view! { <TagLine tag total topic=name.clone()/> })
        .collect_view();
    view! {
        <Panel title=words.tags hint=words.tags_sub>
            <Table caption=words.tags columns rows="tags">{rows}</Table>
        </Panel>
    }
    .into_any()
}

#[component]
fn TagLine(tag: TagCount, total: u64, topic: String) -> impl IntoView {
    let visit = visit();
    let share = if total == 0 {
        0.0
    } else {
        tag.count as f64 / total as f64 * 100.0
    };
    let name = if tag.tag.is_empty() {
        view! { <span class="text-ink3">{visit.words().topic.no_tag}</span> }.into_any()
    } else {
        let href = messages_of(&visit, &topic, "tag", Some(&tag.tag));
        view! { <a href=href class="inline-block rounded-sm focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent"><Badge label=tag.tag.clone()/></a> }.into_any()
    };
    view! {
        <Row key=tag.tag.clone()>
            <Cell>{name}</Cell>
            <NumberCell>{format::exact(tag.count)}</NumberCell>
            <Cell class="w-32">
                <span class="flex items-center gap-2">
                    <ShareBar percent=share/>
                    <span class=classes(&["tabular-nums text-ink3", T12])>{format::percent(share)}</span>
                </span>
            </Cell>
            <NumberCell class="max-sm:hidden"><Ago at_ms=tag.last_ms/></NumberCell>
        </Row>
    }
}

#[component]
pub fn Groups(topic: TopicDetail) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topic;
    if topic.groups.is_empty() {
        return view! { <Panel title=words.subscribers><Empty title=words.subscribers_none hint=words.subscribers_none_hint/></Panel> }.into_any();
    }
    let columns = vec![
        Column::text(visit.words().common.group),
        Column::text(words.expression),
        Column::text(words.members),
        Column::number(words.behind),
    ];
    let rows = topic
        .groups
        .into_iter()
        .map(|group| view! { <GroupLine group/> })
        .collect_view();
    view! {
        <Panel title=words.subscribers>
            <Table caption=words.subscribers columns rows="groups" plain=true>{rows}</Table>
        </Panel>
    }
    .into_any()
}

#[component]
fn GroupLine(group: GroupRow) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topic;
    let expression = match group.expression {
        Some(expression) => view! { <span class=classes(&["block max-w-40 truncate font-mono", T12]) title=expression.clone()>{expression.clone()}</span> }.into_any(),
        None => view! { <NotApplicable why=words.nobody/> }.into_any(),
    };
    let (members, tone) = match group.online {
        0 => (words.nobody.to_owned(), StateTone::Off),
        online => (format::exact(online), StateTone::Running),
    };
    let behind = match group.behind {
        Some(behind) => format::exact(behind).into_any(),
        None => view! { <NotApplicable why=visit.words().topics_page.no_position/> }.into_any(),
    };
    view! {
        <Row key=group.name.clone()>
            <Cell><span class="font-medium">{group.name.clone()}</span></Cell>
            <Cell>{expression}</Cell>
            <Cell><State label=members tone/></Cell>
            <NumberCell>{behind}</NumberCell>
        </Row>
    }
}
