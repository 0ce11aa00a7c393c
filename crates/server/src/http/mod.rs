//! What every request passes before anything reads it, and every response on its way out.
//!
//! From the outside in: [`trace`] (request id, span, one log line), headers ([`cors`] and those of
//! pages), [`body`] (size and time limits). They are one layer, because each layer of a router costs
//! every request a copy of all those inside of it. Calls of the API pass them without a router ([`call`]).

mod body;
mod cors;
pub(crate) mod host;
mod trace;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::options;

use crate::awsjson::error::ApiError;
use crate::awsjson::model::Operation;
use crate::awsjson::{reply, target};

pub use body::MOST_BYTES;
pub(crate) use trace::Sources;

/// `router` behind all layers.
pub(crate) fn layers(router: Router, sources: Sources) -> Router {
    router
        .route("/", options(cors::preflight))
        .layer(from_fn_with_state(sources, pass))
}

/// What a call names, or why that is nothing.
pub(crate) type Target = Result<&'static Operation, ApiError>;

/// Whether this is a call of the user-pool API.
pub(crate) fn is_call(request: &Request) -> bool {
    *request.method() == Method::POST && request.uri().path() == "/"
}

/// Lets `work` answer a call of the API whose body is within its limits, and says which operation it asks
/// for. The answer's headers are AWS's and no others.
pub(crate) async fn call<F: Future<Output = Response>>(
    sources: &Sources,
    request: Request,
    work: impl FnOnce(Target, Parts, Bytes) -> F,
) -> Response {
    let target = target::operation(request.headers());
    let called = target.as_ref().map_or("/", |operation| operation.name);
    let answer = async {
        let mut response = match body::read(request).await {
            Ok((parts, body)) => work(target, parts, body).await,
            Err(refusal) => reply::failure(&refusal),
        };
        cors::open(response.headers_mut());
        response
    };
    sources.trace(called.into(), answer).await
}

/// Lets any other request through whose body is within its limits, and puts on the headers that go with
/// what it asked for.
async fn pass(State(sources): State<Sources>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let called = route.map_or(Cow::from("-"), |route| route.as_str().to_owned().into());
    let is_preflight = *request.method() == Method::OPTIONS && request.uri().path() == "/";
    let is_public = is_preflight || request.uri().path().contains("/.well-known/");
    let answer = async {
        let mut response = match body::read(request).await {
            Ok((parts, body)) => next.run(Request::from_parts(parts, Body::from(body))).await,
            Err(refusal) => reply::failure(&refusal),
        };
        let headers = response.headers_mut();
        if !is_preflight {
            page_headers(headers);
        }
        if is_public {
            cors::open(headers);
        }
        response
    };
    sources.trace(called, answer).await
}

/// Headers that make browsers careful with pages. A page's content security policy is its own.
fn page_headers(headers: &mut HeaderMap) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}
