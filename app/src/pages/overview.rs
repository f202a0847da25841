//! Overview: is it up, what flows, what is stored. Until the first message came: how to send it.  URL /c/{cluster}?client=

pub mod busiest;
pub mod figures;
pub mod first_run;
pub mod snippets;

use std::sync::Arc;

use console::overview::{Overview, Writable};
use console::send::TestMessage;
use console::topics::{NewTopic, TopicKind, TopicQuery, TopicRow, TopicSort};
use console::{Action, ConsoleError, Resource};
use leptos::prelude::*;

use super::messages::message_url;
use super::refusal::{allowed, refusal};
use crate::components::banner::{Banner, BannerTone};
use crate::components::head::{Frame, PageHead};
use crate::components::live_region::LiveRegion;
use crate::components::state::State;
use crate::components::style::{T12, classes};
use crate::error::AppError;
use crate::format;
use crate::ssr::{PageResult, Reply, Visit, visit};
use busiest::Busiest;
use figures::{Endpoints, Storage, Throughput, Totals};
use first_run::FirstRun;
use snippets::{Receive, TOPIC};

/// As many as a client's first message gives a topic.
const QUEUES: u32 = 8;
/// Topics that the overview names.
const BUSIEST: u32 = 8;

pub(super) async fn show(visit: Arc<Visit>) -> PageResult {
    let cluster = allowed(&visit, Action::Read, Resource::Cluster)?;
    let overview = cluster
        .overview()
        .await
        .map_err(|error| refusal(&visit, &error))?;
    let busiest = if overview.ever_received {
        busiest(&visit).await?
    } else {
        Vec::new()
    };
    Ok(Reply::page(
        visit.words().overview,
        move || view! { <OverviewPage overview busiest/> },
    ))
}

/// Where the messages come in.
async fn busiest(visit: &Visit) -> Result<Vec<TopicRow>, AppError> {
    let query = TopicQuery {
        text: String::new(),
        kind: None,
        system: false,
        no_subscriber: false,
        sort: TopicSort::In,
        descending: true,
        page: 1,
        per_page: BUSIEST,
    };
    let topics = allowed(visit, Action::Read, Resource::Topics)?;
    let page = topics
        .list_topics(query)
        .await
        .map_err(|error| refusal(visit, &error))?;
    Ok(page.page.items)
}

/// POST on the overview's own path: the first message, sent from here.
pub(super) async fn send_first(visit: Arc<Visit>) -> PageResult {
    let create = allowed(&visit, Action::Create, Resource::Topic(TOPIC))?;
    match create
        .create_topic(NewTopic {
            name: TOPIC.to_owned(),
            queues: QUEUES,
            kind: TopicKind::Normal,
        })
        .await
    {
        Ok(())
        | Err(ConsoleError::Invalid {
            rule: console::error::Rule::Taken,
            ..
        }) => {}
        Err(error) => return Err(refusal(&visit, &error)),
    }
    let message = TestMessage {
        topic: TOPIC.to_owned(),
        queue: None,
        tag: Some("greeting".to_owned()),
        keys: vec!["ORD-1".to_owned()],
        properties: Vec::new(),
        body: b"Hello from Gantry"[..].into(),
    };
    let send = allowed(&visit, Action::Send, Resource::Topic(TOPIC))?;
    let sent = send
        .send_test_message(message)
        .await
        .map_err(|error| refusal(&visit, &error))?;
    Ok(Reply::see_other(format!(
        "{}?done=sent",
        message_url(&visit, &sent.id)
    )))
}

#[component]
fn OverviewPage(overview: Overview, busiest: Vec<TopicRow>) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().overview_page;
    let shape = if overview.ever_received {
        "overview"
    } else {
        "first-run"
    };
    let up = (words.serving_for)(&format::duration(
        (overview.now_ms - overview.started_ms).max(0),
        visit.prefs.lang,
    ));
    let every_s = if overview.ever_received { 2 } else { 1 };
    let meta = view! {
        <span class=classes(&["text-ink3", T12]) data-part="up"><State label=up/></span>
        <LiveRegion every_s lang=visit.prefs.lang/>
    }
    .into_any();
    let refused = visit.refused.clone().map(|error| {
        view! { <Banner tone=BannerTone::Bad title=error.message evidence=error.action.or(error.still_works).unwrap_or_default()/> }
    });
    let content = if overview.ever_received {
        view! { <Running overview=overview.clone() busiest/> }.into_any()
    } else {
        view! { <FirstRun overview=overview.clone()/> }.into_any()
    };
    view! {
        <Frame shape>
            <PageHead title=words.title meta/>
            {refused}
            {verdict(words, &overview.writable)}
            {content}
        </Frame>
    }
}

/// Only what is wrong is said.
fn verdict(words: &crate::text::Overview, writable: &Writable) -> Option<AnyView> {
    let evidence = match writable {
        Writable::Yes => return None,
        Writable::DiskFull {
            used_pct,
            limit_pct,
        } => (words.not_writable_disk)(&format!("{used_pct} %"), &format!("{limit_pct} %")),
        Writable::Failed(why) => (words.not_writable_failed)(why),
    };
    Some(view! { <Banner tone=BannerTone::Bad title=words.not_writable evidence/> }.into_any())
}

#[component]
fn Running(overview: Overview, busiest: Vec<TopicRow>) -> impl IntoView {
    let receive = (overview.groups == 0).then(|| view! { <Receive overview=overview.clone()/> });
    view! {
        <Totals overview=overview.clone()/>
        <div class="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1.9fr)_minmax(0,1fr)]">
            <div class="flex min-w-0 flex-col gap-4">
                <Throughput overview=overview.clone()/>
                {receive}
                <Busiest rows=busiest/>

            </div>
            <div class="flex min-w-0 flex-col gap-4">
                <Storage overview=overview.clone()/>
                <Endpoints doors=overview.addresses/>
            </div>
        </div>
    }
}
