//! What islands ask of the browser: the clipboard, the server's HTML, the clock.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Document, DomParser, RequestInit, Response, SupportedType};

/// Asks for a page's content without the shell around it.
const FRAGMENT: &str = "gantry-fragment";

/// Puts `text` on the clipboard; false if the browser refuses.
pub(crate) async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    // Absent on pages that are neither HTTPS nor local.
    let clipboard = js_sys::Reflect::get(&window.navigator(), &"clipboard".into())
        .unwrap_or(JsValue::UNDEFINED);
    let Ok(clipboard) = clipboard.dyn_into::<web_sys::Clipboard>() else {
        return false;
    };
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// The content of the page at `url` as a document; `None` if the server does not answer or answers an error.
pub(crate) async fn content(url: &str, signal: Option<&AbortSignal>) -> Option<Document> {
    let options = RequestInit::new();
    options.set_signal(signal);
    let headers = web_sys::Headers::new().ok()?;
    headers.set(FRAGMENT, "1").ok()?;
    options.set_headers(&headers);
    let answer = JsFuture::from(web_sys::window()?.fetch_with_str_and_init(url, &options))
        .await
        .ok()?;
    let answer: Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let html = JsFuture::from(answer.text().ok()?)
        .await
        .ok()?
        .as_string()?;
    DomParser::new()
        .ok()?
        .parse_from_string(&html, SupportedType::TextHtml)
        .ok()
}

/// Milliseconds of the browser's clock, for ages only.
pub(crate) fn now_ms() -> f64 {
    js_sys::Date::now()
}
