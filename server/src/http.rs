//! Everything the console's port answers: pages, embedded files, health, metrics; and the guards in front of them.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use app::ssr::Site;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::{embedded, metrics};

/// A page that takes longer is given up; scans are bounded far below this.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);

/// Whether the broker serves, asked by `/health/ready` and `/metrics`.
pub(crate) trait Health: Send + Sync + 'static {
    fn ready(&self) -> bool;
    fn metrics(&self) -> String;
}

pub(crate) fn router(site: &Site, health: Arc<dyn Health>) -> Router {
    let own = Router::new()
        .route("/health/live", get(async || "live\n"))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(health);
    app::ssr::routes(site)
        .merge(embedded::routes())
        .merge(own)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            REQUEST_TIME_MAX,
        ))
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn(guard))
}

async fn ready(State(health): State<Arc<dyn Health>>) -> Response {
    if health.ready() {
        "ready\n".into_response()
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n").into_response()
    }
}

async fn metrics(State(health): State<Arc<dyn Health>>) -> Response {
    (
        [(header::CONTENT_TYPE, metrics::CONTENT_TYPE)],
        health.metrics(),
    )
        .into_response()
}

/// Refuses what a page of another origin could do to a console on this machine, and marks every answer.
async fn guard(request: Request, next: Next) -> Response {
    let refusal = refuse(request.method(), request.uri(), request.headers());
    let mut response = match refusal {
        Some(why) => (StatusCode::FORBIDDEN, format!("{why}\n")).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("same-origin"),
    );
    // Pages bring their own policy, with a nonce; nothing else needs anything.
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static(
            "default-src 'none'; frame-ancestors 'none'",
        ));
    response
}

fn refuse(method: &Method, uri: &Uri, headers: &HeaderMap) -> Option<&'static str> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let host = text(header::HOST).or_else(|| uri.authority().map(|a| a.as_str()));
    // A foreign name that resolves to this machine is a page of another site reaching in.
    if host.is_some_and(|host| !is_local(host)) {
        return Some("this console answers to localhost and loopback addresses only");
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return None;
    }
    let site = headers.get("sec-fetch-site").and_then(|v| v.to_str().ok());
    let same_site = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    let same_origin = text(header::ORIGIN)
        .is_none_or(|origin| origin.split_once("://").map(|(_, rest)| rest) == host);
    (!same_site || !same_origin).then_some("a change must come from this console's own pages")
}

fn is_local(host: &str) -> bool {
    let name = match host.parse::<SocketAddr>() {
        Ok(address) => return address.ip().is_loopback(),
        Err(_) => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    let ip = host
        .trim_matches(['[', ']'])
        .parse::<IpAddr>()
        .or_else(|_| name.trim_matches(['[', ']']).parse::<IpAddr>());
    ip.is_ok_and(|ip| ip.is_loopback()) || name == "localhost" || name.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: &Method, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers = pairs
            .iter()
            .map(|(n, v)| (n.parse().unwrap(), HeaderValue::from_static(v)))
            .collect();
        refuse(method, &Uri::from_static("/"), &headers).is_some()
    }

    #[test]
    fn a_change_from_another_origin_is_refused() {
        let post = |origin| {
            refused(
                &Method::POST,
                &[("host", "127.0.0.1:8080"), ("origin", origin)],
            )
        };
        assert!(!post("http://127.0.0.1:8080"));
        assert!(post("http://127.0.0.1:9090") && post("https://evil.example") && post("null"));
        assert!(refused(
            &Method::POST,
            &[("host", "localhost"), ("sec-fetch-site", "cross-site")]
        ));
        assert!(refused(
            &Method::POST,
            &[("host", "localhost"), ("sec-fetch-site", "same-site")]
        ));
        assert!(
            !refused(&Method::POST, &[("host", "localhost")]),
            "programs send no origin"
        );
    }

    #[test]
    fn a_foreign_name_for_this_machine_is_refused() {
        for host in [
            "127.0.0.1:8080",
            "localhost",
            "localhost:1",
            "[::1]:8080",
            "::1",
            "gantry.localhost:8080",
        ] {
            assert!(!refused(&Method::GET, &[("host", host)]), "{host}");
        }
        for host in [
            "evil.example",
            "evil.example:8080",
            "10.0.0.1:8080",
            "localhost.evil.example",
        ] {
            assert!(refused(&Method::GET, &[("host", host)]), "{host}");
        }
    }
}
