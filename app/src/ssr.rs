//! What stands between a request and a page: who asks, which cluster, what was typed, and what goes back.
//!
//! A handler gets an `Arc<Visit>` and begins with `visit.context()?.may(action, resource)?`; it loads what the page shows,
//! then hands a closure that builds the view from it. Inside views, `visit()` reaches the same value.

mod document;
mod form;
mod prefs;
mod router;

pub use document::{Document, Reply};
pub use form::Pairs;
pub use prefs::{Prefs, Theme};
pub use router::routes;

use std::net::IpAddr;
use std::sync::Arc;

use console::{Actor, Console, Context};
use leptos::prelude::expect_context;

use crate::error::AppError;
use crate::text::Words;

/// What the server gives the pages once, at start.
#[derive(Clone)]
pub struct Site {
    pub console: Console,
    pub assets: Assets,
}

/// Where the embedded files are, by their hashed names.
#[derive(Clone, Copy, Debug)]
pub struct Assets {
    pub css: &'static str,
    pub favicon: &'static str,
    /// The islands' module and wasm; none when the binary was built without a bundle.
    pub bundle: Option<Bundle>,
}

#[derive(Clone, Copy, Debug)]
pub struct Bundle {
    pub js: &'static str,
    pub wasm: &'static str,
}

/// As the audit record names who changes something.
const ADMINISTRATOR: &str = "local administrator";

pub type PageResult = Result<Reply, AppError>;

/// One request, read: path, query, form, preferences, and who asks.
#[derive(Clone)]
pub struct Visit {
    site: Site,
    /// The cluster named in the path, `local` where none is.
    pub cluster: String,
    pub path: String,
    pub query: Pairs,
    /// What was posted; empty for GET.
    pub form: Pairs,
    /// Why the posted form was refused. The page shows it at its field and keeps what was typed.
    pub refused: Option<AppError>,
    pub prefs: Prefs,
    pub now_ms: i64,
    peer: Option<IpAddr>,
    params: Vec<(String, String)>,
}

impl Visit {
    /// Who asks, of which cluster. Until accounts exist whoever reaches the console is the local administrator.
    pub fn context(&self) -> Result<Context, AppError> {
        let actor = Actor {
            name: ADMINISTRATOR.to_owned(),
            peer: self.peer,
        };
        let unknown = |_| {
            AppError::new(
                "unknown_cluster",
                (self.words().errors.no_such_cluster)(&self.cluster),
            )
        };
        self.site
            .console
            .context(&self.cluster, actor)
            .map_err(unknown)
    }

    /// A part of the path, as in `/c/{cluster}/topics/{name}`; empty if the path has no such part.
    pub fn param(&self, name: &str) -> &str {
        self.params
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    /// Every word, in the visitor's language.
    pub fn words(&self) -> &'static Words {
        self.prefs.lang.words()
    }

    pub fn assets(&self) -> &Assets {
        &self.site.assets
    }

    /// A path within this cluster: `url("topics")` is `/c/local/topics`. Parts that are names go through `segment`.
    pub fn url(&self, rest: &str) -> String {
        if rest.is_empty() {
            format!("/c/{}", segment(&self.cluster))
        } else {
            format!("/c/{}/{rest}", segment(&self.cluster))
        }
    }

    /// This page's own address with one query value set (`None` removes it).
    pub fn here_with(&self, name: &str, value: Option<&str>) -> String {
        let query = self.query.with(name, value).encoded();
        if query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{query}", self.path)
        }
    }

    /// The value a field starts with: what was typed into the refused form, else `otherwise`.
    pub fn typed(&self, field: &str, otherwise: &str) -> String {
        let typed = self.form.get(field).unwrap_or(otherwise);
        typed[..typed.floor_char_boundary(typed_max(field))].to_owned()
    }

    /// The sentence to show at a field of the refused form.
    pub fn error_at(&self, field: &str) -> Option<String> {
        self.refused
            .as_ref()
            .filter(|e| e.field.as_deref() == Some(field))
            .map(|e| e.message.clone())
    }
}

/// The bytes of a field that come back with a refused form: all that a form of its size can bring, so that nobody types it
/// again. Only a test message's form is larger, for its body: its other fields come back as long as they could be.
fn typed_max(field: &str) -> usize {
    use console::limits::{KEY_MAX, KEYS_MAX, PROPERTIES_BYTES_MAX, TEST_BODY_MAX};
    match field {
        "body" => TEST_BODY_MAX,
        "properties" => PROPERTIES_BYTES_MAX,
        "keys" => KEYS_MAX * (KEY_MAX + 1),
        _ => crate::pages::FORM_LEN_MAX,
    }
}

/// The request that the current view answers. Only inside views of a page.
pub fn visit() -> Arc<Visit> {
    expect_context::<Arc<Visit>>()
}

/// Escapes a name so that it is one segment of a path.
pub fn segment(name: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    match name {
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        _ => utf8_percent_encode(name, KEPT).to_string(),
    }
}
