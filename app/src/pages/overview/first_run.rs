//! First run: what to paste to send the first message. Turns into the overview by itself when it arrives.

use console::overview::{Flush, Overview};
use leptos::prelude::*;

use super::TOPIC;
use super::figures::Endpoints;
use super::snippets::{Client, ClientTabs, Use};
use crate::components::button::{ButtonKind, ButtonSize, LinkButton, SubmitButton};
use crate::components::code::Code;
use crate::components::icon::{Glyph, Icon};
use crate::components::panel::Panel;
use crate::components::style::{T12, classes};
use crate::ssr::visit;

#[component]
pub fn FirstRun(overview: Overview) -> impl IntoView {
    let flush = overview.flush;
    let doors = overview.addresses.clone();
    view! {
        <div class="grid grid-cols-1 items-start gap-4 xl:grid-cols-[minmax(0,1.75fr)_minmax(0,1fr)]">
            <Start overview/>
            <div class="flex min-w-0 flex-col gap-4">
                <Endpoints doors/>
                <SetUp flush/>
            </div>
        </div>
    }
}

#[component]
fn Start(overview: Overview) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().overview_page;
    let client = Client::asked(&visit);
    let name_server = overview.addresses.name_server;
    let prepare = client.prepare(Use::Send).map(|source| {
        view! { <p class=classes(&["text-ink3", T12])>{words.prepare}</p><Code source/> }
    });
    view! {
        <section class="min-w-0 overflow-hidden rounded-lg border border-rule">
            <div class="px-5 pt-5 max-md:px-4">
                <h2 class="text-lg leading-7 font-semibold tracking-tight">{words.first_title}</h2>
                <p class="mt-0.5 max-w-[70ch] text-ink2">{words.first_lead.0}<span class="font-mono text-xs">{TOPIC}</span>{words.first_lead.1}</p>
                <div class="mt-3"><ClientTabs client for_use=Use::Send/></div>
            </div>
            <div class="space-y-3 px-5 pt-3 pb-5 max-md:px-4">
                {prepare}
                <Code source=client.snippet(Use::Send, &name_server)/>
            </div>
            <Waiting/>
        </section>
    }
}

#[component]
fn Waiting() -> impl IntoView {
    let visit = visit();
    let words = &visit.words().overview_page;
    view! {
        <footer class="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-2 border-t border-rule bg-sunken px-5 py-2 max-md:px-4">
            <svg viewBox="0 0 16 16" class="h-4 w-4 shrink-0 animate-spin text-accent motion-reduce:animate-none" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
                <path d="M8 1.5A6.5 6.5 0 1 1 1.5 8" stroke-linecap="round"/>
            </svg>
            <span role="status">{words.waiting}</span>
            <span class="ms-auto flex gap-2">
                <LinkButton href=visit.here_with("", None) label=words.check_again kind=ButtonKind::Ghost size=ButtonSize::Small glyph=Glyph::Refresh/>
                <form method="post" action=visit.url("")><SubmitButton label=words.send_from_here size=ButtonSize::Small glyph=Glyph::Send/></form>
            </span>
        </footer>
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Done,
    Now,
    Later,
}

#[component]
fn SetUp(flush: Flush) -> impl IntoView {
    let words = &visit().words().overview_page;
    let promise = match flush {
        Flush::Sync => words.step_runs_sync,
        Flush::Async => words.step_runs_async,
    };
    view! {
        <Panel title=words.set_up>
            <ol class="[&>*]:border-rule [&>*:not(:first-child)]:border-t">
                {step(Step::Done, words.step_runs, promise)}
                {step(Step::Now, words.step_send, words.step_send_hint)}
                {step(Step::Later, words.step_receive, words.step_receive_hint)}
            </ol>
        </Panel>
    }
}

fn step(step: Step, title: &'static str, hint: &'static str) -> AnyView {
    let mark = match step {
        Step::Done => view! {
            <span class="mt-0.5 flex h-4 w-4 shrink-0 items-center justify-center rounded-full bg-goodfill text-surface"><Icon glyph=Glyph::Check class="h-3 w-3"/></span>
        }
        .into_any(),
        Step::Now => view! { <span class="mt-0.5 h-4 w-4 shrink-0 rounded-full border-2 border-s1"></span> }.into_any(),
        Step::Later => view! { <span class="mt-0.5 h-4 w-4 shrink-0 rounded-full border border-control"></span> }.into_any(),
    };
    let current = (step == Step::Now).then_some("step");
    let title_class = if step == Step::Later {
        "block"
    } else {
        "block font-medium"
    };
    view! {
        <li class="flex gap-3 px-4 py-2.5" aria-current=current>
            {mark}
            <span><span class=title_class>{title}</span><span class=classes(&["block text-ink3", T12])>{hint}</span></span>
        </li>
    }
    .into_any()
}
