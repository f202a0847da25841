//! Stat: the one-line figures at the top of a page, in a strip.

use leptos::prelude::*;

use super::style::{T11, T12, classes};

#[component]
pub fn Stat(
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(optional)] unit: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    /// Names the figure for live updates.
    part: &'static str,
) -> impl IntoView {
    let unit = (!unit.is_empty()).then(|| view! { <span class="ms-0.5 text-xs font-normal tracking-normal text-ink3">{unit}</span> });
    view! {
        <div class="min-w-0 px-4 py-2.5" data-part=part>
            <p class=classes(&["truncate text-ink3", T12])>{label}</p>
            <p class="mt-0.5 text-lg leading-6 font-semibold tracking-tight whitespace-nowrap tabular-nums">{value}{unit}</p>
            <p class=classes(&["min-h-4 truncate text-ink3 tabular-nums", T11])>{hint}</p>
        </div>
    }
}

/// A figure the broker could not give.
#[component]
pub fn UnknownStat(label: &'static str, why: &'static str, part: &'static str) -> impl IntoView {
    view! {
        <div class="min-w-0 px-4 py-2.5" data-part=part>
            <p class=classes(&["truncate text-ink3", T12])>{label}</p>
            <p class="mt-0.5 text-sm leading-6"><super::known::Unknown why/></p>
            <p class=classes(&["min-h-4 truncate text-ink3", T11])>{why}</p>
        </div>
    }
}

/// How many figures stand side by side.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StripWidth {
    Four,
    Six,
}

impl StripWidth {
    const fn class(self) -> &'static str {
        match self {
            Self::Four => "md:grid-cols-4",
            Self::Six => {
                "md:max-xl:grid-cols-3 xl:grid-cols-6 md:max-xl:[&>*:nth-child(n+4)]:border-t"
            }
        }
    }
}

#[component]
pub fn StatStrip(label: &'static str, width: StripWidth, children: Children) -> impl IntoView {
    let class = classes(&[
        "grid overflow-hidden rounded-lg border border-rule max-md:grid-cols-2 [&>*]:border-rule max-md:[&>*:nth-child(n+3)]:border-t max-md:[&>*:nth-child(even)]:border-s md:[&>*:not(:first-child)]:border-s",
        width.class(),
    ]);
    view! { <section aria-label=label class=class>{children()}</section> }
}
