//! Code: something to paste, with a copy button; strings and keywords are coloured.

use leptos::prelude::*;

use super::copy::CopyButton;
use crate::ssr::visit;

const KEYWORDS: &[&str] = &[
    "import", "public", "class", "static", "void", "new", "throws", "package", "func", "return",
    "if", "err", "nil", "const", "await", "async", "function", "require",
];

#[component]
pub fn Code(#[prop(into)] source: String) -> impl IntoView {
    let visit = visit();
    let marked = mark(&source)
        .into_iter()
        .map(|(kind, text)| match kind {
            Token::Plain => text.to_owned().into_any(),
            Token::Keyword => view! { <span class="text-s3">{text.to_owned()}</span> }.into_any(),
            Token::Text => view! { <span class="text-good">{text.to_owned()}</span> }.into_any(),
            Token::Comment => view! { <span class="text-ink3">{text.to_owned()}</span> }.into_any(),
        })
        .collect_view();
    view! {
        <div class="flex items-start rounded-md border border-rule bg-sunken">
            <pre tabindex="0" class="min-w-0 flex-1 overflow-x-auto px-3 py-2.5 font-mono text-xs leading-5 text-ink focus-visible:outline-2 focus-visible:outline-accent">{marked}</pre>
            <span class="shrink-0 py-1 pe-1.5"><CopyButton text=source what=String::new() lang=visit.prefs.lang/></span>
        </div>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Plain,
    Keyword,
    Text,
    Comment,
}

/// Cuts a source into tokens. Good enough for the snippets of this console, and total: every byte comes out once.
fn mark(source: &str) -> Vec<(Token, &str)> {
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let (kind, len) = match first {
            '"' | '\'' | '`' => (Token::Text, quoted_len(rest, first)),
            '/' if rest.starts_with("//") => (Token::Comment, line_len(rest)),
            '#' => (Token::Comment, line_len(rest)),
            c if c.is_ascii_alphabetic() => word(rest),
            _ => (
                Token::Plain,
                rest.find(|c: char| "\"'`/#".contains(c) || c.is_ascii_alphabetic())
                    .filter(|at| *at > 0)
                    .unwrap_or(first.len_utf8()),
            ),
        };
        let (token, after) = rest.split_at(len);
        tokens.push((kind, token));
        rest = after;
    }
    tokens
}

fn word(rest: &str) -> (Token, usize) {
    let len = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(rest.len());
    (
        if KEYWORDS.contains(&&rest[..len]) {
            Token::Keyword
        } else {
            Token::Plain
        },
        len,
    )
}

fn line_len(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// Up to the closing quote on the same line; an open one ends with its line.
fn quoted_len(rest: &str, quote: char) -> usize {
    let line = line_len(rest);
    rest[1..line].find(quote).map_or(line.max(1), |at| at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_out_once() {
        for source in [
            "var x = new Y(\"a\"); // c",
            "# 注释\nmqadmin -p 'Hello, 世界' -x",
            "'open",
            "\"\"",
            "a/b /",
            "`x`",
        ] {
            assert_eq!(
                mark(source)
                    .iter()
                    .map(|(_, text)| *text)
                    .collect::<String>(),
                source
            );
        }
    }

    #[test]
    fn strings_keywords_and_comments_are_told_apart() {
        let tokens = mark("new Y(\"a\"); // new");
        assert_eq!(tokens.first(), Some(&(Token::Keyword, "new")));
        assert!(tokens.contains(&(Token::Text, "\"a\"")));
        assert_eq!(tokens.last(), Some(&(Token::Comment, "// new")));
    }
}
