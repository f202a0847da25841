//! One topic: its queues, tags and groups, and sending a test message.  URL /c/{cluster}/topics/{name}

pub mod send;
pub mod tables;

use std::sync::Arc;

use console::topic::{Perm, TopicDetail};
use console::topics::TopicRow;
use console::{Action, ConsoleError, Resource};
use leptos::prelude::*;

use super::absent::absent;
use super::refusal::{allowed, refusal};
use super::topics::kind_word;
use crate::components::badge::{Badge, BadgeTone};
use crate::components::banner::{Banner, BannerTone};
use crate::components::button::LinkButton;
use crate::components::head::{Frame, Gap, PageHead, Parent};
use crate::components::icon::Glyph;
use crate::components::live_region::LiveRegion;
use crate::components::stat::{Stat, StatStrip, StripWidth, UnknownStat};
use crate::format;
use crate::ssr::{PageResult, Pairs, Reply, Visit, visit};
use crate::text::Topic;
use send::SendForm;
pub(super) use send::send;
use tables::{Groups, Queues, Tags};

pub(super) async fn show(visit: Arc<Visit>) -> PageResult {
    let name = visit.param("name").to_owned();
    let allowed = allowed(&visit, Action::Read, Resource::Topic(&name))?;
    let topic = match allowed.topic(&name).await {
        Ok(topic) => topic,
        Err(error @ ConsoleError::NotFound { .. }) => {
            let parent = Parent {
                label: visit.words().topic.parent,
                href: visit.url("topics"),
            };
            return Ok(absent(&visit, refusal(&visit, &error), parent, name).into());
        }
        Err(error) => return Err(refusal(&visit, &error)),
    };
    Ok(Reply::page(name, move || view! { <TopicPage topic/> }))
}

/// The look-up page with this topic and one more thing filled in.
fn messages_of(visit: &Visit, topic: &str, name: &str, value: Option<&str>) -> String {
    format!(
        "{}?{}",
        visit.url("messages"),
        Pairs::default()
            .with("topic", Some(topic))
            .with(name, value)
            .encoded()
    )
}

fn perm_word(words: &Topic, perm: Perm) -> &'static str {
    match (perm.read, perm.write) {
        (true, true) => words.perm_read_write,
        (true, false) => words.perm_read,
        (false, true) => words.perm_write,
        (false, false) => words.perm_none,
    }
}

#[component]
fn TopicPage(topic: TopicDetail) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().topic;
    let row = topic.row.clone();
    let parent = Parent {
        label: words.parent,
        href: visit.url("topics"),
    };
    let perm = (!(topic.perm.read && topic.perm.write))
        .then(|| view! { <Badge label=perm_word(words, topic.perm) tone=BadgeTone::Outline/> });
    let meta = view! {
        <Badge label=kind_word(visit.words(), row.kind)/>
        {perm}
        <LiveRegion every_s=5 lang=visit.prefs.lang/>
    }
    .into_any();
    let actions = view! { <LinkButton href=messages_of(&visit, &row.name, "", None) label=words.browse glyph=Glyph::Messages/> }.into_any();
    let created = (visit.query.get("done") == Some("created"))
        .then(|| view! { <Banner tone=BannerTone::Good title=(words.created_banner)(&row.name) evidence=words.created_hint/> });
    view! {
        <Frame gap=Gap::Narrow>
            <PageHead title=row.name.clone() parent meta actions/>
            {created}
            <Totals row/>
            <div class="grid grid-cols-1 items-start gap-3 xl:grid-cols-[minmax(0,1.35fr)_minmax(0,1fr)]">
                <div class="flex min-w-0 flex-col gap-3">
                    <Queues topic=topic.clone()/>
                    <Tags topic=topic.clone()/>
                </div>
                <div class="flex min-w-0 flex-col gap-3">
                    <Groups topic=topic.clone()/>
                    <SendForm topic/>
                </div>
            </div>
        </Frame>
    }
}

#[component]
fn Totals(row: TopicRow) -> impl IntoView {
    let visit = visit();
    let lang = visit.prefs.lang;
    let words = visit.words();
    let list = &words.topics_page;
    let rate = |label: &'static str, part: &'static str, value: Option<f64>| match value {
        Some(value) => {
            let (value, unit) = format::rate_parts(value, lang);
            view! { <Stat label value unit part/> }.into_any()
        }
        None => view! { <UnknownStat label why=list.rate_unknown part/> }.into_any(),
    };
    let unknown = |label: &'static str, part: &'static str| {
        view! { <UnknownStat label why=words.common.unknown_why part/> }.into_any()
    };
    let stored = match row.stored {
        Some(stored) => {
            let (value, unit) = format::short_parts(stored, lang);
            let last = row.last_stored_ms.map(|at| {
                format!(
                    "{} {}",
                    words.topic.newest,
                    format::ago(at, &visit.viewer())
                )
            });
            view! { <Stat label=list.stored value unit part="stored" hint=last.unwrap_or_default()/> }.into_any()
        }
        None => unknown(list.stored, "stored"),
    };
    let size = match row.bytes {
        Some(bytes) => {
            let (value, unit) = format::bytes_parts(bytes);
            let average = row
                .stored
                .filter(|stored| *stored > 0)
                .map(|stored| (words.topic.average)(&format::bytes(bytes / stored)));
            view! { <Stat label=list.size value unit part="size" hint=average.unwrap_or_default()/> }.into_any()
        }
        None => unknown(list.size, "size"),
    };
    let behind = match row.behind {
        Some(behind) => {
            view! { <Stat label=list.behind value=format::short(behind, lang) part="behind"/> }
                .into_any()
        }
        None => view! { <Stat label=list.behind value="–" hint=list.no_position part="behind"/> }
            .into_any(),
    };
    let kept = match row.keep_ms {
        Some(ms) => {
            view! { <Stat label=list.kept value=format::kept(ms, lang) part="kept"/> }.into_any()
        }
        None => view! { <Stat label=list.groups value=format::exact(row.groups) part="kept"/> }
            .into_any(),
    };
    let (into, out) = (
        rate(list.into, "in", row.in_per_s),
        rate(list.out, "out", row.out_per_s),
    );
    view! {
        <StatStrip label=words.topic.totals width=StripWidth::Six>
            {into}
            {out}
            {stored}
            {size}
            {behind}
            {kept}
        </StatStrip>
    }
}
