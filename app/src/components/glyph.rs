//! The few pictures that islands draw; the table of all of them stays out of the bundle.

use leptos::prelude::*;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LiveGlyph {
    Copy,
    Check,
    Failed,
    Pause,
    Play,
    Search,
}

impl LiveGlyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Copy => {
                "M10.5 9h8A1.5 1.5 0 0 1 20 10.5v8a1.5 1.5 0 0 1-1.5 1.5h-8A1.5 1.5 0 0 1 9 18.5v-8A1.5 1.5 0 0 1 10.5 9zM5 15H4V5a1 1 0 0 1 1-1h10v1"
            }
            Self::Check => "m5 12.5 4.5 4.5L19 7.5",
            Self::Failed => "M6 6l12 12M18 6 6 18",
            Self::Pause => "M8 5v14M16 5v14",
            Self::Play => "M7 4.5v15l12-7.5z",
            Self::Search => "M17.5 11a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0zM16 16l4.5 4.5",
        }
    }
}

#[component]
pub fn LivePicture(
    #[prop(into)] glyph: Signal<LiveGlyph>,
    #[prop(default = "h-3.5 w-3.5 shrink-0")] class: &'static str,
) -> impl IntoView {
    view! {
        <svg viewBox="0 0 24 24" class=class fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=move || glyph.get().path()/>
        </svg>
    }
}
