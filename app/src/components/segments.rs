//! Segments: two to four views of the same thing, links.

use leptos::prelude::*;

use super::style::{FOCUS, T12, classes};

const ITEM: &str = "inline-flex h-6 items-center rounded-sm px-2 font-medium whitespace-nowrap";

pub struct Segment {
    pub label: &'static str,
    pub href: String,
    pub on: bool,
}

#[component]
pub fn Segments(label: &'static str, items: Vec<Segment>) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|Segment { label, href, on }| {
            let tone = if on { "bg-sunken text-ink" } else { "text-ink3 hover:text-ink" };
            view! { <a href=href aria-current=on.then_some("true") class=classes(&[ITEM, T12, FOCUS, tone])>{label}</a> }
        })
        .collect_view();
    view! { <div class="inline-flex rounded-md border border-edge bg-surface p-0.5" role="group" aria-label=label>{items}</div> }
}
