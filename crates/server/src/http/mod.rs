//! What every request passes before anything reads it, and every response on its way out.
//!
//! From the outside in: [`trace`] (request id, span, one log line), headers ([`cors`] and those of
//! pages), [`body`] (size and time limits). They are one layer, because each layer of a router costs
//! every request a copy of all those inside of it.

mod body;
mod cors;
pub(crate) mod host;
mod trace;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::header::{REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::options;
use poolhouse_domain::{Clock, Random};

use crate::metrics::Metrics;

pub use body::MOST_BYTES;
pub use trace::RequestId;

/// `router` behind all layers. A [`RequestId`] is then in the extensions of each request.
pub fn layers(
    router: Router,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    metrics: Metrics,
) -> Router {
    router
        .route("/", options(cors::preflight))
        .layer(from_fn_with_state(
            trace::Sources {
                clock,
                random,
                metrics,
            },
            trace::trace,
        ))
}

/// Lets a request through whose body is within its limits, and puts on the headers that go with what
/// it asked for.
async fn pass(request: Request, next: Next) -> Response {
    let is_api = is_api(&request);
    let is_public = is_api || request.uri().path().contains("/.well-known/");
    let mut response = body::limit(request, next).await;
    let headers = response.headers_mut();
    if !is_api {
        page_headers(headers);
    }
    if is_public {
        cors::open(headers);
    }
    response
}

/// Whether this is a call of the user-pool API, or its preflight: the answer's headers are then
/// AWS's and no others.
fn is_api(request: &Request) -> bool {
    matches!(*request.method(), Method::POST | Method::OPTIONS) && request.uri().path() == "/"
}

/// Headers that make browsers careful with pages. A page's content security policy is its own.
fn page_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}
