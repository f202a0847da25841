//! The body of a message as JSON tree, text or hex, and how much of it is shown.

use console::message::{Body, Compression, MessageDetail, Shape};
use leptos::prelude::*;

use super::json::{self, Tree};
use crate::components::button::{ButtonKind, ButtonSize, LinkButton};
use crate::components::copy::CopyButton;
use crate::components::icon::Glyph;
use crate::components::panel::{Empty, Panel};
use crate::components::segments::{Segment, Segments};
use crate::components::style::{T12, classes};
use crate::format;
use crate::ssr::{Visit, segment, visit};
use crate::text::Message;

/// A page shows so much text; the download has all of it.
const TEXT_SHOWN_MAX: usize = 64 * 1024;
/// Lines of 16 bytes.
const HEX_SHOWN_MAX: usize = 4 * 1024;
/// Above this a copy of the body would double the page.
const COPIED_MAX: usize = 16 * 1024;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Json,
    Text,
    Hex,
}

/// The looks a body offers, the best first.
fn looks(shape: Shape) -> &'static [Look] {
    match shape {
        Shape::Empty => &[],
        Shape::Json => &[Look::Json, Look::Text, Look::Hex],
        Shape::Text => &[Look::Text, Look::Hex],
        Shape::Binary => &[Look::Hex],
    }
}

/// How a downloaded body's file name ends.
pub(super) const fn extension(shape: Shape) -> &'static str {
    match shape {
        Shape::Json => "json",
        Shape::Text => "txt",
        Shape::Binary | Shape::Empty => "bin",
    }
}

/// What was asked for if the body offers it, else its best look.
fn look_of(visit: &Visit, shape: Shape) -> Option<Look> {
    let asked = match visit.query.get("body") {
        Some("json") => Some(Look::Json),
        Some("text") => Some(Look::Text),
        Some("hex") => Some(Look::Hex),
        _ => None,
    };
    let offered = looks(shape);
    asked
        .filter(|look| offered.contains(look))
        .or(offered.first().copied())
}

#[component]
pub fn BodyPanel(message: MessageDetail) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().message;
    let body = message.body;
    let look = look_of(&visit, body.shape);
    let shown = match look {
        None => view! { <Empty title=words.body_empty hint=words.body_empty_hint/> }.into_any(),
        Some(Look::Json) => view! { <JsonLook body=body.clone()/> }.into_any(),
        Some(Look::Text) => view! { <TextLook body=body.clone()/> }.into_any(),
        Some(Look::Hex) => view! { <HexLook body=body.clone()/> }.into_any(),
    };
    let tools = look
        .map(|look| view! { <Tools id=message.id body=body.clone() look/> }.into_any())
        .unwrap_or_else(|| ().into_any());
    let note = (body.compression == Compression::Unreadable).then_some(words.body_undecodable);
    view! {
        <Panel title=words.body hint=summary(words, &body) tools>
            {note.map(|note| view! { <p class="border-b border-rule bg-warnsoft px-4 py-2 text-warn">{note}</p> })}
            {shown}
        </Panel>
    }
}

/// `734 B, UTF-8 JSON, 210 B stored, LZ4`.
fn summary(words: &Message, body: &Body) -> String {
    let kind = match body.shape {
        Shape::Empty => return format::bytes(0),
        Shape::Json => words.body_kind_json,
        Shape::Text => words.body_kind_text,
        Shape::Binary => words.body_kind_binary,
    };
    let size = body.len.map_or_else(
        || format!("> {}", format::bytes(body.bytes.len() as u64)),
        format::bytes,
    );
    let said = (words.body_sub)(&size, kind);
    let how = match body.compression {
        Compression::None | Compression::Unreadable => return said,
        Compression::Lz4 => "LZ4",
        Compression::Zstd => "Zstandard",
        Compression::Zlib => "zlib",
    };
    (words.body_sub)(
        &said,
        &(words.body_compressed)(&format::bytes(body.stored_len), how),
    )
}

#[component]
fn Tools(id: String, body: Body, look: Look) -> impl IntoView {
    let visit = visit();
    let words = &visit.words().message;
    let offered = looks(body.shape);
    let items = offered
        .iter()
        .map(|offer| {
            let (label, value) = match offer {
                Look::Json => (words.json, "json"),
                Look::Text => (words.text, "text"),
                Look::Hex => (words.hex, "hex"),
            };
            Segment {
                label,
                href: visit.here_with("body", Some(value)),
                on: *offer == look,
            }
        })
        .collect();
    let text = std::str::from_utf8(&body.bytes)
        .ok()
        .filter(|text| !body.cut && text.len() <= COPIED_MAX)
        .map(str::to_owned);
    let several = offered.len() > 1;
    let href = visit.url(&format!("messages/{}/body", segment(&id)));
    view! {
        {several.then(|| view! { <Segments label=words.body_views items/> })}
        {text.map(|text| view! { <CopyButton text what=words.body.to_owned() lang=visit.prefs.lang/> })}
        <LinkButton href label=words.download kind=ButtonKind::Ghost size=ButtonSize::SmallIcon glyph=Glyph::Download/>
    }
}

#[component]
fn CutNote(shown: usize, body: Body) -> impl IntoView {
    let words = &visit().words().message;
    let whole = body.len.unwrap_or(body.bytes.len() as u64);
    let cut = (shown as u64) < whole || body.cut;
    cut.then(|| {
        let note = (words.body_cut)(&format::bytes(shown as u64), &format::bytes(whole));
        view! { <p class=classes(&["border-t border-rule bg-sunken px-4 py-1.5 text-ink3", T12])>{note}</p> }
    })
}

#[component]
fn JsonLook(body: Body) -> impl IntoView {
    let parsed = std::str::from_utf8(&body.bytes).ok().and_then(json::parse);
    match parsed {
        Some(node) => view! { <div class="overflow-x-auto px-3 py-2 font-mono text-xs leading-6"><Tree node/></div> }.into_any(),
        None => view! { <p class="border-b border-rule px-4 py-2 text-ink3">{visit().words().message.body_too_deep}</p><TextLook body/> }.into_any(),
    }
}

#[component]
fn TextLook(body: Body) -> impl IntoView {
    let text = String::from_utf8_lossy(&body.bytes);
    let end = text.floor_char_boundary(TEXT_SHOWN_MAX);
    let shown = text[..end].to_owned();
    view! {
        <pre tabindex="0" class="max-h-[32rem] overflow-auto px-4 py-3 font-mono text-xs leading-5 break-words whitespace-pre-wrap text-ink focus-visible:outline-2 focus-visible:outline-accent">{shown}</pre>
        <CutNote shown=end body/>
    }
}

#[component]
fn HexLook(body: Body) -> impl IntoView {
    let shown = body.bytes.len().min(HEX_SHOWN_MAX);
    let lines = body.bytes[..shown]
        .chunks(16)
        .enumerate()
        .map(|(line, bytes)| hex_line(line * 16, bytes))
        .collect::<Vec<_>>()
        .join("\n");
    view! {
        <pre tabindex="0" class="max-h-[32rem] overflow-auto px-4 py-3 font-mono text-xs leading-5 text-ink focus-visible:outline-2 focus-visible:outline-accent">{lines}</pre>
        <CutNote shown body/>
    }
}

/// `00000010  7b 22 …  {"…`
fn hex_line(at: usize, bytes: &[u8]) -> String {
    let hex: String = bytes
        .iter()
        .enumerate()
        .map(|(index, byte)| format!("{}{byte:02x}", if index == 8 { "  " } else { " " }))
        .collect();
    let text: String = bytes
        .iter()
        .map(|byte| {
            if byte.is_ascii_graphic() || *byte == b' ' {
                char::from(*byte)
            } else {
                '.'
            }
        })
        .collect();
    format!("{at:08x} {hex:<49}  {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_hex_lines_up() {
        let full = hex_line(16, b"{\"order_id\": 42}");
        let short = hex_line(32, b"\x00a");
        assert_eq!(
            full,
            "00000010  7b 22 6f 72 64 65 72 5f  69 64 22 3a 20 34 32 7d  {\"order_id\": 42}"
        );
        assert_eq!(short.find(".a"), full.find("{\"order"));
    }

    #[test]
    fn a_body_offers_only_what_it_is() {
        assert_eq!(looks(Shape::Json).len(), 3);
        assert!(!looks(Shape::Text).contains(&Look::Json));
        assert!(looks(Shape::Empty).is_empty());
    }
}
