//! From the list of pages to routes: one GET and at most one POST per page, the short forms without `/c/{cluster}`,
//! preferences, and the page for everything else.

use std::sync::Arc;

use any_spawner::Executor;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody, RawPathParamsRejection};
use axum::extract::{
    ConnectInfo, DefaultBodyLimit, FromRequest, FromRequestParts, RawPathParams, Request,
};
use axum::http::request::Parts;
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
use crate::format;
use crate::pages::{self, Page};

/// The prefix that short addresses leave out.
const SCOPE: &str = "/c/{cluster}";

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
    router.fallback(move |request: Request| nowhere(here, request))
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
        axum::http::Method::POST if page.post.is_some() => page.post.as_ref(),
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let visit = match read(site, request, posted.map(|form| form.len_max)).await {
        Ok(visit) => visit,
        Err(response) => return response,
    };
    let Some(form) = posted else {
        let visit = Arc::new(visit);
        return finish((page.get)(visit.clone()).await, visit, fragment, None).await;
    };
    match (form.handle)(Arc::new(visit.clone())).await {
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
    match read(site, request, None).await {
        Ok(visit) => no_page(visit).await,
        Err(response) => response,
    }
}

async fn no_page(visit: Visit) -> Response {
    let error = AppError::not_found(visit.words().not_found_page);
    failure(error).respond(Arc::new(visit), false).await
}

/// Reads the request into a visit. The body only where the page takes a form, and only so much of it.
async fn read(
    site: Site,
    request: Request,
    form_len_max: Option<usize>,
) -> Result<Visit, Response> {
    let (mut parts, body) = request.into_parts();
    let params = RawPathParams::from_request_parts(&mut parts, &()).await;
    let mut visit = visit_of(site, &parts);
    match params {
        Ok(params) => {
            visit.params = params
                .iter()
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect();
        }
        // Bytes that are no text name nothing.
        Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => return Err(no_page(visit).await),
        // An address that no page has.
        Err(_) => {}
    }
    if let Some(cluster) = find(&visit.params, "cluster") {
        visit.cluster = cluster.to_owned();
    }
    if let Some(len_max) = form_len_max.filter(|_| is_form(&parts)) {
        let mut request = Request::from_parts(parts, body);
        DefaultBodyLimit::max(len_max).apply(&mut request);
        match Bytes::from_request(request, &()).await {
            Ok(form) => visit.form = Pairs::parse(&form),
            Err(BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_))) => {
                return Err(too_long(visit, len_max).await);
            }
            Err(other) => return Err(other.into_response()),
        }
    }
    Ok(visit)
}

async fn too_long(visit: Visit, len_max: usize) -> Response {
    let max = format::bytes(len_max as u64);
    let error = AppError::too_long((visit.words().errors.form_too_long)(&max));
    failure(error).respond(Arc::new(visit), false).await
}

/// What the head of a request says.
fn visit_of(site: Site, parts: &Parts) -> Visit {
    Visit {
        cluster: site.console.default_cluster().to_owned(),
        site,
        path: parts.uri.path().to_owned(),
        query: Pairs::parse(parts.uri.query().unwrap_or_default().as_bytes()),
        form: Pairs::default(),
        refused: None,
        prefs: Prefs::read(&parts.headers),
        now_ms: Utc::now().timestamp_millis(),
        peer: parts
            .extensions
            .get::<ConnectInfo<std::net::SocketAddr>>()
            .map(|peer| peer.0.ip()),
        params: Vec::new(),
    }
}

fn is_form(parts: &Parts) -> bool {
    parts
        .headers
        .get(header::CONTENT_TYPE)
        .map(HeaderValue::as_bytes)
        .is_some_and(|v| v.starts_with(b"application/x-www-form-urlencoded"))
}

fn find<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}
