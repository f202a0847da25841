//! Pager: the foot of a list of names. Says which rows of how many are shown.

use leptos::prelude::*;

use super::button::{ButtonKind, ButtonSize, LinkButton, OffButton};
use super::style::{T12, classes};
use crate::ssr::visit;

/// Where a page of rows lies in the whole, and the links to its neighbours.
#[derive(Clone)]
pub struct PagerSpec {
    /// 1-based; 0 when nothing is shown.
    pub first: u64,
    pub last: u64,
    pub total: u64,
    pub per_page: u64,
    pub previous: Option<String>,
    pub next: Option<String>,
}

#[component]
pub fn Pager(spec: PagerSpec) -> impl IntoView {
    let common = &visit().words().common;
    let left = spec.per_page.min(spec.total.saturating_sub(spec.last));
    let previous = match spec.previous {
        Some(href) => view! { <LinkButton href label=common.previous kind=ButtonKind::Ghost size=ButtonSize::Small/> }.into_any(),
        None => view! { <OffButton label=common.previous kind=ButtonKind::Ghost size=ButtonSize::Small/> }.into_any(),
    };
    let next = spec
        .next
        .map(|href| view! { <LinkButton href label=(common.next)(left) size=ButtonSize::Small/> });
    let many = spec.total > spec.per_page;
    view! {
        <footer class=classes(&["flex min-h-9 items-center border-t border-rule px-4 py-1 text-ink3", T12])>
            <span class="tabular-nums" data-part="pager">{(common.page_of)(spec.first, spec.last, spec.total)}</span>
            {many.then(|| view! { <span class="ms-auto flex items-center gap-2">{previous}{next}</span> })}
        </footer>
    }
}
