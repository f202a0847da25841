//! Banner: the verdict of a page or the result of what was just done. At most one per page.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::style::classes;
use crate::ssr::visit;

const BASE: &str = "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-4 py-3";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BannerTone {
    Bad,
    Good,
    Info,
}

impl BannerTone {
    const fn class(self) -> &'static str {
        match self {
            Self::Bad => "border-badline bg-badsoft",
            Self::Good => "border-goodline bg-goodsoft",
            Self::Info => "border-transparent bg-accentsoft",
        }
    }

    const fn mark(self) -> (Glyph, &'static str) {
        match self {
            Self::Bad => (Glyph::Bad, "h-4 w-4 text-bad"),
            Self::Good => (Glyph::Check, "h-4 w-4 text-good"),
            Self::Info => (Glyph::Info, "h-4 w-4 text-accent"),
        }
    }
}

#[component]
pub fn Banner(
    tone: BannerTone,
    #[prop(into)] title: String,
    #[prop(optional, into)] evidence: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let common = &visit().words().common;
    let (glyph, class) = tone.mark();
    let (role, label) = match tone {
        BannerTone::Bad => ("alert", common.severity_bad),
        BannerTone::Good => ("status", common.severity_good),
        BannerTone::Info => ("status", common.severity_info),
    };
    view! {
        <div role=role class=classes(&[BASE, tone.class()])>
            <span class="mt-0.5"><Icon glyph class label/></span>
            <div class="min-w-0 flex-1">
                <p class="font-semibold text-ink text-balance break-words">{title}</p>
                {evidence.map(|evidence| view! { <p class="mt-0.5 text-ink2 break-words">{evidence}</p> })}
            </div>
            {children.map(|children| view! { <div class="flex shrink-0 flex-wrap gap-2">{children()}</div> })}
        </div>
    }
}
