//! `SignUp`: somebody makes an account; we send them a code.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SignUp.html>
//! Deviation: no Session is returned: ConfirmSignUp always returns one.
//! Cannot occur: `LimitExceededException`: a new account has no code on its way, and who is sent none is not told.

use poolhouse_domain::password::Password;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::sign_up;
use crate::operations::shapes::{Attribute, CodeDeliveryDetails, attributes};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    username: String,
    password: Option<Password>,
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

/// Errors: `InvalidParameter` (contact, attributes), `InvalidPassword`, `UsernameExists`, `NotAuthorized`
/// (the pool does not let people sign up).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<Reply, ApiError> {
    let given = attributes(request.user_attributes);
    let done = sign_up::sign_up(cx, &request.username, given, request.password).await?;
    Ok(Reply {
        user_confirmed: false,
        code_delivery_details: done.delivery.into(),
        user_sub: done.sub.to_string(),
    })
}
