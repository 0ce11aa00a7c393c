//! Limits on a request's body: its size, and how long it may take to arrive.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::timeout;

use crate::awsjson::error::ApiError;
use crate::awsjson::reply;

/// The largest body that is read, in bytes.
pub const MOST_BYTES: usize = 256 * 1024;

const PATIENCE: Duration = Duration::from_secs(15);

/// Reads the whole body before anything else sees the request, or refuses it.
pub(super) async fn limit(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MOST_BYTES) {
        return reply::failure(&ApiError::RequestTooLarge);
    }
    match timeout(PATIENCE, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(bytes)) => {
            next.run(Request::from_parts(parts, Body::from(bytes)))
                .await
        }
        // Or the client broke off, and does not read this.
        Ok(Err(_)) => reply::failure(&ApiError::RequestTooLarge),
        Err(_) => reply::failure(&ApiError::RequestTimeout),
    }
}
