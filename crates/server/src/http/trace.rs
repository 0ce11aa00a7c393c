//! A request's id, its span, and the one line that is logged of it.
//!
//! Logged are names that we chose (operations, routes), never what a client typed: no address, no
//! code, no token, no query.

use std::borrow::Cow;
use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use poolhouse_domain::{Clock, Random, random};
use tracing::{Instrument, info, info_span};

use crate::app::App;
use crate::awsjson::reply::ERROR_TYPE;
use crate::metrics::Metrics;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// Where ids and durations come from, and where answers are counted.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) metrics: Metrics,
}

impl Sources {
    /// Those of a server.
    pub(crate) fn of(app: &App) -> Self {
        let (clock, random) = app.sources();
        Self {
            clock,
            random,
            metrics: app.metrics().clone(),
        }
    }

    /// Gives a request its id (what the service calls `x-amzn-requestid`: a UUID that our log and the
    /// client's agree on), and writes down how it was answered. `called` is an operation, or else a route.
    pub(super) async fn trace(
        &self,
        called: Cow<'static, str>,
        answer: impl Future<Output = Response>,
    ) -> Response {
        let id = random::uuid(&*self.random);
        let span = info_span!("request", id, called = &*called);
        let start = self.clock.now();
        let mut response = answer.instrument(span.clone()).await;
        let took = self.clock.now().since(start);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let status = response.status().as_u16();
        span.in_scope(|| info!(status, micros, "answered"));
        self.metrics
            .answered(called, status, exception(&response), took);
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

/// The exception that a reply carries, if it carries one.
fn exception(response: &Response) -> Cow<'static, str> {
    let header = response.headers().get(ERROR_TYPE);
    let text = header.and_then(|header| header.to_str().ok());
    text.map_or_else(Cow::default, |text| {
        text.trim_end_matches(':').to_owned().into()
    })
}
