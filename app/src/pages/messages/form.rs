//! The form of the look-up page, and its ready-made time ranges.

use leptos::prelude::*;

use crate::components::banner::{Banner, BannerTone};
use crate::components::button::{ButtonKind, SubmitButton};
use crate::components::chip::Chip;
use crate::components::field::{FieldSpec, TextField};
use crate::components::icon::Glyph;
use crate::error::AppError;
use crate::format;
use crate::ssr::{Visit, visit};

#[component]
pub fn LookUpForm(refused: Option<AppError>) -> impl IntoView {
    let visit = visit();
    let words = visit.words();
    let page = &words.messages_page;
    let asked = |name: &'static str, label: &'static str| FieldSpec {
        name,
        label,
        value: visit.query.get(name).unwrap_or_default().to_owned(),
        error: message_at(refused.as_ref(), name),
        mono: true,
        ..FieldSpec::default()
    };
    let topic = FieldSpec {
        placeholder: page.topic_placeholder,
        mono: false,
        ..asked("topic", words.common.topic)
    };
    let elsewhere = refused
        .clone()
        .filter(|error| !FIELDS.contains(&error.field.as_deref().unwrap_or_default()));
    let error = |name: &str| message_at(refused.as_ref(), name);
    let from = FieldSpec {
        hint: Some((page.zone_hint)(&format::zone(&visit.viewer()))),
        error: error("from"),
        ..time_field(&visit, ("from", "from_local"), page.from)
    };
    let to = FieldSpec {
        error: error("to"),
        ..time_field(&visit, ("to", "to_local"), page.to)
    };
    view! {
        <form action=visit.url("messages") aria-label=page.form class="grid grid-cols-2 items-start gap-x-3 gap-y-2 md:max-xl:grid-cols-4 xl:grid-cols-[minmax(0,1.5fr)_minmax(0,1.5fr)_minmax(0,1fr)_10.5rem_10.5rem_4.5rem_7rem_auto]">
            <TextField field=topic/>
            <TextField field=asked("key", words.common.key)/>
            <TextField field=asked("tag", words.common.tag)/>
            <TextField field=from/>
            <TextField field=to/>
            <TextField field=asked("queue", words.common.queue)/>
            <TextField field=asked("offset", words.common.offset)/>
            <div class="pt-5"><SubmitButton label=page.search kind=ButtonKind::Primary glyph=Glyph::Search/></div>
        </form>
        {elsewhere.map(|error| view! { <Banner tone=BannerTone::Bad title=error.message evidence=error.action.unwrap_or_default()/> })}
    }
}

/// The fields that can show a message themselves.
const FIELDS: [&str; 7] = ["topic", "key", "tag", "from", "to", "queue", "offset"];

fn message_at(refused: Option<&AppError>, name: &str) -> Option<String> {
    let error = refused.filter(|error| error.field.as_deref() == Some(name))?;
    Some(match &error.action {
        Some(action) => format!("{} {action}", error.message),
        None => error.message.clone(),
    })
}

/// The address carries UTC under one name, the field the viewer's wall clock under another.
fn time_field(
    visit: &Visit,
    (name, field): (&str, &'static str),
    label: &'static str,
) -> FieldSpec {
    let viewer = visit.viewer();
    let asked = visit.query.get(name).unwrap_or_default();
    FieldSpec {
        name: field,
        label,
        value: format::parse_time(asked, &viewer)
            .map_or_else(|| asked.to_owned(), |at| format::field(at, &viewer)),
        placeholder: "2026-11-20 14:32:00",
        mono: true,
        ..FieldSpec::default()
    }
}

/// Ranges that end now, as links.
#[component]
pub fn Ranges() -> impl IntoView {
    let visit = visit();
    let words = &visit.words().messages_page;
    let base = visit
        .query
        .with("cursor", None)
        .with("from", None)
        .with("to", None)
        .with("since", None);
    let asked = |name: &str| visit.query.filled(name);
    let ranged = asked("from").is_some() || asked("to").is_some();
    let chips = [
        (words.last_15m, Some("15m")),
        (words.last_1h, Some("1h")),
        (words.last_6h, Some("6h")),
        (words.last_24h, Some("24h")),
        (words.all_kept, None),
    ]
    .into_iter()
    .map(|(label, span)| {
        let href = format!("{}?{}", visit.path, base.with("since", span).encoded());
        view! { <Chip href label on=!ranged && asked("since") == span/> }
    })
    .collect_view();
    view! { <nav aria-label=words.range class="flex flex-wrap items-center gap-1.5">{chips}</nav> }
}
