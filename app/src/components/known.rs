//! What is shown for a value that is unknown, does not apply, is a long id, or is a time.

use leptos::prelude::*;

use super::style::{FOCUS, T12, classes};
use crate::format;
use crate::ssr::visit;

/// Could not be read: never 0. Hover and screen readers get the reason.
#[component]
pub fn Unknown(#[prop(optional)] why: Option<&'static str>) -> impl IntoView {
    let common = &visit().words().common;
    view! { <abbr title=why.unwrap_or(common.unknown_why) class="cursor-default text-ink3 no-underline">{common.unknown}</abbr> }
}

/// Does not apply.
#[component]
pub fn NotApplicable(#[prop(optional, into)] why: Option<String>) -> impl IntoView {
    view! { <span class="text-ink3" title=why>"–"</span> }
}

/// `29 min ago`, with the absolute time for machines and on hover.
#[component]
pub fn Ago(at_ms: i64) -> impl IntoView {
    let viewer = visit().viewer();
    view! { <time datetime=format::utc(at_ms) title=format::absolute(at_ms, &viewer) class="tabular-nums">{format::ago(at_ms, &viewer)}</time> }
}

/// `14:03:11.204`, for lists in order of time.
#[component]
pub fn Clock(at_ms: i64) -> impl IntoView {
    let viewer = visit().viewer();
    view! {
        <time datetime=format::utc(at_ms) title=format::absolute(at_ms, &viewer) class=classes(&["font-mono", T12])>{format::clock(at_ms, &viewer)}</time>
    }
}

/// An id or key in the fixed-width face; a long one keeps both ends, and the whole in its title.
#[component]
pub fn LongId(#[prop(into)] id: String) -> impl IntoView {
    let short = format::ends(&id, 10, 6).map(|(head, tail)| {
        view! { {head.to_owned()}<span class="text-ink3">"…"</span>{tail.to_owned()} }.into_any()
    });
    let title = short.is_some().then(|| id.clone());
    view! { <span class=classes(&["font-mono", T12]) title=title>{short.unwrap_or_else(|| id.into_any())}</span> }
}

/// A link in running text.
#[component]
pub fn TextLink(#[prop(into)] href: String, #[prop(into)] label: String) -> impl IntoView {
    view! { <a href=href class=classes(&["rounded-sm text-accent decoration-1 underline-offset-2 hover:underline", FOCUS])>{label}</a> }
}

/// The name in a row's first cell, a link.
#[component]
pub fn NameLink(#[prop(into)] href: String, #[prop(into)] name: String) -> impl IntoView {
    view! { <a href=href class=classes(&["rounded-sm font-medium text-ink underline-offset-2 hover:underline", FOCUS])>{name}</a> }
}
