//! The hits of each kind, as the find page and the palette show them.

use console::find::{GroupHit, TopicHit};
use console::messages::MessageRow;
use leptos::prelude::*;

use super::super::messages::message_url;
use super::super::topics::kind_word;
use crate::components::icon::{Glyph, Icon};
use crate::components::known::Ago;
use crate::components::style::{FOCUS, T11, T12, classes};
use crate::format;
use crate::ssr::{Pairs, segment, visit};

#[component]
fn Section(title: &'static str, count: usize, children: Children) -> impl IntoView {
    view! {
        <h2 class=classes(&["flex items-center justify-between px-4 pt-3 pb-1 font-medium text-ink3", T11])>
            <span>{title}</span>
            <span class="tabular-nums">{count}</span>
        </h2>
        <div data-hits="">{children()}</div>
    }
}

/// One line that leads somewhere. The palette chooses among these.
#[component]
fn Hit(href: String, glyph: Glyph, main: AnyView, sub: String, right: AnyView) -> impl IntoView {
    view! {
        <a href=href data-hit="" class=classes(&["mx-1.5 flex items-center gap-3 rounded-md px-2.5 py-1.5 hover:bg-hover", FOCUS])>
            <Icon glyph class="h-4 w-4 text-ink3"/>
            <span class="min-w-0 flex-1 truncate">{main} " " <span class="ms-1 text-ink3">{sub}</span></span>
            <span class=classes(&["flex items-center gap-2 whitespace-nowrap text-ink3", T12])>{right}</span>
        </a>
    }
}

/// The part of a name that was looked for stands out.
fn marked(name: &str, text: &str) -> AnyView {
    let at = if name.is_ascii() && text.is_ascii() {
        name.to_ascii_lowercase().find(&text.to_ascii_lowercase())
    } else {
        name.find(text)
    };
    let Some(at) = at else {
        return name.to_owned().into_any();
    };
    let (before, rest) = name.split_at(at);
    let (hit, after) = rest.split_at(text.len());
    view! { {before.to_owned()}<mark class="rounded-xs bg-hit text-ink">{hit.to_owned()}</mark>{after.to_owned()} }.into_any()
}

#[component]
pub fn MessageHits(text: String, rows: Vec<MessageRow>) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    if rows.is_empty() {
        return ().into_any();
    }
    let count = rows.len();
    let hits = rows
        .into_iter()
        .map(|row| {
            let name = row
                .keys
                .iter()
                .find(|key| **key == text)
                .or(row.keys.first())
                .cloned()
                .or(row.unique_key.clone())
                .unwrap_or_else(|| row.id.clone());
            let main =
                view! { <span class="font-mono text-xs">{marked(&name, &text)}</span> }.into_any();
            let sub = [Some(row.topic), row.tag, Some(format::bytes(row.bytes))]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(words.messages_page.comma);
            let right = view! { <Ago at_ms=row.stored_ms/> }.into_any();
            view! { <Hit href=message_url(&visit, &row.id) glyph=Glyph::Messages main sub right/> }
        })
        .collect_view();
    view! { <Section title=words.find.messages count>{hits}</Section> }.into_any()
}

#[component]
pub fn TopicHits(text: String, hits: Vec<TopicHit>) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    if hits.is_empty() {
        return ().into_any();
    }
    let count = hits.len();
    let hits = hits
        .into_iter()
        .map(|hit| {
            let href = visit.url(&format!("topics/{}", segment(&hit.name)));
            let right = kind_word(words, hit.kind).into_any();
            view! { <Hit href glyph=Glyph::Topics main=marked(&hit.name, &text) sub=String::new() right/> }
        })
        .collect_view();
    view! { <Section title=words.find.topics count>{hits}</Section> }.into_any()
}

/// A group has no page of its own: the line itself says how many members are connected.
#[component]
pub fn GroupHits(text: String, hits: Vec<GroupHit>) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    if hits.is_empty() {
        return ().into_any();
    }
    let count = hits.len();
    let hits = hits
        .into_iter()
        .map(|hit| {
            let href = format!("{}?{}", visit.url("find"), Pairs::default().with("q", Some(&hit.name)).with("kind", Some("groups")).encoded());
            let right = (words.find.online)(hit.online).into_any();
            view! { <Hit href glyph=Glyph::Groups main=marked(&hit.name, &text) sub=String::new() right/> }
        })
        .collect_view();
    view! { <Section title=words.find.groups count>{hits}</Section> }.into_any()
}
