//! Copy: puts a text on the clipboard and says so. Without JavaScript there is no button; the text itself selects as a whole.

use leptos::prelude::*;

use super::browser;
use super::glyph::{LiveGlyph, LivePicture};
use crate::text::Lang;

const BUTTON: &str = "inline-flex h-7 w-7 items-center justify-center rounded-md text-ink2 transition-colors duration-100 hover:bg-hover hover:text-ink focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent max-md:h-8 max-md:w-8";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Waiting,
    Copied,
    Refused,
}

#[island]
pub fn CopyButton(
    text: String,
    /// What is copied, for the button's name; empty where the place says it.
    what: String,
    lang: Lang,
) -> impl IntoView {
    let words = lang.live();
    let ready = RwSignal::new(false);
    let outcome = RwSignal::new(Outcome::Waiting);
    Effect::new(move |_| ready.set(true));
    let name = move || match outcome.get() {
        Outcome::Waiting => format!("{} {what}", words.copy).trim_end().to_owned(),
        Outcome::Copied => words.copied.to_owned(),
        Outcome::Refused => words.copy_failed.to_owned(),
    };
    let glyph = Signal::derive(move || match outcome.get() {
        Outcome::Waiting => LiveGlyph::Copy,
        Outcome::Copied => LiveGlyph::Check,
        Outcome::Refused => LiveGlyph::Failed,
    });
    let copy = move |_| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            outcome.set(if browser::copy(&text).await {
                Outcome::Copied
            } else {
                Outcome::Refused
            });
            set_timeout(
                move || outcome.set(Outcome::Waiting),
                std::time::Duration::from_secs(2),
            );
        });
    };
    view! {
        <button type="button" hidden=move || !ready.get() title=name.clone() aria-label=name class=BUTTON on:click=copy>
            <LivePicture glyph/>
        </button>
    }
}
