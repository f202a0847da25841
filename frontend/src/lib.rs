//! The wasm entry: makes the islands of `app` callable by the loader.

// Links the islands in: the loader calls each by its exported name.
use app as _;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
