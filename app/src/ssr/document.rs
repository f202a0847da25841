//! What a page hands back, and how it becomes a response: a whole document, only its content for an island that asked again,
//! a redirect after a change, or bytes.

use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

use super::Visit;
use crate::app::Shell;

/// Sent by an island that wants the page's content without the shell, to take regions out of it.
pub(super) const FRAGMENT: HeaderName = HeaderName::from_static("gantry-fragment");

type Build = Box<dyn FnOnce() -> AnyView + Send>;

/// A page to show: title, and how to build what is inside `<main>` from data already loaded.
pub struct Document {
    pub(crate) title: String,
    status: StatusCode,
    pub(crate) rail: bool,
    build: Build,
}

impl Document {
    pub fn new<V: IntoView + 'static>(
        title: impl Into<String>,
        build: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        Self {
            title: title.into(),
            status: StatusCode::OK,
            rail: true,
            build: Box::new(move || build().into_any()),
        }
    }

    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// For pages that need the width: the rail starts collapsed.
    #[must_use]
    pub fn rail_collapsed(self) -> Self {
        Self {
            rail: false,
            ..self
        }
    }

    /// Shown again after its form was refused, a page answers with the refusal's status; one that says by itself what
    /// went wrong (there is no such topic) keeps its own.
    pub(super) fn or_status(self, status: Option<StatusCode>) -> Self {
        match status {
            Some(status) if self.status == StatusCode::OK => self.status(status),
            _ => self,
        }
    }

    pub(super) async fn respond(self, visit: Arc<Visit>, fragment: bool) -> Response {
        let status = self.status;
        let once = Arc::new(Mutex::new(Some(self)));
        let view = move || {
            tell_browser(status);
            let document = once.lock().ok().and_then(|mut document| document.take());
            document.map(|document| draw(document, fragment))
        };
        let render = leptos_axum::render_app_async_with_context(
            move || provide_context(visit.clone()),
            view,
        );
        render(Request::new(Body::empty())).await
    }
}

fn draw(document: Document, fragment: bool) -> AnyView {
    // Islands are taken up by our own loader; nothing outside them is hydrated.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let Document {
        title, rail, build, ..
    } = document;
    let content = build();
    if fragment {
        content
    } else {
        view! { <Shell title rail content/> }.into_any()
    }
}

/// Status, and the headers that depend on this rendering: the nonce is new each time.
fn tell_browser(status: StatusCode) {
    let response = expect_context::<ResponseOptions>();
    response.set_status(status);
    let nonce = use_nonce()
        .map(|nonce| format!(" 'nonce-{nonce}'"))
        .unwrap_or_default();
    let policy = format!(
        "default-src 'none'; script-src 'self'{nonce} 'wasm-unsafe-eval'; connect-src 'self'; style-src 'self'; \
         font-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.insert_header(header::VARY, HeaderValue::from_name(FRAGMENT));
}

/// What a handler answers.
pub enum Reply {
    Page(Document),
    /// After a change: go and look (303).
    SeeOther(String),
    /// A file to keep, never shown by the browser itself.
    Download {
        name: String,
        bytes: Vec<u8>,
    },
}

impl Reply {
    pub fn page<V: IntoView + 'static>(
        title: impl Into<String>,
        build: impl FnOnce() -> V + Send + 'static,
    ) -> Self {
        Self::Page(Document::new(title, build))
    }

    pub fn see_other(url: impl Into<String>) -> Self {
        Self::SeeOther(url.into())
    }
}

impl From<Document> for Reply {
    fn from(document: Document) -> Self {
        Self::Page(document)
    }
}

pub(super) fn see_other(url: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response()
}

pub(super) fn download(name: &str, bytes: Vec<u8>) -> Response {
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._-".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let disposition = format!("attachment; filename=\"{safe}\"");
    (
        [
            (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ],
        bytes,
    )
        .into_response()
}
