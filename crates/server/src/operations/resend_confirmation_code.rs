//! `ResendConfirmationCode`: the sign-up code once more.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html>
//! Deviation: within the pool's cooldown nothing is sent; the code on its way still counts.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::sign_up;
use crate::operations::shapes::CodeSent;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    username: String,
}

/// Errors: `InvalidParameter` (confirmed before).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<CodeSent, ApiError> {
    let delivery = sign_up::resend(cx, &request.username).await?;
    Ok(CodeSent { code_delivery_details: delivery.into() })
}
