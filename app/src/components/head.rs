//! Page head: the title with its parent, badges, actions; and the frame that pads a page and names it for live updates.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::style::{FOCUS, classes};
use crate::ssr::visit;

/// The way back up.
#[derive(Clone)]
pub struct Parent {
    pub label: &'static str,
    pub href: String,
}

#[component]
pub fn PageHead(
    #[prop(into)] title: String,
    #[prop(optional)] parent: Option<Parent>,
    /// Badges, counts, state.
    #[prop(optional)]
    meta: Option<AnyView>,
    /// Buttons, the primary one last.
    #[prop(optional)]
    actions: Option<AnyView>,
) -> impl IntoView {
    let basis = if parent.is_some() {
        "min-w-0 flex-1 max-sm:min-w-60"
    } else {
        "min-w-0 flex-1"
    };
    view! {
        <div class="flex flex-wrap items-end gap-x-4 gap-y-2">
            <div class=basis>
                <div class="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                    <div class="flex max-w-full min-w-0 items-center gap-x-2 text-lg leading-7 tracking-tight">
                        {parent.map(|parent| view! { <ParentLink parent/> })}
                        <h1 class="truncate font-semibold" title=title.clone()>{title.clone()}</h1>
                    </div>
                    {meta}
                </div>
            </div>
            {actions.map(|actions| view! { <div class="flex shrink-0 flex-wrap items-center gap-2 max-md:w-full max-md:shrink">{actions}</div> })}
        </div>
    }
}

#[component]
fn ParentLink(parent: Parent) -> impl IntoView {
    let back = (visit().words().common.back_to)(parent.label);
    view! {
        <a href=parent.href.clone() aria-label=back class=classes(&["-ms-1.5 flex h-8 w-8 shrink-0 items-center justify-center rounded-md text-ink3 sm:hidden", FOCUS])>
            <Icon glyph=Glyph::Left class="h-5 w-5"/>
        </a>
        <a href=parent.href class=classes(&["rounded-sm text-ink3 hover:text-ink hover:underline max-sm:hidden", FOCUS])>{parent.label}</a>
        <span class="text-edge max-sm:hidden" aria-hidden="true">"/"</span>
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Gap {
    #[default]
    Wide,
    Narrow,
}

/// The frame of a page. `shape` names what kind of content it has: when a live update brings another, the page is loaded anew.
#[component]
pub fn Frame(
    #[prop(optional)] gap: Gap,
    #[prop(default = "page")] shape: &'static str,
    children: Children,
) -> impl IntoView {
    let gap = match gap {
        Gap::Wide => "gap-4",
        Gap::Narrow => "gap-3",
    };
    view! {
        <div id="page" data-shape=shape class=classes(&["flex min-h-full flex-col px-6 py-5 max-md:p-4", gap])>{children()}</div>
    }
}
