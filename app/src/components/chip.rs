//! Chip: a filter or a preset, a link. The count stands after the label.

use leptos::prelude::*;

use super::style::{FOCUS, T12, classes};

const BASE: &str = "inline-flex h-7 items-center gap-1.5 rounded-md border px-2.5 font-medium whitespace-nowrap transition-colors duration-100";
const ON: &str = "border-accent bg-selected text-accent";
const OFF: &str = "border-edge bg-surface text-ink2 hover:bg-hover hover:text-ink";

#[component]
pub fn Chip(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    on: bool,
    #[prop(optional, into)] count: Option<String>,
) -> impl IntoView {
    let class = classes(&[BASE, T12, FOCUS, if on { ON } else { OFF }]);
    let count_class = if on {
        "tabular-nums"
    } else {
        "tabular-nums text-ink3"
    };
    view! {
        <a href=href aria-current=on.then_some("true") class=class>
            {label}
            {count.map(|count| view! { <span class=count_class>{count}</span> })}
        </a>
    }
}

/// The hairline between groups of chips.
#[component]
pub fn ChipRule() -> impl IntoView {
    view! { <span class="mx-1 h-5 w-px bg-rule max-md:hidden" aria-hidden="true"></span> }
}
