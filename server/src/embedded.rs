//! The files inside the binary: style sheet, fonts, favicon, bundle. Compressed when it was built, served as they are.

use app::ssr::Assets;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::get};

include!(concat!(env!("OUT_DIR"), "/files.rs"));

pub(crate) struct File {
    path: &'static str,
    mime: &'static str,
    /// Its name carries its hash, so a browser may keep it for ever.
    immutable: bool,
    etag: &'static str,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

pub(crate) fn routes() -> Router {
    FILES.iter().fold(Router::new(), |router, file| {
        router.route(
            file.path,
            get(move |headers: HeaderMap| async move { file.answer(&headers) }),
        )
    })
}

impl File {
    fn answer(&self, request: &HeaderMap) -> Response {
        let cache = if self.immutable {
            "public, max-age=31536000, immutable"
        } else {
            "public, max-age=300"
        };
        let common = [
            (header::ETAG, self.etag),
            (header::CACHE_CONTROL, cache),
            (header::VARY, "accept-encoding"),
        ];
        if value(request, &header::IF_NONE_MATCH)
            .split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == self.etag)
        {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let (encoding, bytes) = self.best(value(request, &header::ACCEPT_ENCODING));
        let mut response = (common, [(header::CONTENT_TYPE, self.mime)], bytes).into_response();
        if let Some(encoding) = encoding {
            response.headers_mut().insert(
                header::CONTENT_ENCODING,
                header::HeaderValue::from_static(encoding),
            );
        }
        response
    }

    fn best(&self, accepted: &str) -> (Option<&'static str>, &'static [u8]) {
        match (self.brotli, self.gzip) {
            (Some(bytes), _) if accepts(accepted, "br") => (Some("br"), bytes),
            (_, Some(bytes)) if accepts(accepted, "gzip") => (Some("gzip"), bytes),
            _ => (None, self.identity),
        }
    }
}

fn value<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> &'a str {
    headers
        .get(name)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
}

/// `gzip;q=0` is a refusal.
fn accepts(accepted: &str, coding: &str) -> bool {
    accepted.split(',').any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        parts.next() == Some(coding)
            && !parts.any(|q| {
                q.strip_prefix("q=")
                    .is_some_and(|q| q.parse() == Ok(0.0_f32))
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style_sheet() -> &'static File {
        FILES
            .iter()
            .find(|f| f.path == ASSETS.css)
            .expect("a style sheet is always embedded")
    }

    #[test]
    fn the_style_sheet_has_roles_and_utilities_and_hashed_fonts() {
        let css = std::str::from_utf8(style_sheet().identity).unwrap();
        assert!(
            css.contains("--surface:")
                && css.contains(".bg-surface")
                && css.contains("/pkg/inter-latin"),
            "{css}"
        );
        assert!(
            !css.contains("\"/fonts/"),
            "a font is not named by its hash"
        );
    }

    #[test]
    fn the_best_accepted_coding_is_served() {
        let file = style_sheet();
        assert_eq!(file.best("gzip, deflate, br").0, Some("br"));
        assert_eq!(file.best("gzip, br;q=0").0, Some("gzip"));
        assert_eq!(file.best("").0, None);
    }

    #[test]
    fn a_known_etag_is_answered_without_the_bytes() {
        let file = style_sheet();
        let headers = HeaderMap::from_iter([(
            header::IF_NONE_MATCH,
            header::HeaderValue::from_static(file.etag),
        )]);
        assert_eq!(file.answer(&headers).status(), StatusCode::NOT_MODIFIED);
    }
}
