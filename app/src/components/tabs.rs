//! Tabs: sections of a page or variants of a snippet, links.

use leptos::prelude::*;

use super::style::{FOCUS, classes};

const TAB: &str = "inline-flex h-9 items-center gap-1.5 border-b-2 px-0.5 whitespace-nowrap";

pub struct Tab {
    pub label: &'static str,
    pub href: String,
    pub on: bool,
}

#[component]
pub fn Tabs(
    label: &'static str,
    items: Vec<Tab>,
    #[prop(optional, into)] note: Option<String>,
) -> impl IntoView {
    let items = items
        .into_iter()
        .map(|Tab { label, href, on }| {
            let tone = if on { "border-ink font-medium text-ink" } else { "border-transparent text-ink2 hover:text-ink" };
            view! { <a href=href aria-current=on.then_some("page") class=classes(&[TAB, FOCUS, tone])>{label}</a> }
        })
        .collect_view();
    view! {
        <nav aria-label=label class="flex gap-5 overflow-x-auto overflow-y-hidden border-b border-rule">
            {items}
            {note.map(|note| view! { <span class="ms-auto flex items-center ps-4 text-xs leading-4 whitespace-nowrap text-ink3 max-sm:hidden">{note}</span> })}
        </nav>
    }
}
