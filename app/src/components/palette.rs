//! Palette: Ctrl K or / opens it, anything pasted is looked for in each kind at once, and what has come is shown.
//!
//! It asks the find page for one kind at a time and takes the hits out of its HTML, so that they look the same in both
//! places. Without JavaScript the search field of the top bar leads to the same page.

mod keys;
mod search;

use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;

use super::glyph::{LiveGlyph, LivePicture};
use crate::text::Lang;
use crate::text::live::Live;
use search::{Answer, KINDS, Search};

#[island]
pub fn Palette(
    /// Address of the find page.
    find: String,
    lang: Lang,
) -> impl IntoView {
    let words = lang.live();
    let dialog = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let search = Search::new(find.clone());
    Effect::new(move |_| keys::listen(dialog, input));
    let typed = move |ev| search.ask(event_target_value(&ev));
    let choose = move |ev| keys::choose(&ev, dialog, search);
    // Enter without a chosen hit leads to the find page with everything.
    let submit = move |ev: SubmitEvent| {
        if search.chosen().is_some() {
            ev.prevent_default();
        }
    };
    view! {
        <dialog
            node_ref=dialog
            aria-label=words.find
            class="fixed inset-0 m-0 hidden h-dvh max-h-none w-full max-w-none justify-center bg-black/40 px-4 pt-20 text-ink open:flex max-md:pt-4"
            on:click=move |ev| keys::close_outside(&ev, dialog)
        >
            <div class="flex max-h-[calc(100dvh-7rem)] w-full max-w-2xl flex-col self-start overflow-hidden rounded-xl border border-edge bg-raised shadow-[0_16px_48px_rgb(0_0_0/0.18)]">
                <form action=find role="search" class="flex h-12 shrink-0 items-center gap-3 border-b border-rule px-4" on:submit=submit>
                    <LivePicture glyph=Signal::stored(LiveGlyph::Search) class="h-4 w-4 shrink-0 text-ink3"/>
                    <input
                        node_ref=input
                        name="q"
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        role="combobox"
                        aria-label=words.find
                        aria-expanded=move || if search.has_hits() { "true" } else { "false" }
                        aria-controls="palette-hits"
                        aria-activedescendant=move || search.chosen()
                        placeholder=words.find_placeholder
                        class="h-full min-w-0 flex-1 bg-transparent font-mono text-sm placeholder:font-sans placeholder:text-ink3 focus:outline-hidden"
                        on:input=typed
                        on:keydown=choose
                    />
                    <span hidden=move || search.recognised.get().is_empty() class="inline-flex h-5 items-center rounded-sm bg-accentsoft px-1.5 text-[0.6875rem] leading-4 font-medium whitespace-nowrap text-accent">{move || search.recognised.get()}</span>
                    <kbd class=KEY>"Esc"</kbd>
                </form>
                <p role="status" class="border-b border-rule bg-sunken px-4 py-1.5 text-xs leading-4 text-ink3">{move || status(search, words)}</p>
                <div id="palette-hits" role="listbox" aria-label=words.find hidden=move || !search.has_hits() class="min-h-0 overflow-y-auto">
                    {KINDS.into_iter().map(|kind| view! { <Section kind search words/> }).collect_view()}
                </div>
                <Foot search words/>
            </div>
        </dialog>
    }
}

const KEY: &str = "inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-edge bg-surface px-1 font-sans text-[0.6875rem] leading-4 text-ink3";

fn status(search: Search, words: &'static Live) -> &'static str {
    if search.text.get().is_empty() {
        return words.start;
    }
    let answers = KINDS.map(|kind| search.answer(kind).get());
    if answers
        .iter()
        .any(|answer| matches!(answer, Answer::Asking))
    {
        words.searching
    } else if answers
        .iter()
        .any(|answer| matches!(answer, Answer::Failed))
    {
        words.failed
    } else if search.has_hits() {
        words.searched
    } else {
        words.nothing
    }
}

/// The hits of one kind, as the find page draws them.
#[component]
fn Section(kind: search::Kind, search: Search, words: &'static Live) -> impl IntoView {
    let title = match kind {
        search::Kind::Messages => words.messages,
        search::Kind::Topics => words.topics,
        search::Kind::Groups => words.groups,
    };
    let answer = search.answer(kind);
    let shown = move || matches!(answer.get(), Answer::Hits { .. } | Answer::Failed);
    let note = move || match answer.get() {
        Answer::Hits { count, .. } => count.to_string(),
        Answer::Failed => words.failed.to_owned(),
        Answer::Idle | Answer::Asking | Answer::Nothing => String::new(),
    };
    let hits = move || match answer.get() {
        Answer::Hits { html, .. } => html,
        _ => String::new(),
    };
    view! {
        <div role="group" aria-label=title hidden=move || !shown() class="pb-2">
            <p class="flex items-center justify-between px-4 pt-3 pb-1 text-[0.6875rem] leading-4 font-medium text-ink3"><span>{title}</span><span class="tabular-nums">{note}</span></p>
            <div role="presentation" inner_html=hits></div>
        </div>
    }
}

#[component]
fn Foot(search: Search, words: &'static Live) -> impl IntoView {
    let pair = "inline-flex items-center gap-1.5";
    view! {
        <footer class="flex h-9 shrink-0 items-center gap-4 border-t border-rule bg-sunken px-4 text-[0.6875rem] leading-4 text-ink3">
            <span class=pair><kbd class=KEY>"↑"</kbd><kbd class=KEY>"↓"</kbd>{words.choose}</span>
            <span class=pair><kbd class=KEY>"Enter"</kbd>{words.open}</span>
            <span class="inline-flex items-center gap-1.5 max-md:hidden"><kbd class=KEY>"Ctrl"</kbd><kbd class=KEY>"Enter"</kbd>{words.new_tab}</span>
            <a href=move || search.page() class="ms-auto rounded-sm text-xs leading-4 text-accent underline-offset-2 hover:underline focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent">{words.all_results}</a>
        </footer>
    }
}
