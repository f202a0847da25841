//! Live region: asks the server for this page's content again and puts what changed into the page.
//!
//! The server marks what may change: `data-part` names a figure, `data-rows` a list whose rows have a `data-key`, and the
//! frame's `data-shape` says what kind of content the page has. When the shape changes (the first message came) the page is
//! loaded anew. Rows are neither added nor removed while the pointer is over their list or the focus is in it.

mod patch;

use std::cell::Cell;
use std::time::Duration;

use leptos::prelude::*;

use super::browser;
use super::glyph::{LiveGlyph, LivePicture};
use crate::text::Lang;

const BUTTON: &str = "inline-flex h-6 w-6 items-center justify-center rounded-md text-ink3 transition-colors duration-100 hover:bg-hover hover:text-ink focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent";
/// A server that has not answered for this long is said to be away.
const STALE_AFTER_S: u64 = 10;

#[derive(Clone, Copy)]
struct Feed {
    paused: RwSignal<bool>,
    asking: StoredValue<bool>,
    /// When the page last showed the server's state, by the browser's clock.
    fresh_ms: RwSignal<f64>,
    now_ms: RwSignal<f64>,
    failing: RwSignal<bool>,
}

impl Feed {
    fn age_s(self) -> u64 {
        ((self.now_ms.get() - self.fresh_ms.get()).max(0.0) / 1000.0) as u64
    }

    fn stale(self) -> bool {
        self.failing.get() && self.age_s() >= STALE_AFTER_S
    }

    /// One question at a time, and none while nobody looks.
    fn ask(self) {
        let hidden = web_sys::window()
            .and_then(|w| w.document())
            .is_none_or(|d| d.hidden());
        if hidden || self.paused.get_untracked() || self.asking.get_value() {
            return;
        }
        self.asking.set_value(true);
        leptos::task::spawn_local(async move {
            let done = refresh().await.is_some();
            self.asking.set_value(false);
            self.failing.set(!done);
            if done {
                self.fresh_ms.set(browser::now_ms());
                self.now_ms.set(browser::now_ms());
            }
        });
    }
}

async fn refresh() -> Option<()> {
    let window = web_sys::window()?;
    let here = window.location().href().ok()?;
    let fresh = browser::content(&here, None).await?;
    let (old, new) = (
        window.document()?.get_element_by_id("page")?,
        fresh.get_element_by_id("page")?,
    );
    if !patch::apply(&old, &new) {
        window.location().reload().ok()?;
    }
    Some(())
}

/// Ticks every second: the age is counted, and every `every_s` the server is asked.
fn run(feed: Feed, every_s: u64) {
    feed.fresh_ms.set(browser::now_ms());
    feed.now_ms.set(browser::now_ms());
    let ticks = Cell::new(0_u64);
    let tick = move || {
        ticks.set(ticks.get() + 1);
        feed.now_ms.set(browser::now_ms());
        if ticks.get().is_multiple_of(every_s) {
            feed.ask();
        }
    };
    if let Ok(handle) = set_interval_with_handle(tick, Duration::from_secs(1)) {
        on_cleanup(move || handle.clear());
    }
    // A tab that is looked at again is brought up to date at once.
    let seen = window_event_listener(leptos::ev::focus, move |_| feed.ask());
    on_cleanup(move || seen.remove());
}

#[island]
pub fn LiveRegion(
    /// Seconds between two questions, at least 1.
    every_s: u64,
    lang: Lang,
) -> impl IntoView {
    let words = lang.live();
    let feed = Feed {
        paused: RwSignal::new(false),
        asking: StoredValue::new(false),
        fresh_ms: RwSignal::new(0.0),
        now_ms: RwSignal::new(0.0),
        failing: RwSignal::new(false),
    };
    let running = RwSignal::new(false);
    Effect::new(move |_| {
        running.set(true);
        run(feed, every_s.max(1));
    });
    let toggle = move |_| {
        feed.paused.update(|paused| *paused = !*paused);
        feed.ask();
    };
    let name = move || {
        if feed.paused.get() {
            words.resume
        } else {
            words.pause
        }
    };
    let glyph = Signal::derive(move || {
        if feed.paused.get() {
            LiveGlyph::Play
        } else {
            LiveGlyph::Pause
        }
    });
    let mark = move || match (feed.paused.get(), feed.stale()) {
        (true, _) => "fill-s4",
        (false, true) => "fill-warnfill",
        (false, false) => "fill-goodfill",
    };
    let line = move || match (feed.paused.get(), feed.stale()) {
        (true, _) => words.paused.to_owned(),
        (false, true) => format!("{}{}{}", words.stale.0, feed.age_s(), words.stale.1),
        (false, false) => words.live.to_owned(),
    };
    view! {
        <span hidden=move || !running.get() class="inline-flex items-center gap-1.5 text-xs leading-4 text-ink3">
            <svg viewBox="0 0 8 8" class="h-2 w-2" aria-hidden="true"><circle cx="4" cy="4" r="3" class=mark></circle></svg>
            <span role="status" class="tabular-nums">{line}</span>
            <button type="button" title=name aria-label=name class=BUTTON on:click=toggle><LivePicture glyph class="h-3 w-3 shrink-0"/></button>
        </span>
    }
}
