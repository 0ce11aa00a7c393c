//! Limits on a request's body: its size, and how long it may take to arrive.

use std::time::Duration;

use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use tokio::time::timeout;

use crate::awsjson::error::ApiError;

/// The largest body that is read, in bytes.
pub const MOST_BYTES: usize = 256 * 1024;

const PATIENCE: Duration = Duration::from_secs(15);

/// Reads the whole body before anything else sees the request.
///
/// # Errors
/// [`ApiError::RequestTooLarge`] and [`ApiError::RequestTimeout`], which are what it is answered.
pub(super) async fn read(request: Request) -> Result<(Parts, Bytes), ApiError> {
    let (parts, body) = request.into_parts();
    let announced = parts.headers.get(CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > MOST_BYTES) {
        return Err(ApiError::RequestTooLarge);
    }
    match timeout(PATIENCE, to_bytes(body, MOST_BYTES)).await {
        Ok(Ok(bytes)) => Ok((parts, bytes)),
        // Or the client broke off, and does not read this.
        Ok(Err(_)) => Err(ApiError::RequestTooLarge),
        Err(_) => Err(ApiError::RequestTimeout),
    }
}
