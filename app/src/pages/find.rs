//! Find: paste anything.  URL /c/{cluster}/find?q=&kind=messages|topics|groups
//!
//! The palette asks this page for one kind at a time and takes what is marked `data-hits`.

pub mod hits;

use std::sync::Arc;

use console::find::{FindKind, FindQuery, Found, Recognised, Scope, Searched};
use console::{Action, Allowed, Resource};
use leptos::prelude::*;

use super::messages::message_url;
use super::refusal::{allowed, refusal};
use crate::components::badge::{Badge, BadgeTone};
use crate::components::button::{ButtonKind, SubmitButton};
use crate::components::head::{Frame, PageHead};
use crate::components::icon::{Glyph, Icon};
use crate::components::known::TextLink;
use crate::components::panel::Empty;
use crate::components::style::{FOCUS, T12, classes};
use crate::error::AppError;
use crate::ssr::{Document, PageResult, Pairs, Reply, Visit, visit};
use crate::text::Words;
use hits::{GroupHits, MessageHits, TopicHits};

const HITS_OF_EACH_KIND: u32 = 20;

pub(super) async fn show(visit: Arc<Visit>) -> PageResult {
    let allowed = allowed(&visit, Action::Read, Resource::Cluster)?;
    let text = visit.query.filled("q").unwrap_or_default().to_owned();
    let kinds = kinds(visit.query.filled("kind"));
    let found = if text.is_empty() {
        Ok(None)
    } else {
        find(&allowed, &visit, &text, kinds).await.map(Some)
    };
    if let Ok(Some(Found {
        single: Some(id), ..
    })) = &found
        && kinds.is_empty()
    {
        return Ok(Reply::see_other(message_url(&visit, id)));
    }
    match found {
        Ok(found) => Ok(Reply::page(
            visit.words().find.title,
            move || view! { <FindPage text found refused=None/> },
        )),
        // A text that cannot be looked for stays in its field, with the reason.
        Err(refused) if refused.field.is_some() => {
            let status = refused.status();
            let page = Document::new(
                visit.words().find.title,
                move || view! { <FindPage text found=None refused=Some(refused)/> },
            );
            Ok(page.status(status).into())
        }
        Err(error) => Err(error),
    }
}

/// The kinds that the palette's question covers; none named: everything at once.
fn kinds(asked: Option<&str>) -> &'static [FindKind] {
    match asked {
        Some("messages") => &[FindKind::MessageId, FindKind::Key],
        Some("topics") => &[FindKind::Topic],
        Some("groups") => &[FindKind::Group],
        _ => &[],
    }
}

async fn find(
    allowed: &Allowed,
    visit: &Visit,
    text: &str,
    kinds: &[FindKind],
) -> Result<Found, AppError> {
    let query = |kind| FindQuery {
        text: text.to_owned(),
        kind,
        limit: HITS_OF_EACH_KIND,
    };
    let [first, rest @ ..] = kinds else {
        return allowed
            .find(query(None))
            .await
            .map_err(|error| refusal(visit, &error));
    };
    let mut found = allowed
        .find(query(Some(*first)))
        .await
        .map_err(|error| refusal(visit, &error))?;
    for kind in rest {
        let more = allowed
            .find(query(Some(*kind)))
            .await
            .map_err(|error| refusal(visit, &error))?;
        if !more.messages.is_empty() {
            found.recognised = more.recognised;
        }
        for row in more.messages {
            if found.messages.iter().all(|known| known.id != row.id) {
                found.messages.push(row);
            }
        }
        found.more |= more.more;
        found.searched.extend(more.searched);
    }
    Ok(found)
}

fn recognised_word(words: &Words, recognised: &Recognised) -> &'static str {
    let find = &words.find;
    match recognised {
        Recognised::OffsetMessageId { .. } | Recognised::MessageId => find.recognised_offset_id,
        Recognised::UniqueKey => find.recognised_unique_key,
        Recognised::Key => find.recognised_key,
        Recognised::Topic => words.common.topic,
        Recognised::Group => words.common.group,
    }
}

fn searched_sentence(words: &Words, searched: &Searched) -> String {
    let find = &words.find;
    match (&searched.scope, searched.kind) {
        (Scope::CommitLog { .. }, _) => find.searched_id.to_owned(),
        (Scope::KeyIndex { topics, .. }, _) => (find.searched_keys)(*topics),
        (Scope::Names { count }, FindKind::Group) => (find.searched_groups)(*count),
        (Scope::Names { count }, _) => (find.searched_topics)(*count),
    }
}

#[component]
fn FindPage(text: String, found: Option<Found>, refused: Option<AppError>) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().find;
    let meta = view! { <span class=classes(&["text-ink3", T12])>{words.lead}</span> }.into_any();
    let recognised = found
        .as_ref()
        .and_then(|found| found.recognised.as_ref())
        .map(|kind| recognised_word(visit.words(), kind));
    let below = match found {
        Some(found) => view! { <FoundHits text=text.clone() found/> }.into_any(),
        None if refused.is_some() => ().into_any(),
        None => view! {
            <Empty title=words.empty hint=words.empty_hint>
                <TextLink href=visit.url("messages") label=words.search_messages/>
            </Empty>
        }
        .into_any(),
    };
    view! {
        <Frame>
            <PageHead title=words.title meta/>
            <section class="overflow-hidden rounded-lg border border-rule">
                <FindForm text recognised refused/>
                {below}
            </section>
        </Frame>
    }
}

#[component]
fn FindForm(
    text: String,
    recognised: Option<&'static str>,
    refused: Option<AppError>,
) -> impl IntoView {
    let words = &visit().words().find;
    let invalid = refused.is_some();
    view! {
        <form role="search" aria-label=words.title class="flex min-h-12 items-center gap-3 border-b border-rule px-4">
            <Icon glyph=Glyph::Search class="h-4 w-4 text-ink3"/>
            <input
                type="search"
                name="q"
                value=text
                aria-label=words.label
                aria-invalid=invalid.then_some("true")
                aria-describedby=invalid.then_some("find-about")
                autocomplete="off"
                spellcheck="false"
                class=classes(&["h-9 min-w-0 flex-1 rounded-sm bg-transparent px-1 font-mono text-sm text-ink", FOCUS])
            />
            {recognised.map(|label| view! { <span data-recognised="" class="max-sm:hidden"><Badge label tone=BadgeTone::Accent/></span> })}
            <SubmitButton label=words.button kind=ButtonKind::Primary/>
        </form>
        {refused.map(|error| view! { <p id="find-about" class="px-4 py-3 text-bad">{error.message}</p> })}
    }
}

#[component]
fn FoundHits(text: String, found: Found) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().find;
    let hits = (found.messages.len() + found.topics.len() + found.groups.len()) as u64;
    let mut searched = found
        .searched
        .iter()
        .map(|searched| searched_sentence(visit.words(), searched))
        .collect::<Vec<_>>();
    // Both kinds of id and the keys are in one index: it is said once.
    searched.dedup();
    let line = (words.hits)(hits, found.more);
    let all = format!(
        "{}?{}",
        visit.url("messages"),
        Pairs::default().with("key", Some(&text)).encoded()
    );
    let more = found.more.then(|| view! { <p class="px-4 py-2 text-ink3">{words.more} " " <TextLink href=all label=words.search_messages/></p> });
    if hits == 0 {
        return view! { <NothingFound text searched/> }.into_any();
    }
    view! {
        <p role="status" class=classes(&["border-b border-rule bg-sunken px-4 py-1.5 text-ink3", T12])>{line}</p>
        <div class="pb-2">
            <MessageHits text=text.clone() rows=found.messages/>
            <TopicHits text=text.clone() hits=found.topics/>
            <GroupHits text hits=found.groups/>
        </div>
        {more}
        <SearchedList searched/>
    }
    .into_any()
}

#[component]
fn NothingFound(text: String, searched: Vec<String>) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().find;
    view! {
        <div role="status">
            <Empty title=(words.nothing)(&text) hint=words.nothing_hint>
                <TextLink href=visit.url("messages") label=words.search_messages/>
            </Empty>
        </div>
        <SearchedList searched/>
    }
}

#[component]
fn SearchedList(searched: Vec<String>) -> impl IntoView {
    let words = &visit().words().find;
    let lines = searched
        .into_iter()
        .map(|line| view! { <li>{line}</li> })
        .collect_view();
    view! {
        <footer class=classes(&["flex flex-wrap gap-x-3 gap-y-1 border-t border-rule bg-sunken px-4 py-2 text-ink3", T12])>
            <span class="font-medium">{words.searched}</span>
            <ul class="flex min-w-0 flex-wrap gap-x-4 gap-y-1">{lines}</ul>
        </footer>
    }
}
