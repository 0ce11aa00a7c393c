//! A request's id, its span, and the one line that is logged of it.
//!
//! Logged are names that we chose (operations, routes), never what a client typed: no address, no
//! code, no token, no query.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use poolhouse_domain::{Clock, Random, random};
use tracing::{Instrument, info, info_span};

use super::pass;
use crate::awsjson::target;
use crate::metrics::Metrics;

/// What the service calls `x-amzn-requestid`: a UUID that our log and the client's agree on.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Where ids and durations come from.
#[derive(Clone)]
pub(super) struct Sources {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) metrics: Metrics,
}

pub(super) async fn trace(
    State(sources): State<Sources>,
    mut request: Request,
    next: Next,
) -> Response {
    let id = random::uuid(&*sources.random);
    let called = called(&request);
    let span = info_span!("request", id, called);
    request.extensions_mut().insert(RequestId(id.clone()));
    async {
        let start = sources.clock.now();
        let mut response = pass(request, next).await;
        let took = sources.clock.now().since(start);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        info!(status, micros, "answered");
        let exception = exception(&response).to_owned();
        sources.metrics.answered(&called, status, &exception, took);
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert("x-amzn-requestid", id);
        }
        response
    }
    .instrument(span)
    .await
}

/// The exception that a reply carries, if it carries one.
fn exception(response: &Response) -> &str {
    let header = response.headers().get("x-amzn-errortype");
    let text = header.and_then(|header| header.to_str().ok());
    text.map_or("", |text| text.trim_end_matches(':'))
}

/// The operation that is called, or else the route.
fn called(request: &Request) -> String {
    let route = request.extensions().get::<MatchedPath>();
    match target::operation(request.headers()) {
        Ok(operation) => operation.name.to_owned(),
        Err(_) => route.map_or("-", MatchedPath::as_str).to_owned(),
    }
}
