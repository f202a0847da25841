//! From the list of pages to routes: one GET and at most one POST per page, the short forms without `/c/{cluster}`,
//! preferences, and the page for everything else.

use std::sync::Arc;

use any_spawner::Executor;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, RawPathParams, Request};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use chrono::Utc;

use super::document::{Document, FRAGMENT, Reply, download, see_other};
use super::form::Pairs;
use super::prefs::{self, Prefs};
use super::{PageResult, Site, Visit};
use crate::app::error_page::{ErrorPage, ErrorPageProps};
use crate::error::AppError;
use crate::pages::{self, Page};

/// The prefix that short addresses leave out.
const SCOPE: &str = "/c/{cluster}";
/// The longest form: a test message of the largest size, percent-encoded.
const FORM_LEN_MAX: usize = 16 * 1024 * 1024;

/// Every page of the console.
pub fn routes(site: &Site) -> Router {
    // Rendering spawns on the runtime that serves. Set once in a process; a second site finds it set.
    if Executor::init_tokio().is_err() {
        tracing::debug!("the rendering executor is set already");
    }
    let mut router = Router::new().route("/prefs", get(set_prefs));
    for page in pages::PAGES {
        let here = site.clone();
        router = router.route(
            page.path,
            any(move |request: Request| answer(here, page, request)),
        );
        // `/topics` is the default cluster's topics; addresses that name something are not guessed.
        if let Some(short) = page
            .path
            .strip_prefix(SCOPE)
            .filter(|rest| !rest.contains('{'))
        {
            let here = site.clone();
            let path = if short.is_empty() { "/" } else { short };
            router = router.route(
                path,
                get(move |uri: Uri| async move { to_default(&here, &uri) }),
            );
        }
    }
    let here = site.clone();
    router
        .fallback(move |request: Request| nowhere(here, request))
        .layer(DefaultBodyLimit::max(FORM_LEN_MAX))
}

async fn set_prefs(request: Request) -> Response {
    prefs::set(&Pairs::parse(
        request.uri().query().unwrap_or_default().as_bytes(),
    ))
}

/// From `/topics?q=a` to `/c/local/topics?q=a`.
fn to_default(site: &Site, uri: &Uri) -> Response {
    let cluster = site.console.default_cluster();
    let path = uri.path().trim_end_matches('/');
    let query = uri
        .query()
        .map(|query| format!("?{query}"))
        .unwrap_or_default();
    see_other(&format!("/c/{cluster}{path}{query}"))
}

async fn answer(site: Site, page: &'static Page, request: Request) -> Response {
    let fragment = request.headers().contains_key(FRAGMENT);
    let posted = match *request.method() {
        axum::http::Method::GET | axum::http::Method::HEAD => None,
        axum::http::Method::POST if page.post.is_some() => page.post,
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let visit = match read(site, request).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let Some(post) = posted else {
        let visit = Arc::new(visit);
        return finish((page.get)(visit.clone()).await, visit, fragment, None).await;
    };
    match post(Arc::new(visit.clone())).await {
        Err(refused) => show_again(page, visit, refused, fragment).await,
        done => finish(done, Arc::new(visit), fragment, None).await,
    }
}

/// A refused form comes back as its own page, with what was typed and the message at its field.
async fn show_again(page: &Page, visit: Visit, refused: AppError, fragment: bool) -> Response {
    let status = refused.status();
    let visit = Arc::new(Visit {
        refused: Some(refused.clone()),
        ..visit
    });
    match (page.get)(visit.clone()).await {
        Ok(shown) => finish(Ok(shown), visit, fragment, Some(status)).await,
        Err(_) => finish(Err(refused), visit, fragment, None).await,
    }
}

async fn finish(
    result: PageResult,
    visit: Arc<Visit>,
    fragment: bool,
    status: Option<StatusCode>,
) -> Response {
    match result {
        Ok(Reply::Page(document)) => document.or_status(status).respond(visit, fragment).await,
        Ok(Reply::SeeOther(url)) => see_other(&url),
        Ok(Reply::Download { name, bytes }) => download(&name, bytes),
        Err(error) => {
            if error.status().is_server_error() {
                tracing::error!(code = error.code, path = %visit.path, "{}", error.message);
            }
            failure(error).respond(visit, fragment).await
        }
    }
}

fn failure(error: AppError) -> Document {
    let status = error.status();
    Document::new(error.message.clone(), move || {
        ErrorPage(ErrorPageProps { error })
    })
    .status(status)
}

async fn nowhere(site: Site, request: Request) -> Response {
    match read(site, request).await {
        Ok(visit) => {
            let error = AppError::not_found(visit.words().not_found_page);
            failure(error).respond(Arc::new(visit), false).await
        }
        Err(response) => response,
    }
}

/// Reads the request into a visit. The body only where it is a form.
async fn read(site: Site, request: Request) -> Result<Visit, Response> {
    let (mut parts, body) = request.into_parts();
    let params = match RawPathParams::from_request_parts(&mut parts, &()).await {
        Ok(params) => params
            .iter()
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect(),
        Err(_) => Vec::new(),
    };
    let is_form = parts
        .headers
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes)
        .is_some_and(|v| v.starts_with(b"application/x-www-form-urlencoded"));
    let form = if is_form {
        Pairs::parse(&read_body(&parts, body).await?)
    } else {
        Pairs::default()
    };
    let cluster = find(&params, "cluster")
        .unwrap_or(site.console.default_cluster())
        .to_owned();
    Ok(Visit {
        site,
        cluster,
        path: parts.uri.path().to_owned(),
        query: Pairs::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        form,
        refused: None,
        prefs: Prefs::read(&parts.headers),
        now_ms: Utc::now().timestamp_millis(),
        peer: parts
            .extensions
            .get::<ConnectInfo<std::net::SocketAddr>>()
            .map(|peer| peer.0.ip()),
        params,
    })
}

async fn read_body(
    parts: &axum::http::request::Parts,
    body: axum::body::Body,
) -> Result<Bytes, Response> {
    use axum::extract::FromRequest;
    let request = Request::from_parts(parts.clone(), body);
    Bytes::from_request(request, &())
        .await
        .map_err(IntoResponse::into_response)
}

fn find<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}
