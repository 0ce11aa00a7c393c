//! `ForgotPassword`: somebody forgot the password; we send a code to a contact that they proved.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html>
//! Deviation: a user without a password gets a code too, and sets the first one with it.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::recovery;
use crate::operations::shapes::CodeSent;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    username: String,
}

/// Errors: `NotAuthorized` (only administrators reset passwords), `LimitExceeded` (a code is on its way
/// elsewhere). Only if the client does not conceal who exists: `UserNotFound`, `InvalidParameter` (no
/// proved contact), `NotAuthorized` (the password that an administrator gave was never replaced).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<CodeSent, ApiError> {
    let delivery = recovery::forgot(cx, &request.username).await?;
    Ok(CodeSent { code_delivery_details: delivery.into() })
}
