//! The search field of the top bar: a plain form to the find page; the palette enhances it.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use crate::ssr::visit;

const KEY: &str = "inline-flex h-5 min-w-5 items-center justify-center rounded-sm border border-edge bg-surface px-1 font-sans text-[0.6875rem] leading-4 text-ink3";

#[component]
pub fn SearchBox() -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    view! {
        <form role="search" action=visit.url("find") class="relative mx-auto w-full max-w-xl max-md:hidden">
            <Icon glyph=Glyph::Search class="pointer-events-none absolute start-2.5 top-2 h-4 w-4 text-ink3"/>
            <input
                type="search"
                name="q"
                value=visit.query.get("q").unwrap_or_default().to_owned()
                aria-label=words.find_label
                placeholder=words.find_placeholder
                class="h-8 w-full rounded-md border border-control bg-surface ps-8 pe-16 placeholder:text-ink3 focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent"
            />
            <span class="pointer-events-none absolute end-1.5 top-1.5 flex gap-0.5" aria-hidden="true">
                <kbd class=KEY>"Ctrl"</kbd>
                <kbd class=KEY>"K"</kbd>
            </span>
        </form>
    }
}
