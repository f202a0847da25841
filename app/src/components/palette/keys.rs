//! The palette's keys and clicks. No single key works while a field is being typed into, and none changes anything.

use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use super::search::Search;

type Dialog = NodeRef<html::Dialog>;

/// Ctrl K (or the command key) anywhere, and / outside of fields, open the palette.
pub(super) fn listen(dialog: Dialog, input: NodeRef<html::Input>) {
    let handle = window_event_listener(leptos::ev::keydown, move |ev| {
        let find = (ev.ctrl_key() || ev.meta_key()) && ev.key().eq_ignore_ascii_case("k");
        let slash =
            ev.key() == "/" && !ev.ctrl_key() && !ev.meta_key() && !ev.alt_key() && !in_field(&ev);
        if find || slash {
            ev.prevent_default();
            open(dialog, input);
        }
    });
    on_cleanup(move || handle.remove());
}

fn in_field(ev: &KeyboardEvent) -> bool {
    let target = ev
        .target()
        .and_then(|target| target.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|target| {
        target.is_content_editable()
            || ["INPUT", "TEXTAREA", "SELECT"].contains(&target.tag_name().as_str())
    })
}

fn open(dialog: Dialog, input: NodeRef<html::Input>) {
    if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
        dialog.show_modal().ok();
    }
    if let Some(input) = input.get_untracked() {
        input.focus().ok();
        input.select();
    }
}

/// A click beside the palette closes it.
pub(super) fn close_outside(ev: &MouseEvent, dialog: Dialog) {
    let Some(dialog) = dialog.get_untracked() else {
        return;
    };
    let beside = ev
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|target| target.is_same_node(Some(&dialog)));
    if beside {
        dialog.close();
    }
}

/// Arrows choose, Enter opens the chosen hit, with Ctrl in a new tab.
pub(super) fn choose(ev: &KeyboardEvent, dialog: Dialog, search: Search) {
    let hits = hits(dialog);
    let last = hits.len().checked_sub(1);
    let now = search.chosen_index().map(|index| index as usize);
    let next = match (ev.key().as_str(), last) {
        ("ArrowDown", Some(last)) => Some(now.map_or(0, |at| if at >= last { 0 } else { at + 1 })),
        ("ArrowUp", Some(last)) => Some(now.map_or(last, |at| at.checked_sub(1).unwrap_or(last))),
        ("Enter", _) => return follow(ev, now.and_then(|at| hits.get(at))),
        _ => return,
    };
    ev.prevent_default();
    for (index, hit) in hits.iter().enumerate() {
        mark(hit, index, next == Some(index));
    }
    search.choose(next.and_then(|index| u32::try_from(index).ok()));
}

fn hits(dialog: Dialog) -> Vec<HtmlElement> {
    let list = dialog
        .get_untracked()
        .and_then(|dialog| dialog.query_selector_all("a[data-hit]").ok());
    let Some(list) = list else { return Vec::new() };
    (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect()
}

/// The chosen option is named by the field and lit.
fn mark(hit: &HtmlElement, index: usize, chosen: bool) {
    hit.set_id(&format!("palette-hit-{index}"));
    hit.set_attribute("aria-selected", if chosen { "true" } else { "false" })
        .ok();
    let classes = hit.class_list();
    classes.toggle_with_force("bg-selected", chosen).ok();
    if chosen {
        hit.scroll_into_view_with_bool(false);
    }
}

fn follow(ev: &KeyboardEvent, hit: Option<&HtmlElement>) {
    let (Some(hit), Some(window)) = (hit, web_sys::window()) else {
        return;
    };
    let Some(href) = hit.get_attribute("href") else {
        return;
    };
    ev.prevent_default();
    if ev.ctrl_key() || ev.meta_key() {
        window.open_with_url_and_target(&href, "_blank").ok();
    } else {
        window.location().set_href(&href).ok();
    }
}
