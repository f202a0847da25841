//! The page for what could not be shown: what failed, what still works, what to do.

use axum::http::StatusCode;
use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::error::AppError;
use crate::ssr::visit;

#[component]
pub fn ErrorPage(error: AppError) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let title = match error.status() {
        StatusCode::NOT_FOUND => words.not_found,
        StatusCode::UNPROCESSABLE_ENTITY | StatusCode::PAYLOAD_TOO_LARGE => words.not_taken,
        _ => words.failed,
    };
    view! {
        <div class="flex min-h-full flex-col gap-4 px-6 py-5 max-md:p-4">
            <h1 class="text-lg leading-7 font-semibold tracking-tight">{title}</h1>
            <div role="alert" class="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border border-badline bg-badsoft px-4 py-3">
                <span class="mt-0.5"><Icon glyph=Glyph::Bad class="h-4 w-4 text-bad"/></span>
                <div class="min-w-0 flex-1">
                    <p class="font-semibold text-ink text-balance break-words">{error.message}</p>
                    <p class="mt-0.5 text-ink2">{error.still_works}</p>
                    <p class="mt-0.5 text-ink2">{error.action}</p>
                </div>
            </div>
            <p>
                <a href=visit.url("") class="rounded-sm text-accent underline-offset-2 hover:underline focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent">
                    {words.back_to_overview}
                </a>
            </p>
        </div>
    }
}
