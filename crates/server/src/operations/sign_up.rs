//! `SignUp`: somebody makes an account; we send them a code.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
//! Deviation: passwords are not taken yet. No Session is returned: ConfirmSignUp always returns one.

use poolhouse_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::sign_up;
use crate::operations::shapes::{Attribute, CodeDeliveryDetails, attributes};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    username: String,
    password: Option<Secret<String>>,
    #[serde(default)]
    user_attributes: Vec<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    user_confirmed: bool,
    code_delivery_details: CodeDeliveryDetails,
    user_sub: String,
}

/// Errors: `InvalidParameter` (contact, attributes), `UsernameExists`, `NotAuthorized` (the pool does
/// not let people sign up).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<Reply, ApiError> {
    if request.password.is_some_and(|password| !password.expose().is_empty()) {
        return Err(ApiError::InvalidParameter("Passwords are not supported yet: got one, expected none.".into()));
    }
    let done = sign_up::sign_up(cx, &request.username, attributes(request.user_attributes)).await?;
    Ok(Reply {
        user_confirmed: false,
        code_delivery_details: done.delivery.into(),
        user_sub: done.sub.to_string(),
    })
}
