//! From a request's bytes to a value that satisfies the service model.

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::error::ApiError;
use super::model::Operation;
use super::{MEDIA_TYPE, validate};

/// How deeply arrays and objects may be nested. A WebAuthn credential, the deepest input, needs 5.
const MOST_LEVELS: usize = 16;

/// Reads and checks the input of `operation`: an object without `null` members and without
/// members that the model does not know.
///
/// # Errors
/// - [`ApiError::UnsupportedContentType`] if the body is not said to be AWS JSON 1.1.
/// - [`ApiError::Serialization`] if it is no JSON object, is nested too deeply, or has a member of
///   another type than the model says.
/// - [`ApiError::Validation`] if it breaks constraints of the model, all of them named.
pub fn request(
    operation: &'static Operation,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, ApiError> {
    if !is_aws_json(headers) {
        return Err(ApiError::UnsupportedContentType);
    }
    let unreadable = || ApiError::Serialization(String::new());
    let body = str::from_utf8(body).map_err(|_| unreadable())?;
    let mut input: Value = serde_json::from_str(body).map_err(|_| unreadable())?;
    if !(input.is_object() || input.is_array()) || levels(&input) > MOST_LEVELS {
        return Err(unreadable());
    }
    validate::check(&operation.input, &mut input)?;
    Ok(input)
}

fn is_aws_json(headers: &HeaderMap) -> bool {
    let said = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = said.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case(MEDIA_TYPE)
}

/// How deeply `value` is nested. The parser stops at 128 levels, so that this can recurse.
fn levels(value: &Value) -> usize {
    let inside = match value {
        Value::Array(elements) => elements.iter().map(levels).max(),
        Value::Object(fields) => fields.values().map(levels).max(),
        _ => return 0,
    };
    1 + inside.unwrap_or_default()
}
