//! `VerifyUserAttribute`: the user proves an address or number.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifyUserAttribute.html>
//! Deviation: none.

use poolhouse_domain::Secret;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::account;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    attribute_name: String,
    code: Secret<String>,
}

/// Errors: `CodeMismatch`, `ExpiredCode`, `LimitExceeded` (five answers to one code), `AliasExists`
/// (the contact became another's meanwhile), `InvalidParameter`.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    account::verify_attribute(cx, &request.attribute_name, request.code).await?;
    Ok(Empty {})
}
