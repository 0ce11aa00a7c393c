//! `GetUserAttributeVerificationCode`: a code that proves an address or number of the user.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html>
//! Deviation: within the pool's cooldown nothing is sent; the code on its way still counts.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::account;
use crate::operations::shapes::CodeSent;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    attribute_name: String,
}

/// Errors: `InvalidParameter` (neither address nor number, or none there), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<CodeSent, ApiError> {
    let delivery = account::send_code(cx, &request.attribute_name).await?;
    Ok(CodeSent { code_delivery_details: delivery.into() })
}
