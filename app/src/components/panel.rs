//! Panel: a bordered part of a page, and what it shows when it is empty or failed.

use leptos::prelude::*;

use super::style::{T12, classes};

const PANEL: &str =
    "flex min-w-0 flex-col overflow-hidden rounded-lg border border-rule bg-surface";

#[component]
pub fn Panel(
    title: &'static str,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] tools: Option<AnyView>,
    #[prop(optional)] foot: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    view! {
        <section class=PANEL aria-label=title>
            <header class="flex h-10 shrink-0 items-center gap-2 border-b border-rule px-4">
                <h2 class="font-semibold whitespace-nowrap">{title}</h2>
                {hint.map(|hint| view! { <span class="truncate text-xs leading-4 text-ink3 max-sm:hidden">{hint}</span> })}
                {tools.map(|tools| view! { <div class="ms-auto flex shrink-0 items-center gap-2">{tools}</div> })}
            </header>
            <div class="min-h-0 min-w-0 grow">{children()}</div>
            {foot.map(|foot| view! {
                <footer class=classes(&["flex min-h-9 shrink-0 items-center gap-3 border-t border-rule px-4 py-1.5 text-ink3", T12])>{foot}</footer>
            })}
        </section>
    }
}

/// Says what is empty, in which range, and the way out.
#[component]
pub fn Empty(
    #[prop(into)] title: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="p-4">
            <div class="rounded-md border border-dashed border-edge px-4 py-5 text-center">
                <p class="font-medium break-words">{title}</p>
                <p class="mt-0.5 text-ink3 break-words">{hint}{children.map(|children| view! { " " {children()} })}</p>
            </div>
        </div>
    }
}
