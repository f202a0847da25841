//! First run: what to paste to send the first message. URL /c/{cluster}

use std::sync::Arc;

use leptos::prelude::*;

use crate::ssr::{PageResult, Reply, Visit};

pub(super) async fn show(visit: Arc<Visit>) -> PageResult {
    let words = visit.words();
    Ok(Reply::page(words.overview, move || {
        view! {
            <div class="flex min-h-full flex-col gap-4 px-6 py-5 max-md:p-4">
                <h1 class="truncate text-lg leading-7 font-semibold tracking-tight">{words.overview}</h1>
            </div>
        }
    }))
}
