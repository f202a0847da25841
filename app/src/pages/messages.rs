//! Looking messages up: a topic's newest, by time, tag, key, or place in a queue.
//! URL /c/{cluster}/messages?topic=&key=&tag=&from=&to=|since=&queue=&offset=&cursor=

pub mod form;
pub mod list;

use std::sync::Arc;

use axum::http::StatusCode;
use console::messages::{MessagePage, MessageQuery};
use console::{Action, ConsoleError, Resource};
use leptos::prelude::*;

use super::refusal::{allowed, number, refusal};
use crate::components::head::PageHead;
use crate::components::style::{T12, classes};
use crate::error::AppError;
use crate::format;
use crate::ssr::{Document, PageResult, Reply, Visit, visit};
use form::{LookUpForm, Ranges};
pub(super) use list::message_url;
use list::{Results, Start};

const PER_PAGE: u32 = 50;

pub(super) async fn show(visit: Arc<Visit>) -> PageResult {
    if let Some(url) = canonical(&visit) {
        return Ok(Reply::see_other(url));
    }
    let allowed = allowed(&visit, Action::Read, Resource::Messages)?;
    let (answer, refused) = match query_of(&visit) {
        Err(error) => (None, Some(error)),
        Ok(None) => (None, None),
        Ok(Some(query)) => match allowed.messages(query).await {
            Ok(page) => (Some(page), None),
            Err(error) => (None, Some(at_field(&visit, &error)?)),
        },
    };
    let status = refused.as_ref().map_or(StatusCode::OK, AppError::status);
    let document = Document::new(
        visit.words().messages,
        move || view! { <MessagesPage answer refused/> },
    );
    Ok(document.rail_collapsed().status(status).into())
}

/// A refusal that belongs to a field stays on this page; anything else is an error page.
fn at_field(visit: &Visit, error: &ConsoleError) -> Result<AppError, AppError> {
    let refused = refusal(visit, error);
    match error {
        ConsoleError::NotFound {
            what: console::error::What::Topic,
            ..
        } => Ok(AppError {
            field: Some("topic".to_owned()),
            ..refused
        }),
        ConsoleError::NotFound {
            what: console::error::What::Queue,
            ..
        } => Ok(AppError {
            field: Some("queue".to_owned()),
            ..refused
        }),
        _ if refused.field.is_some() => Ok(refused),
        _ => Err(refused),
    }
}

/// Fields carry the viewer's wall clock, addresses carry UTC: a form that was sent leads to its address.
fn canonical(visit: &Visit) -> Option<String> {
    if visit.query.get("from_local").is_none() && visit.query.get("to_local").is_none() {
        return None;
    }
    let viewer = visit.viewer();
    let mut query = visit.query.clone();
    for (local, name) in [("from_local", "from"), ("to_local", "to")] {
        // What is no time goes along as it was typed, to be shown with its message.
        let typed = query.filled(local).map(|typed| {
            format::parse_time(typed, &viewer).map_or_else(|| typed.to_owned(), format::utc)
        });
        query = query.with(local, None).with(name, typed.as_deref());
    }
    for name in ["topic", "key", "tag", "queue", "offset"] {
        let filled = query.filled(name).map(str::to_owned);
        query = query.with(name, filled.as_deref());
    }
    let query = query.with("cursor", None).with("since", None).encoded();
    Some(if query.is_empty() {
        visit.path.clone()
    } else {
        format!("{}?{query}", visit.path)
    })
}

/// What the address asks for; `None` when it names neither topic nor key.
fn query_of(visit: &Visit) -> Result<Option<MessageQuery>, AppError> {
    let asked = |name: &str| visit.query.filled(name).map(str::to_owned);
    let since = asked("since")
        .and_then(|span| format::parse_span(&span))
        .map(|span| visit.now_ms - span);
    let query = MessageQuery {
        topic: asked("topic"),
        from_ms: time(visit, "from")?.or(since),
        to_ms: time(visit, "to")?,
        queue: number(visit, "queue", visit.query.filled("queue"))?,
        offset: number(visit, "offset", visit.query.filled("offset"))?,
        tag: asked("tag"),
        key: asked("key"),
        cursor: asked("cursor"),
        limit: PER_PAGE,
    };
    let named = query.topic.is_some() || query.key.is_some();
    if !named && (query.tag.is_some() || query.queue.is_some() || query.offset.is_some()) {
        return Err(AppError::invalid("topic", visit.words().rules.empty));
    }
    Ok(named.then_some(query))
}

fn time(visit: &Visit, name: &'static str) -> Result<Option<i64>, AppError> {
    let Some(typed) = visit.query.filled(name) else {
        return Ok(None);
    };
    let read = format::parse_time(typed, &visit.viewer());
    read.map(Some)
        .ok_or_else(|| AppError::invalid(name, (visit.words().rules.not_a_time)(typed)))
}

#[component]
fn MessagesPage(answer: Option<MessagePage>, refused: Option<AppError>) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().messages_page;
    let meta =
        view! { <span class=classes(&["text-ink3", T12])>{words.sub_none}</span> }.into_any();
    let below = match answer {
        Some(page) => view! { <Results page/> }.into_any(),
        None if refused.is_some() => ().into_any(),
        None => view! { <Start/> }.into_any(),
    };
    let ranges = visit
        .query
        .filled("topic")
        .or(visit.query.filled("key"))
        .is_some();
    view! {
        <div class="flex min-h-full flex-col">
            <div class="flex flex-col gap-3 border-b border-rule px-4 pt-4 pb-3">
                <PageHead title=words.title meta/>
                <LookUpForm refused/>
                {ranges.then(|| view! { <Ranges/> })}
            </div>
            {below}
        </div>
    }
}
