//! The document around every page: head, top bar, rail, main, and the loader of the islands.

pub mod chrome;
pub mod error_page;
pub mod loader;

use leptos::prelude::*;

use crate::components::palette::Palette;
use crate::ssr::{Theme, visit};
use chrome::{Rail, TopBar};
use loader::Loader;

#[component]
pub fn Shell(title: String, rail: bool, content: AnyView) -> impl IntoView {
    let visit = visit();
    let assets = *visit.assets();
    let theme = match visit.prefs.theme {
        Theme::System => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    };
    view! {
        <!DOCTYPE html>
        <html lang=visit.prefs.lang.html() data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <title>{format!("{title} · Gantry")}</title>
                <link rel="stylesheet" href=assets.css/>
                <link rel="icon" type="image/svg+xml" href=assets.favicon/>
                <Loader bundle=assets.bundle/>
            </head>
            <body class="min-h-dvh bg-surface font-sans text-ink">
                <Patterns/>
                <a href="#main" class="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3">
                    {visit.words().skip_to_content}
                </a>
                <div class="flex h-dvh flex-col max-md:h-auto">
                    {view! { <TopBar/> }.into_any()}
                    <div class="flex min-h-0 flex-1">
                        {view! { <Rail wide=rail && visit.prefs.rail/> }.into_any()}
                        <main id="main" tabindex="-1" class="relative min-w-0 flex-1 overflow-y-auto bg-surface">{content}</main>
                    </div>
                </div>
                <Palette find=visit.url("find") lang=visit.prefs.lang/>
            </body>
        </html>
    }
}

/// Hatch and dots, referred to by charts.
#[component]
fn Patterns() -> impl IntoView {
    view! {
        <svg class="absolute h-0 w-0" aria-hidden="true">
            <defs>
                <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <path d="M0 0V6" stroke-width="2.5" class="stroke-surface/55"/>
                </pattern>
                <pattern id="todo" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                    <path d="M0 0V7" stroke-width="1.2" class="stroke-accent/25"/>
                </pattern>
                <pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse">
                    <circle cx="1.5" cy="1.5" r="1" class="fill-surface/70"/>
                </pattern>
            </defs>
        </svg>
    }
}
