//! What a browser remembers of its person: theme, rail, language, time zone. Cookies, set by plain links to `/prefs`.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono_tz::Tz;

use super::form::Pairs;
use crate::text::Lang;

const YEAR_S: u32 = 365 * 24 * 3600;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system prefers.
    System,
    Light,
    Dark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prefs {
    pub theme: Theme,
    pub rail: bool,
    pub lang: Lang,
    pub zone: Tz,
}

impl Prefs {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let lang = cookie(headers, "lang")
            .and_then(Lang::parse)
            .unwrap_or_else(|| accepted(headers));
        Self {
            theme: match cookie(headers, "theme") {
                Some("dark") => Theme::Dark,
                Some("light") => Theme::Light,
                _ => Theme::System,
            },
            rail: cookie(headers, "rail") != Some("0"),
            lang,
            zone: cookie(headers, "zone").and_then(zone).unwrap_or(Tz::UTC),
        }
    }
}

/// GET /prefs?theme=dark&back=/c/local: sets the cookies that are named and valid, then goes back.
pub(super) fn set(query: &Pairs) -> Response {
    let mut response = (
        StatusCode::SEE_OTHER,
        [(header::LOCATION, local(query.get("back").unwrap_or("/")))],
    )
        .into_response();
    for (name, valid) in [
        ("theme", is_theme as fn(&str) -> bool),
        ("rail", is_rail),
        ("lang", is_lang),
        ("zone", is_zone),
    ] {
        let Some(value) = query.get(name).filter(|value| valid(value)) else {
            continue;
        };
        let value = value.replace('/', "%2F");
        let cookie = format!("{name}={value}; Path=/; Max-Age={YEAR_S}; SameSite=Lax");
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
    }
    response
}

fn is_theme(value: &str) -> bool {
    matches!(value, "dark" | "light" | "system")
}

fn is_rail(value: &str) -> bool {
    matches!(value, "0" | "1")
}

fn is_lang(value: &str) -> bool {
    Lang::parse(value).is_some()
}

fn is_zone(value: &str) -> bool {
    zone(value).is_some()
}

fn zone(value: &str) -> Option<Tz> {
    value.replace("%2F", "/").parse().ok()
}

/// A path on this site, or the start page: `//other.host`, `/\other.host` and control characters lead elsewhere.
fn local(back: &str) -> String {
    let plain = back.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if plain && back.starts_with('/') && !back.starts_with("//") {
        back.to_owned()
    } else {
        "/".to_owned()
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// The first of our languages that the browser accepts; English if none.
fn accepted(headers: &HeaderMap) -> Lang {
    let wanted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    wanted
        .split(',')
        .find_map(|tag| Lang::parse(tag.trim().split(['-', ';']).next()?))
        .unwrap_or(Lang::En)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect()
    }

    #[test]
    fn cookies_win_over_the_accepted_language() {
        let prefs = Prefs::read(&headers(&[
            (
                header::COOKIE,
                "theme=dark; rail=0; lang=zh; zone=Asia%2FShanghai",
            ),
            (header::ACCEPT_LANGUAGE, "en"),
        ]));
        assert_eq!(
            prefs,
            Prefs {
                theme: Theme::Dark,
                rail: false,
                lang: Lang::Zh,
                zone: Tz::Asia__Shanghai
            }
        );
    }

    #[test]
    fn nonsense_in_cookies_is_the_default() {
        let prefs = Prefs::read(&headers(&[(
            header::COOKIE,
            "theme=<b>; lang=xx; zone=Mars; rail",
        )]));
        assert_eq!(
            prefs,
            Prefs {
                theme: Theme::System,
                rail: true,
                lang: Lang::En,
                zone: Tz::UTC
            }
        );
    }

    #[test]
    fn the_browser_s_language_is_taken_without_a_cookie() {
        assert_eq!(
            Prefs::read(&headers(&[(header::ACCEPT_LANGUAGE, "fr, zh-CN;q=0.9")])).lang,
            Lang::Zh
        );
    }

    #[test]
    fn the_way_back_stays_on_this_site() {
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/a\r\nSet-Cookie: x=1",
        ] {
            assert_eq!(local(elsewhere), "/", "{elsewhere:?}");
        }
        assert_eq!(local("/c/local/topics?q=a"), "/c/local/topics?q=a");
    }

    #[test]
    fn only_valid_values_become_cookies() {
        let response = set(&Pairs::parse(
            b"theme=dark&lang=xx&zone=Asia/Shanghai&rail=2",
        ));
        let cookies: Vec<_> = response
            .headers()
            .get_all(header::SET_COOKIE)
            .iter()
            .map(|v| v.to_str().unwrap())
            .collect();
        assert_eq!(cookies.len(), 2);
        assert!(
            cookies[0].starts_with("theme=dark;")
                && cookies[1].starts_with("zone=Asia%2FShanghai;"),
            "{cookies:?}"
        );
    }
}
