//! Which operation a request asks for.

use axum::http::{HeaderMap, HeaderName};

use super::error::ApiError;
use super::model::Operation;

const SERVICE: &str = "AWSCognitoIdentityProviderService.";

/// What operations of ours, which Amazon's service lacks, are called by.
const EXTENSIONS: &str = "PoolhouseService.";

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// The operation that `X-Amz-Target` names.
///
/// # Errors
/// [`ApiError::UnknownOperation`] if the header is absent or names none of the service model's.
pub fn operation(headers: &HeaderMap) -> Result<&'static Operation, ApiError> {
    let target = headers.get(TARGET).and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default();
    let theirs = target.strip_prefix(SERVICE).and_then(Operation::find);
    let ours = || {
        target
            .strip_prefix(EXTENSIONS)
            .and_then(Operation::find_extension)
    };
    theirs.or_else(ours).ok_or(ApiError::UnknownOperation)
}
