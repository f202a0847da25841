//! Badge: an attribute such as a tag or a type. Not for state (`State`), not clickable.

use leptos::prelude::*;

use super::style::{T11, classes};

const BASE: &str = "inline-flex h-5 max-w-full items-center gap-1 rounded-sm border px-1.5 font-medium whitespace-nowrap";

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum BadgeTone {
    #[default]
    Neutral,
    Accent,
    Outline,
    /// Dashed: derived from offsets, may be wrong after a reset.
    Inferred,
}

impl BadgeTone {
    const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "border-rule bg-sunken text-ink2",
            Self::Accent => "border-transparent bg-accentsoft text-accent",
            Self::Outline => "border-edge text-ink2",
            Self::Inferred => "border-dashed border-control text-ink3",
        }
    }
}

#[component]
pub fn Badge(#[prop(into)] label: String, #[prop(optional)] tone: BadgeTone) -> impl IntoView {
    let whole = (label.chars().count() > 24).then(|| label.clone());
    view! {
        <span class=classes(&[BASE, T11, tone.class()]) title=whole>
            <span class="truncate">{label}</span>
        </span>
    }
}
