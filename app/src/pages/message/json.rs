//! A JSON body as a tree that opens and closes without JavaScript.
//!
//! `serde_json` says whether it is JSON; the tree is then cut out of the text itself, so that keys keep their order, repeated
//! keys stay, and numbers show exactly the digits that were sent.

use leptos::prelude::*;
use serde::de::IgnoredAny;

use crate::components::icon::{Glyph, Icon};
use crate::ssr::visit;

/// More lines than anybody reads; the text and the download have the rest.
const NODES_MAX: usize = 1_500;
/// Deeper nesting is shown as text: a tree is drawn by recursion.
const DEPTH_MAX: usize = 64;
/// Members deeper than this start closed.
const OPEN_DEPTH: usize = 2;
/// Longer objects and arrays start closed, but for the outermost.
const OPEN_LEN: usize = 12;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    Object(Vec<(String, Self)>),
    Array(Vec<Self>),
    Text(String),
    /// A number, `true`, `false` or `null`, as it was sent.
    Word(String),
}

/// The tree of a text that is JSON and not nested too deep for one.
pub(super) fn parse(text: &str) -> Option<Node> {
    serde_json::from_str::<IgnoredAny>(text).ok()?;
    Reader {
        rest: text.trim(),
        depth: 0,
    }
    .value()
}

/// Reads what is known to be JSON.
struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Option<Node> {
        match self.rest.chars().next()? {
            '{' | '[' => self.nested(),
            '"' => Some(Node::Text(self.text()?.to_owned())),
            _ => {
                let end = self
                    .rest
                    .find([',', '}', ']', ' ', '\n', '\r', '\t'])
                    .unwrap_or(self.rest.len());
                Some(Node::Word(self.take(end).to_owned()))
            }
        }
    }

    fn nested(&mut self) -> Option<Node> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return None;
        }
        let node = if self.rest.starts_with('{') {
            self.object()
        } else {
            self.array()
        };
        self.depth -= 1;
        node
    }

    fn object(&mut self) -> Option<Node> {
        let mut members = Vec::new();
        self.skip("{");
        while !self.rest.starts_with('}') {
            let name = self.text()?.to_owned();
            self.skip(":");
            members.push((name, self.value()?));
            self.skip(",");
        }
        self.skip("}");
        Some(Node::Object(members))
    }

    fn array(&mut self) -> Option<Node> {
        let mut items = Vec::new();
        self.skip("[");
        while !self.rest.starts_with(']') {
            items.push(self.value()?);
            self.skip(",");
        }
        self.skip("]");
        Some(Node::Array(items))
    }

    /// A string with its quotes and escapes, as it was sent.
    fn text(&mut self) -> Option<&'a str> {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find_map(|(at, c)| {
            let end = c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            end.then_some(at)
        })?;
        Some(self.take(end + 1))
    }

    fn take(&mut self, len: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(len);
        self.rest = rest.trim_start();
        taken
    }

    fn skip(&mut self, mark: &str) {
        self.rest = self.rest.trim_start();
        self.rest = self
            .rest
            .strip_prefix(mark)
            .unwrap_or(self.rest)
            .trim_start();
    }
}

#[component]
pub fn Tree(node: Node) -> impl IntoView {
    let mut left = NODES_MAX;
    draw(None, node, 0, &mut left)
}

fn name_view(name: Option<&str>) -> AnyView {
    match name {
        Some(name) => view! { <span class="text-ink2">{plain_name(name)}</span><span class="text-ink3">": "</span> }.into_any(),
        None => ().into_any(),
    }
}

/// A name without its quotes where that cannot be misread.
fn plain_name(name: &str) -> String {
    let inner = name.trim_matches('"');
    if !inner.is_empty()
        && inner
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.".contains(c))
    {
        inner.to_owned()
    } else {
        name.to_owned()
    }
}

fn draw(name: Option<String>, node: Node, depth: usize, left: &mut usize) -> AnyView {
    *left = left.saturating_sub(1);
    let counts = &visit().words().message;
    match node {
        Node::Text(text) => leaf(name.as_deref(), text, "text-good"),
        Node::Word(word) => leaf(name.as_deref(), word, "text-warn"),
        Node::Object(members) => {
            let count = (counts.keys_n)(members.len() as u64);
            branch(
                Branch {
                    name,
                    open: "{",
                    close: "}",
                    count,
                    depth,
                },
                members
                    .into_iter()
                    .map(|(name, node)| (Some(name), node))
                    .collect(),
                left,
            )
        }
        Node::Array(items) => {
            let count = (counts.items_n)(items.len() as u64);
            branch(
                Branch {
                    name,
                    open: "[",
                    close: "]",
                    count,
                    depth,
                },
                items.into_iter().map(|node| (None, node)).collect(),
                left,
            )
        }
    }
}

fn leaf(name: Option<&str>, value: String, class: &'static str) -> AnyView {
    view! {
        <div class="flex">
            <span class="w-4 shrink-0"></span>
            <span class="min-w-0 break-words">{name_view(name)}<span class=class>{value}</span></span>
        </div>
    }
    .into_any()
}

struct Branch {
    name: Option<String>,
    open: &'static str,
    close: &'static str,
    count: String,
    depth: usize,
}

fn branch(of: Branch, children: Vec<(Option<String>, Node)>, left: &mut usize) -> AnyView {
    let Branch {
        name,
        open,
        close,
        count,
        depth,
    } = of;
    let is_open = depth == 0 || (depth < OPEN_DEPTH && children.len() <= OPEN_LEN);
    let whole = children.len();
    let mut drawn = Vec::new();
    for (name, node) in children {
        if *left == 0 {
            break;
        }
        drawn.push(draw(name, node, depth + 1, left));
    }
    let missing = (whole - drawn.len()) as u64;
    let note = (missing > 0).then(|| view! { <div class="ps-4 text-ink3">{(visit().words().message.more_items)(missing)}</div> });
    view! {
        <details open=is_open class="[&[open]>summary_.when-closed]:hidden [&:not([open])>summary_.when-open]:hidden">
            <summary class="flex h-6 cursor-pointer list-none items-center rounded-sm hover:bg-hover focus-visible:outline-2 focus-visible:outline-accent [&::-webkit-details-marker]:hidden">
                <span class="w-4 shrink-0 text-ink3">
                    <span class="when-closed"><Icon glyph=Glyph::Right class="h-3 w-3"/></span>
                    <span class="when-open"><Icon glyph=Glyph::Down class="h-3 w-3"/></span>
                </span>
                <span class="min-w-0 truncate">
                    {name_view(name.as_deref())}
                    <span class="text-ink3">{open} " " <span>{count.clone()}</span> <span class="when-closed">" " {close}</span></span>
                </span>
            </summary>
            <div class="ms-1.5 border-s border-rule ps-2.5">{drawn.into_iter().collect_view()}{note}</div>
            <div class="ps-4 text-ink3">{close}</div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Node {
        Node::Word(text.to_owned())
    }

    #[test]
    fn order_repeats_and_digits_stay_as_sent() {
        let Some(Node::Object(members)) =
            parse(r#" {"b":1.50,"a":12345678901234567890123,"b":null} "#)
        else {
            panic!("an object")
        };
        let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["\"b\"", "\"a\"", "\"b\""]);
        assert_eq!(members[0].1, word("1.50"));
        assert_eq!(members[1].1, word("12345678901234567890123"));
    }

    #[test]
    fn strings_with_quotes_brackets_and_escapes_are_one_value() {
        let parsed = parse(r#"["a\"],{", "\\", "订单"]"#);
        let text = |text: &str| Node::Text(text.to_owned());
        assert_eq!(
            parsed,
            Some(Node::Array(vec![
                text(r#""a\"],{""#),
                text(r#""\\""#),
                text("\"订单\"")
            ]))
        );
    }

    #[test]
    fn empty_and_nested() {
        assert_eq!(parse("{}"), Some(Node::Object(vec![])));
        assert_eq!(
            parse("[ [ ] , true ]"),
            Some(Node::Array(vec![Node::Array(vec![]), word("true")]))
        );
        assert_eq!(parse("7"), Some(word("7")));
    }

    #[test]
    fn what_is_no_json_is_no_tree() {
        for text in ["", "{", "{\"a\":}", "[1,]", "hello", "{\"a\":1} x"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_has_a_bound() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(DEPTH_MAX)).is_some());
        assert_eq!(parse(&nested(DEPTH_MAX + 1)), None);
        assert_eq!(parse(&nested(100_000)), None);
        assert_eq!(parse(&"[".repeat(100_000)), None);
    }
}
