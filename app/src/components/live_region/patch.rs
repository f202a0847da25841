//! Puts what changed from a fresh copy of the page into the page on screen.

use wasm_bindgen::JsCast;
use web_sys::{Element, NodeList};

/// False when the fresh page has another shape, so that it must be loaded as a whole.
pub(super) fn apply(old: &Element, new: &Element) -> bool {
    if old.get_attribute("data-shape") != new.get_attribute("data-shape") {
        return false;
    }
    for part in elements(new.query_selector_all("[data-part]").ok()) {
        if let Some(shown) = named(old, "data-part", &part) {
            replace_content(&shown, &part);
        }
    }
    for rows in elements(new.query_selector_all("[data-rows]").ok()) {
        if let Some(shown) = named(old, "data-rows", &rows) {
            sync_rows(&shown, &rows);
        }
    }
    true
}

fn elements(list: Option<NodeList>) -> Vec<Element> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length())
        .filter_map(|index| list.get(index)?.dyn_into().ok())
        .collect()
}

fn children(of: &Element) -> Vec<Element> {
    let list = of.children();
    (0..list.length())
        .filter_map(|index| list.item(index))
        .collect()
}

/// The element of `root` that carries the same name as `like`. Names are ours: they need no escaping.
fn named(root: &Element, attribute: &str, like: &Element) -> Option<Element> {
    let name = like.get_attribute(attribute)?;
    root.query_selector(&format!("[{attribute}=\"{name}\"]"))
        .ok()?
}

fn replace_content(shown: &Element, fresh: &Element) {
    let html = fresh.inner_html();
    if shown.inner_html() != html && !is_used(shown, ":focus-within") {
        shown.set_inner_html(&html);
    }
}

fn is_used(element: &Element, how: &str) -> bool {
    element.matches(how).unwrap_or(false)
}

fn sync_rows(shown: &Element, fresh: &Element) {
    let (old, new) = (children(shown), children(fresh));
    let key = |row: &Element| row.get_attribute("data-key");
    let same_order = old.len() == new.len() && old.iter().zip(&new).all(|(a, b)| key(a) == key(b));
    let held = is_used(shown, ":hover") || is_used(shown, ":focus-within");
    if same_order || held {
        for row in &old {
            if let Some(with) = new.iter().find(|with| key(with) == key(row)) {
                sync_cells(row, with);
            }
        }
        return;
    }
    for row in &old {
        match new.iter().find(|with| key(with) == key(row)) {
            Some(with) => sync_cells(row, with),
            None => row.remove(),
        }
    }
    for with in &new {
        let row = old.iter().find(|row| key(row) == key(with)).unwrap_or(with);
        // Appending moves a row that is already there, so the list ends in the fresh order.
        shown.append_child(row).ok();
    }
}

fn sync_cells(row: &Element, fresh: &Element) {
    let (old, new) = (children(row), children(fresh));
    if old.len() == new.len() {
        old.iter()
            .zip(&new)
            .for_each(|(cell, with)| replace_content(cell, with));
    }
}
