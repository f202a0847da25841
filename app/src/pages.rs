//! The only list of pages: path, GET view, POST handler, place in the navigation.
//!
//! # How a page is written
//!
//! One file in `pages/`, one line in `PAGES`, words in `text/{en,zh}.rs`, a spec in `end2end/tests/<page>.spec.ts`.
//!
//! ```ignore
//! pub async fn show(visit: Arc<Visit>) -> PageResult {
//!     let ctx = visit.context()?.may(Action::Read, Resource::Topics)?;     // first line of everything that answers
//!     let page = ctx.list_topics(query_of(&visit)).await?;                  // ConsoleError becomes AppError
//!     Ok(Reply::page(visit.words().topics, move || view! { <TopicsPage page/> }))   // data first, then a view of it
//! }
//! pub async fn create(visit: Arc<Visit>) -> PageResult {                    // POST on the page's own path
//!     let name = visit.form.filled("name").ok_or_else(|| AppError::invalid("name", "…"))?;
//!     visit.context()?.may(Action::Create, Resource::Topic(name))?.create_topic(…).await?;
//!     Ok(Reply::see_other(visit.url(&format!("topics/{}", segment(name)))))  // 303
//! }
//! ```
//! * An `Err` from a POST shows the page again (its GET handler) with the error's status (422 for `invalid`): fields read
//!   `visit.typed("name", "")` and `visit.error_at("name")`; an error without a field is `visit.refused`. Nothing to write for it.
//! * An `Err` from a GET is the error page with its status. `Reply::Download` hands out bytes.
//! * In views `visit()` gives the same `Visit`: `words()`, `url(…)`, `here_with("page", Some("2"))`, `query`, `prefs.zone`, `now_ms`.
//!   Context does not reach into islands: pass props.
//! * Documents run on the server only. An `#[island]` lives in `components/`, in a file compiled both ways, and is also asked
//!   for the same URL with the header `gantry-fragment: 1` when it wants the page's content without the shell.
//! * No `style` attributes, no inline handlers (CSP). Classes as whole literals; see style/encre.toml for the colours.

// `pub`, because `#[component]` makes public items and the lint on unreachable ones can not be told.
pub mod absent;
pub mod find;
pub mod message;
pub mod messages;
pub mod overview;
mod refusal;
pub mod topic;
pub mod topics;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::components::icon::Glyph;
use crate::ssr::{PageResult, Visit};
use crate::text::Words;

/// Enough for every field of the other forms at its longest.
pub(crate) const FORM_LEN_MAX: usize = 64 * 1024;
/// A test message: its body takes three bytes for one where it is percent-encoded, next to the other fields.
const MESSAGE_FORM_LEN_MAX: usize = 3 * console::limits::TEST_BODY_MAX + FORM_LEN_MAX;

pub type Answer = Pin<Box<dyn Future<Output = PageResult> + Send>>;
pub type Handler = fn(Arc<Visit>) -> Answer;

pub struct Page {
    pub path: &'static str,
    pub get: Handler,
    pub post: Option<Form>,
    pub nav: Option<Nav>,
}

/// What a page does with its form.
pub struct Form {
    pub handle: Handler,
    /// The longest one that is read, in bytes as sent.
    pub len_max: usize,
}

impl Form {
    const fn short(handle: Handler) -> Self {
        Self {
            handle,
            len_max: FORM_LEN_MAX,
        }
    }
}

/// A line of the rail.
pub struct Nav {
    pub word: fn(&Words) -> &'static str,
    pub glyph: Glyph,
    /// The part after `/c/{cluster}/`.
    pub rest: &'static str,
    /// A hairline above: another kind of page begins.
    pub rule: bool,
}

pub static PAGES: &[Page] = &[
    Page {
        path: "/c/{cluster}",
        get: |visit| Box::pin(overview::show(visit)),
        post: Some(Form::short(|visit| Box::pin(overview::send_first(visit)))),
        nav: Some(Nav {
            word: |w| w.overview,
            glyph: Glyph::Overview,
            rest: "",
            rule: false,
        }),
    },
    Page {
        path: "/c/{cluster}/topics",
        get: |visit| Box::pin(topics::show(visit)),
        post: Some(Form::short(|visit| Box::pin(topics::create(visit)))),
        nav: Some(Nav {
            word: |w| w.topics,
            glyph: Glyph::Topics,
            rest: "topics",
            rule: true,
        }),
    },
    Page {
        path: "/c/{cluster}/topics/{name}",
        get: |visit| Box::pin(topic::show(visit)),
        post: Some(Form {
            handle: |visit| Box::pin(topic::send(visit)),
            len_max: MESSAGE_FORM_LEN_MAX,
        }),
        nav: None,
    },
    Page {
        path: "/c/{cluster}/messages",
        get: |visit| Box::pin(messages::show(visit)),
        post: None,
        nav: Some(Nav {
            word: |w| w.messages,
            glyph: Glyph::Messages,
            rest: "messages",
            rule: false,
        }),
    },
    Page {
        path: "/c/{cluster}/messages/{id}",
        get: |visit| Box::pin(message::show(visit)),
        post: None,
        nav: None,
    },
    Page {
        path: "/c/{cluster}/messages/{id}/body",
        get: |visit| Box::pin(message::download(visit)),
        post: None,
        nav: None,
    },
    Page {
        path: "/c/{cluster}/find",
        get: |visit| Box::pin(find::show(visit)),
        post: None,
        nav: None,
    },
    Page {
        path: "/c/{cluster}/menu",
        get: |visit| Box::pin(crate::app::chrome::menu(visit)),
        post: None,
        nav: None,
    },
];
