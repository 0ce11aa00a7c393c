//! `DeleteUserAttributes`: the user takes back what they said about themselves.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html>
//! Deviation: none.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::account;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    user_attribute_names: Vec<String>,
}

/// Errors: `InvalidParameter` (unknown, required, or what people sign in with).
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    account::delete_attributes(cx, request.user_attribute_names).await?;
    Ok(Empty {})
}
