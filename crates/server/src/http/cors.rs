//! Cross-origin requests, answered as the service answers them.
//!
//! Any web page may call the user-pool API and read the public keys: no cookie is involved, and
//! what they need they must send themselves. All other paths stay same-origin, so that no page on
//! the web can read a developer's inbox.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    CONTENT_LENGTH,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;

use super::is_api_call;

const EXPOSED: HeaderValue =
    HeaderValue::from_static("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date");
const ANY: HeaderValue = HeaderValue::from_static("*");

/// Answers preflights and lets the public answers be read.
pub(super) async fn cors(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_public_path = path.contains("/.well-known/");
    if request.method() == Method::OPTIONS && (path == "/" || is_public_path) {
        return preflight(request.headers());
    }
    let is_public = is_public_path || is_api_call(&request);
    let mut response = next.run(request).await;
    if is_public {
        expose(response.headers_mut());
    }
    response
}

fn preflight(request: &HeaderMap) -> Response {
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
    expose(headers);
    response
}

fn expose(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
}

/// Whether this is a list of header names and nothing else.
fn is_list(value: &HeaderValue) -> bool {
    let is_safe = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_, ".contains(byte);
    value.as_bytes().iter().all(is_safe)
}
