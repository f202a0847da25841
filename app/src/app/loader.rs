//! Brings the islands to life: imports the hashed module, then calls each island's function in document order.
//! Also tells the server the browser's time zone. Our own instead of `HydrationScripts`: hashed names, and a nonce.

use leptos::nonce::use_nonce;
use leptos::prelude::*;

use crate::ssr::Bundle;

const SCRIPT: &str = include_str!("loader.js");

#[component]
pub fn Loader(bundle: Option<Bundle>) -> impl IntoView {
    bundle.map(|Bundle { js, wasm }| {
        view! {
            <link rel="modulepreload" href=js/>
            <link rel="preload" href=wasm r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=use_nonce() data-js=js data-wasm=wasm id="loader" inner_html=SCRIPT></script>
        }
    })
}
