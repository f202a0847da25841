//! What surrounds a page: top bar, rail, and the phone's menu page that stands in for the rail.

use std::sync::Arc;

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::components::search_box::SearchBox;
use crate::pages::{Nav, PAGES};
use crate::ssr::{PageResult, Pairs, Reply, Theme, Visit, visit};
use crate::text::Lang;

const ICON_BUTTON: &str = "inline-flex items-center justify-center gap-1.5 rounded-md whitespace-nowrap font-medium transition-colors duration-100 focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent text-ink2 hover:bg-hover hover:text-ink h-8 w-8";
const SMALL_ICON_BUTTON: &str = "inline-flex items-center justify-center gap-1.5 rounded-md whitespace-nowrap font-medium transition-colors duration-100 focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent text-ink2 hover:bg-hover hover:text-ink h-7 w-7";
const SMALL_BUTTON: &str = "inline-flex items-center justify-center gap-1.5 rounded-md whitespace-nowrap font-medium transition-colors duration-100 focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent text-ink2 hover:bg-hover hover:text-ink h-7 px-2.5 text-xs";
const LOGO: &str = r#"<path d="M2.5 6h19M5 6v14.5M19 6v14.5M12 6v6" stroke-linecap="square"/><rect x="9" y="12" width="6" height="5.5" class="fill-accent stroke-accent" stroke-width="1"/>"#;

#[component]
pub fn TopBar() -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    view! {
        <header class="flex h-12 shrink-0 items-center gap-3 border-b border-rule bg-frame pe-3 ps-4">
            <a href=visit.url("") class="flex items-center gap-2 rounded-md font-semibold tracking-tight text-ink focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent md:w-44" aria-label=words.home>
                <svg viewBox="0 0 24 24" class="h-5 w-5 shrink-0" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true" inner_html=LOGO></svg>
                <span class="text-sm max-md:hidden">"Gantry"</span>
            </a>
            <ClusterName/>
            <SearchBox/>
            <div class="ms-auto flex items-center gap-0.5">
                <a href=visit.url("find") title=words.search aria-label=words.search class=[ICON_BUTTON, "md:hidden"].join(" ")>
                    <Icon glyph=Glyph::Search/>
                </a>
                <span class="flex items-center gap-0.5 max-md:hidden"><ThemeLink/><LanguageLink/></span>
                <a href=visit.url("menu") title=words.menu aria-label=words.menu class=[ICON_BUTTON, "md:hidden"].join(" ")>
                    <Icon glyph=Glyph::Menu/>
                </a>
            </div>
        </header>
    }
}

#[component]
fn ClusterName() -> impl IntoView {
    let visit = visit();
    view! {
        <span class="flex h-8 min-w-0 items-center gap-2 rounded-md border border-edge bg-surface px-2.5 font-medium">
            <span class="inline-flex min-w-0 items-center gap-1.5 whitespace-nowrap">
                <svg viewBox="0 0 8 8" class="h-2 w-2 shrink-0" aria-hidden="true"><circle cx="4" cy="4" r="3.2" class="fill-goodfill"></circle></svg>
                <span class="truncate">{visit.words().local_cluster}</span>
            </span>
        </span>
    }
}

#[component]
fn ThemeLink() -> impl IntoView {
    let visit = visit();
    let (to, word, glyph) = match visit.prefs.theme {
        Theme::Dark => ("light", visit.words().theme_light, Glyph::Moon),
        Theme::Light | Theme::System => ("dark", visit.words().theme_dark, Glyph::Sun),
    };
    view! {
        <a href=prefs_url(&visit, "theme", to) title=word aria-label=word class=ICON_BUTTON>
            <Icon glyph/>
        </a>
    }
}

#[component]
fn LanguageLink() -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let other = match visit.prefs.lang {
        Lang::En => Lang::Zh,
        Lang::Zh => Lang::En,
    };
    // Begins with what is seen, so that it can be called by it.
    let label = format!(
        "{}, {}: {}",
        words.language_short,
        words.language,
        other.words().language_short
    );
    view! {
        <a href=prefs_url(&visit, "lang", other.code()) title=label.clone() aria-label=label class=SMALL_BUTTON>
            <Icon glyph=Glyph::Globe class="h-3.5 w-3.5"/>
            <span>{words.language_short}</span>
        </a>
    }
}

/// The link that changes one preference and comes back here.
fn prefs_url(visit: &Visit, name: &str, value: &str) -> String {
    let query = visit.query.encoded();
    let here = if query.is_empty() {
        visit.path.clone()
    } else {
        format!("{}?{query}", visit.path)
    };
    format!(
        "/prefs?{}",
        Pairs::default()
            .with(name, Some(value))
            .with("back", Some(&here))
            .encoded()
    )
}

#[component]
pub fn Rail(wide: bool) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let width = if wide { "w-52" } else { "w-13" };
    let (toggle, to) = if wide {
        (words.collapse_navigation, "0")
    } else {
        (words.expand_navigation, "1")
    };
    let foot = if wide {
        "h-11 gap-2 ps-4 pe-2"
    } else {
        "justify-center py-2"
    };
    view! {
        <aside class=["flex shrink-0 flex-col border-e border-rule bg-frame max-md:hidden", width].join(" ")>
            <nav aria-label=words.navigation class="flex flex-1 flex-col gap-px overflow-y-auto px-2 py-3">
                {navigation().map(|nav| view! { <RailLink nav wide/> }).collect_view()}
            </nav>
            <div class=["flex items-center border-t border-rule text-[0.6875rem] leading-4 text-ink3", foot].join(" ")>
                {wide.then(|| view! { <span class="truncate">{concat!("Gantry ", env!("CARGO_PKG_VERSION"))}</span> })}
                <a href=prefs_url(&visit, "rail", to) title=toggle aria-label=toggle class=[SMALL_ICON_BUTTON, if wide { "ms-auto" } else { "" }].join(" ")>
                    <Icon glyph=Glyph::Panel class="h-3.5 w-3.5"/>
                </a>
            </div>
        </aside>
    }
}

fn navigation() -> impl Iterator<Item = &'static Nav> {
    PAGES.iter().filter_map(|page| page.nav.as_ref())
}

#[component]
fn RailLink(nav: &'static Nav, wide: bool) -> impl IntoView {
    let visit = visit();
    let word = (nav.word)(visit.words());
    let here = is_here(nav, &visit);
    let tone = if here {
        "bg-surface font-medium text-ink ring-1 ring-rule"
    } else {
        "text-ink2 hover:bg-hover hover:text-ink"
    };
    let place = if wide { "px-2" } else { "justify-center" };
    let class = ["relative flex h-7 shrink-0 items-center gap-2.5 rounded-md focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent", place, tone].join(" ");
    view! {
        {nav.rule.then(|| view! { <hr class="mx-2 my-2 border-rule"/> })}
        <a href=visit.url(nav.rest) aria-current=here.then_some("page") title=(!wide).then_some(word) aria-label=(!wide).then_some(word) class=class>
            <Icon glyph=nav.glyph class=if here { "h-4 w-4 text-ink" } else { "h-4 w-4 text-ink3" }/>
            {wide.then(|| view! { <span class="truncate">{word}</span> })}
        </a>
    }
}

/// A page below a line of the rail belongs to it; the overview has only itself.
fn is_here(nav: &Nav, visit: &Visit) -> bool {
    let own = visit.url(nav.rest);
    visit.path == own || (!nav.rest.is_empty() && visit.path.starts_with(&format!("{own}/")))
}

/// GET /c/{cluster}/menu: the rail and the preferences, for a phone.
pub async fn menu(visit: Arc<Visit>) -> PageResult {
    Ok(Reply::page(visit.words().menu, || view! { <MenuPage/> }))
}

#[component]
fn MenuPage() -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    view! {
        <div class="flex min-h-full flex-col gap-4 px-6 py-5 max-md:p-4">
            <h1 class="text-lg leading-7 font-semibold tracking-tight">{words.menu}</h1>
            <nav aria-label=words.navigation class="flex flex-col gap-px">
                {navigation().map(|nav| view! {
                    <a href=visit.url(nav.rest) class="flex h-10 items-center gap-2.5 rounded-md px-2 text-ink hover:bg-hover focus-visible:outline-2 focus-visible:outline-offset-2 focus-visible:outline-accent">
                        <Icon glyph=nav.glyph class="h-4 w-4 text-ink3"/>
                        <span class="truncate">{(nav.word)(visit.words())}</span>
                    </a>
                }).collect_view()}
            </nav>
            <div class="flex items-center gap-2 border-t border-rule pt-3"><ThemeLink/><LanguageLink/></div>
        </div>
    }
}
