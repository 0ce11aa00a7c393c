//! Which operation a request asks for.

use axum::http::HeaderMap;

use super::error::ApiError;
use super::model::Operation;

const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// The operation that `X-Amz-Target` names.
///
/// # Errors
/// [`ApiError::UnknownOperation`] if the header is absent or names none of the service model's.
pub fn operation(headers: &HeaderMap) -> Result<&'static Operation, ApiError> {
    headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok()?.strip_prefix(SERVICE))
        .and_then(Operation::find)
        .ok_or(ApiError::UnknownOperation)
}
