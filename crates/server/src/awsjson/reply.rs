//! From an operation's result to a response.
//!
//! The request id, which every response carries, is put there by [`crate::http`].

use std::error::Error;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use poolhouse_domain::Timestamp;
use serde_json::{Value, json};

use super::MEDIA_TYPE;
use super::error::ApiError;

const MOST_HEADER_BYTES: usize = 1024;

/// The exception that a failure is, and a colon.
pub const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

const JSON: HeaderValue = HeaderValue::from_static(MEDIA_TYPE);
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// 200 with `body`, which is `{}` for operations that have nothing to say.
pub fn success(body: impl Into<Body>) -> Response {
    respond(StatusCode::OK, body)
}

/// What a client is told of `error`. A fault of ours is logged here, with its causes.
pub fn failure(error: &ApiError) -> Response {
    if let ApiError::Internal(cause) = error {
        tracing::error!(cause = causes(&**cause), "the request failed");
    }
    let (exception, message) = (error.exception(), error.to_string());
    let body = if message.is_empty() {
        json!({ "__type": exception })
    } else {
        json!({ "__type": exception, "message": message })
    };
    let mut response = respond(error.status(), body.to_string());
    let is_later = matches!(
        response.status(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    let headers = response.headers_mut();
    if is_later {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    headers.insert(ERROR_TYPE, header(&format!("{exception}:")));
    if !message.is_empty() {
        headers.insert(ERROR_MESSAGE, header(&message));
    }
    response
}

/// A moment as the API writes it: seconds since the epoch, with a fraction.
pub fn epoch_seconds(moment: Timestamp) -> Value {
    moment
        .since(Timestamp::from_seconds(0))
        .as_secs_f64()
        .into()
}

fn respond(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(CACHE_CONTROL, NO_STORE);
    response
}

/// `text` as a header may carry it: printable ASCII, and not without end.
fn header(text: &str) -> HeaderValue {
    let printable = |c: char| {
        if c == ' ' || c.is_ascii_graphic() {
            c
        } else {
            '?'
        }
    };
    let text: String = text
        .chars()
        .take(MOST_HEADER_BYTES)
        .map(printable)
        .collect();
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// An error with all that led to it, in one line.
fn causes(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}
