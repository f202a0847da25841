//! What an address names and nobody has: what was searched, and the ways out.

use axum::http::StatusCode;
use leptos::prelude::*;

use crate::components::head::{Frame, PageHead, Parent};
use crate::components::known::TextLink;
use crate::components::panel::Empty;
use crate::error::AppError;
use crate::ssr::{Document, Pairs, Visit, visit};

/// The page for a missing name, with the status of its error.
pub(super) fn absent(visit: &Visit, error: AppError, parent: Parent, name: String) -> Document {
    let status = error.status();
    debug_assert_eq!(status, StatusCode::NOT_FOUND);
    let title = visit.words().not_found;
    Document::new(title, move || view! { <Absent error parent name/> }).status(status)
}

#[component]
fn Absent(error: AppError, parent: Parent, name: String) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let find = format!(
        "{}?{}",
        visit.url("find"),
        Pairs::default().with("q", Some(&name)).encoded()
    );
    let back = parent.clone();
    view! {
        <Frame>
            <PageHead title=words.not_found parent/>
            <div class="rounded-lg border border-rule">
                <Empty title=error.message hint=error.action.unwrap_or_default()>
                    <span class="mt-2 flex flex-wrap justify-center gap-x-4 gap-y-1">
                        <TextLink href=find label=words.errors.find_it/>
                        <TextLink href=back.href label=back.label/>
                    </span>
                </Empty>
            </div>
        </Frame>
    }
}
