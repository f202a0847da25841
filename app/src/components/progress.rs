//! Progress: a share as a bar, drawn with SVG geometry. The number always stands beside it.

use leptos::prelude::*;

#[component]
pub fn ShareBar(
    /// 0 to 100.
    percent: f64,
    #[prop(default = "h-1.5 w-16 shrink-0 overflow-hidden rounded-full")] class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=class aria-hidden="true">
            <rect width="100%" height="100%" class="fill-rule"/>
            <rect width=format!("{:.2}%", percent.clamp(0.0, 100.0)) height="100%" class="fill-s1"/>
        </svg>
    }
}
