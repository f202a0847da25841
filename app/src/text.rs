//! Every word a person reads, one table per language. A missing word does not compile.
//!
//! Pages take `visit().words()`; islands reach only `live`, so that the tables never get into the browser's bundle.

#[cfg(feature = "ssr")]
mod en;
pub mod live;
#[cfg(feature = "ssr")]
mod words;
#[cfg(feature = "ssr")]
mod zh;

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub use words::*;

/// The languages of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lang {
    #[default]
    En,
    Zh,
}

impl Lang {
    /// As in the cookie and in `?lang=`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    /// As in `<html lang>`.
    #[must_use]
    pub const fn html(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::En),
            "zh" => Some(Self::Zh),
            _ => None,
        }
    }

    #[cfg(feature = "ssr")]
    #[must_use]
    pub const fn words(self) -> &'static Words {
        match self {
            Self::En => &en::WORDS,
            Self::Zh => &zh::WORDS,
        }
    }

    /// The words that islands may use.
    #[must_use]
    pub const fn live(self) -> &'static live::Live {
        match self {
            Self::En => &live::EN,
            Self::Zh => &live::ZH,
        }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    /// Words a person could read, without the fields that take arguments.
    #[test]
    fn chinese_sentences_have_full_width_punctuation() {
        let words = Lang::Zh.words();
        for sentence in [
            words.not_found_page,
            words.overview_page.step_runs_sync,
            words.find.nothing_hint,
            words.topics_page.empty_hint,
            words.message.groups_none_hint,
        ] {
            assert!(
                !sentence.contains(", ") && !sentence.ends_with('.'),
                "{sentence}"
            );
        }
    }

    #[test]
    fn a_cookie_s_language_is_read_back() {
        for lang in [Lang::En, Lang::Zh] {
            assert_eq!(Lang::parse(lang.code()), Some(lang));
        }
        assert_eq!(Lang::parse("xx"), None);
    }
}
