//! What the palette asks and what has come back, one answer per kind.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::*;
use web_sys::{AbortController, Document, Element};

use crate::components::browser;

/// Typing pauses this long before the server is asked.
const PAUSE: Duration = Duration::from_millis(120);

thread_local! {
    /// Stops the requests under way. Not a value of the palette: the server draws that too, and what belongs to one
    /// thread must not be part of a page that another thread drops.
    static RUNNING: RefCell<Option<AbortController>> = const { RefCell::new(None) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Messages,
    Topics,
    Groups,
}

pub(super) const KINDS: [Kind; 3] = [Kind::Messages, Kind::Topics, Kind::Groups];

impl Kind {
    /// As in the find page's query.
    const fn name(self) -> &'static str {
        match self {
            Self::Messages => "messages",
            Self::Topics => "topics",
            Self::Groups => "groups",
        }
    }

    const fn place(self) -> usize {
        match self {
            Self::Messages => 0,
            Self::Topics => 1,
            Self::Groups => 2,
        }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Idle,
    Asking,
    Failed,
    Nothing,
    Hits { html: String, count: u32 },
}

#[derive(Clone, Copy)]
pub(super) struct Search {
    pub(super) text: RwSignal<String>,
    find: StoredValue<String>,
    answers: [RwSignal<Answer>; 3],
    /// What the text looks like, in the find page's words.
    pub(super) recognised: RwSignal<String>,
    /// The chosen hit, counted over all kinds.
    chosen: RwSignal<Option<u32>>,
    /// Counts questions: an answer to an older one is dropped.
    round: StoredValue<u32>,
}

impl Search {
    pub(super) fn new(find: String) -> Self {
        Self {
            text: RwSignal::new(String::new()),
            find: StoredValue::new(find),
            answers: [
                RwSignal::new(Answer::Idle),
                RwSignal::new(Answer::Idle),
                RwSignal::new(Answer::Idle),
            ],
            recognised: RwSignal::new(String::new()),
            chosen: RwSignal::new(None),
            round: StoredValue::new(0),
        }
    }

    pub(super) fn answer(self, kind: Kind) -> RwSignal<Answer> {
        self.answers[kind.place()]
    }

    pub(super) fn count(self) -> u32 {
        self.answers
            .iter()
            .map(|answer| {
                if let Answer::Hits { count, .. } = answer.get() {
                    count
                } else {
                    0
                }
            })
            .sum()
    }

    pub(super) fn has_hits(self) -> bool {
        self.count() > 0
    }

    /// The id of the chosen hit's element.
    pub(super) fn chosen(self) -> Option<String> {
        self.chosen
            .get()
            .map(|index| format!("palette-hit-{index}"))
    }

    pub(super) fn choose(self, index: Option<u32>) {
        self.chosen.set(index);
    }

    pub(super) fn chosen_index(self) -> Option<u32> {
        self.chosen.get_untracked()
    }

    /// The find page with what was typed. The server draws it with nothing typed, where nothing can be encoded.
    pub(super) fn page(self) -> String {
        let text = self.text.get();
        if text.is_empty() {
            self.find.get_value()
        } else {
            self.url(&text, None)
        }
    }

    fn url(self, text: &str, kind: Option<Kind>) -> String {
        let text = js_sys::encode_uri_component(text);
        let kind = kind
            .map(|kind| format!("&kind={}", kind.name()))
            .unwrap_or_default();
        self.find
            .with_value(|find| format!("{find}?q={text}{kind}"))
    }

    /// Asks for each kind in parallel, after a pause in typing.
    pub(super) fn ask(self, text: String) {
        let text = text.trim().to_owned();
        let round = self.round.with_value(|round| round.wrapping_add(1));
        self.round.set_value(round);
        replace_running(None);
        self.text.set(text.clone());
        self.chosen.set(None);
        self.recognised.set(String::new());
        if text.is_empty() {
            self.answers
                .iter()
                .for_each(|answer| answer.set(Answer::Idle));
            return;
        }
        self.answers
            .iter()
            .for_each(|answer| answer.set(Answer::Asking));
        let start = move || {
            if self.round.get_value() == round {
                self.start(&text, round);
            }
        };
        set_timeout(start, PAUSE);
    }

    fn start(self, text: &str, round: u32) {
        let controller = AbortController::new().ok();
        for kind in KINDS {
            let url = self.url(text, Some(kind));
            let signal = controller.as_ref().map(AbortController::signal);
            leptos::task::spawn_local(async move {
                let page = browser::content(&url, signal.as_ref()).await;
                if self.round.get_value() == round {
                    self.show(kind, page.as_ref());
                }
            });
        }
        replace_running(controller);
    }

    /// Takes the hits, and what the text was recognised as, out of the find page.
    fn show(self, kind: Kind, page: Option<&Document>) {
        let part = |page: &Document, selector: &str| page.query_selector(selector).ok().flatten();
        if kind == Kind::Messages {
            let word = page.and_then(|page| part(page, "[data-recognised]"));
            self.recognised.set(
                word.and_then(|word| word.text_content())
                    .unwrap_or_default(),
            );
        }
        self.answer(kind)
            .set(read(page.map(|page| part(page, "[data-hits]"))));
    }
}

/// Ends what is under way in favour of `next`.
fn replace_running(next: Option<AbortController>) {
    if let Some(last) = RUNNING.replace(next) {
        last.abort();
    }
}

/// The outer option: did the server answer. The inner one: are there hits.
fn read(hits: Option<Option<Element>>) -> Answer {
    match hits {
        None => Answer::Failed,
        Some(None) => Answer::Nothing,
        Some(Some(list)) if list.child_element_count() == 0 => Answer::Nothing,
        Some(Some(list)) => Answer::Hits {
            count: as_options(&list),
            html: list.inner_html(),
        },
    }
}

/// A hit is a plain link on the find page and an option of the list here; the arrow keys walk, not the tab key.
fn as_options(list: &Element) -> u32 {
    let hits = list.children();
    for hit in (0..hits.length()).filter_map(|index| hits.item(index)) {
        for (name, value) in [
            ("role", "option"),
            ("aria-selected", "false"),
            ("tabindex", "-1"),
        ] {
            hit.set_attribute(name, value).ok();
        }
    }
    hits.length()
}
