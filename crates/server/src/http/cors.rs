//! Cross-origin requests, answered as the service answers them.
//!
//! Any web page may call the user-pool API and read the public keys: no cookie is involved, and
//! what they need they must send themselves. All other paths stay same-origin, so that no page on
//! the web can read a developer's inbox.

use axum::body::Body;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    CONTENT_LENGTH,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

const ANYBODY: HeaderValue = HeaderValue::from_static("*");
const EXPOSED: HeaderValue =
    HeaderValue::from_static("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");

/// Lets any page read the response.
pub(super) fn open(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANYBODY);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Answers the preflight of a call, whatever headers it wants to send.
pub(super) async fn preflight(request: HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("POST"),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    if let Some(asked) = request
        .get(ACCESS_CONTROL_REQUEST_HEADERS)
        .filter(|asked| is_list(asked))
    {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.clone());
    }
    response
}

/// Whether this is a list of header names (`token` in RFC 9110 §5.6.2) and nothing else.
fn is_list(value: &HeaderValue) -> bool {
    let is_safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~, ".contains(byte);
    value.as_bytes().iter().all(is_safe)
}
