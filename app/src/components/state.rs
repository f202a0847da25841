//! State: a word with a mark. The shape repeats the colour, and the word is always there.

use leptos::prelude::*;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum StateTone {
    #[default]
    Good,
    Running,
    Bad,
    Off,
}

impl StateTone {
    fn mark(self) -> AnyView {
        match self {
            Self::Good => view! { <circle cx="4" cy="4" r="3.2" class="fill-goodfill"/> }.into_any(),
            Self::Running => view! { <circle cx="4" cy="4" r="3.2" class="fill-s1"/> }.into_any(),
            Self::Bad => view! { <rect x="1" y="1" width="6" height="6" class="fill-badfill"/> }.into_any(),
            Self::Off => view! { <circle cx="4" cy="4" r="2.7" fill="none" stroke-width="1.4" class="stroke-s4"/> }.into_any(),
        }
    }
}

#[component]
pub fn State(#[prop(into)] label: String, #[prop(optional)] tone: StateTone) -> impl IntoView {
    view! {
        <span class="inline-flex items-center gap-1.5 whitespace-nowrap">
            <svg viewBox="0 0 8 8" class="h-2 w-2 shrink-0" aria-hidden="true">{tone.mark()}</svg>
            {label}
        </span>
    }
}
