//! Table: head, rows, cells. Numbers right and tabular; the sorted head carries an arrow and `aria-sort`.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};
use super::style::{FOCUS, T11, classes};

const HEAD: &str = "h-8 border-b border-rule bg-sunken px-3 max-sm:px-2 first:ps-4 last:pe-4 font-medium whitespace-nowrap text-ink3";
const CELL: &str = "h-7 border-b border-rule px-3 max-sm:px-2 group-last:border-b-0 first:ps-4 last:pe-4 whitespace-nowrap";

#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    #[default]
    Text,
    Number,
}

impl Align {
    const fn class(self) -> &'static str {
        match self {
            Self::Text => "text-left",
            Self::Number => "text-right tabular-nums",
        }
    }
}

/// The link in a sortable head.
#[derive(Clone)]
pub struct SortLink {
    pub href: String,
    /// `Some(true)` when the rows are in descending order of this column.
    pub sorted: Option<bool>,
}

#[derive(Clone, Default)]
pub struct Column {
    pub title: &'static str,
    pub align: Align,
    pub sort: Option<SortLink>,
    /// Width or where it is hidden; the same string goes to the column's cells.
    pub class: &'static str,
}

impl Column {
    #[must_use]
    pub fn text(title: &'static str) -> Self {
        Self {
            title,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn number(title: &'static str) -> Self {
        Self {
            title,
            align: Align::Number,
            ..Self::default()
        }
    }

    #[must_use]
    pub fn class(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    #[must_use]
    pub fn sort(self, sort: SortLink) -> Self {
        Self {
            sort: Some(sort),
            ..self
        }
    }
}

#[component]
pub fn Table(
    caption: &'static str,
    columns: Vec<Column>,
    /// Names the rows for live updates.
    #[prop(optional)]
    rows: Option<&'static str>,
    /// Facts whose columns say themselves what they are need no head on screen.
    #[prop(optional)]
    headless: bool,
    /// Rows without links: the table itself takes the focus, so that the keyboard can scroll it.
    #[prop(optional)]
    plain: bool,
    children: Children,
) -> impl IntoView {
    let head = columns
        .into_iter()
        .map(|column| view! { <HeadCell column headless/> })
        .collect_view();
    view! {
        <div class="overflow-x-auto focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent" tabindex=plain.then_some("0") role=plain.then_some("region") aria-label=plain.then_some(caption)>
            <table class="w-full border-collapse">
                <caption class="sr-only">{caption}</caption>
                <thead class=headless.then_some("sr-only")><tr>{head}</tr></thead>
                <tbody data-rows=rows>{children()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn HeadCell(column: Column, headless: bool) -> impl IntoView {
    let sorted = column.sort.as_ref().and_then(|sort| sort.sorted);
    let order = sorted.map(|descending| {
        if descending {
            "descending"
        } else {
            "ascending"
        }
    });
    let class = if headless {
        String::new()
    } else {
        classes(&[HEAD, T11, column.align.class(), column.class])
    };
    let title = match column.sort {
        None => column.title.into_any(),
        Some(sort) => view! { <SortHead title=column.title sort/> }.into_any(),
    };
    view! { <th scope="col" aria-sort=order class=class>{title}</th> }
}

#[component]
fn SortHead(title: &'static str, sort: SortLink) -> impl IntoView {
    let tone = if sort.sorted.is_some() {
        "text-ink"
    } else {
        "hover:text-ink"
    };
    let arrow = sort.sorted.map(|descending| {
        let glyph = if descending {
            Glyph::ArrowDown
        } else {
            Glyph::ArrowUp
        };
        view! { <Icon glyph class="h-3 w-3"/> }
    });
    view! {
        <a href=sort.href class=classes(&["inline-flex items-center gap-0.5 rounded-sm hover:underline", tone, FOCUS])>{title}{arrow}</a>
    }
}

#[component]
pub fn Row(
    /// The same row keeps the same key through live updates.
    #[prop(optional, into)]
    key: Option<String>,
    children: Children,
) -> impl IntoView {
    view! { <tr class="group hover:bg-hover" data-key=key>{children()}</tr> }
}

#[component]
pub fn Cell(
    #[prop(optional)] align: Align,
    #[prop(optional)] class: &'static str,
    children: Children,
) -> impl IntoView {
    view! { <td class=classes(&[CELL, align.class(), class])>{children()}</td> }
}

/// A cell with a number.
#[component]
pub fn NumberCell(#[prop(optional)] class: &'static str, children: Children) -> impl IntoView {
    view! { <Cell align=Align::Number class>{children()}</Cell> }
}
