//! `ChangePassword`: a signed-in user sets a new password, or the first one.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html>
//! Deviation: of somebody who has no password, `PreviousPassword` is not looked at: Amplify always sends one.
//! Cannot occur: `LimitExceededException`: guesses at the old password are slowed down, which is told with
//! `NotAuthorizedException`.

use poolhouse_domain::password::Password;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::passwords;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    previous_password: Option<Password>,
    proposed_password: Password,
}

/// Errors: `InvalidPassword`, `PasswordHistoryPolicyViolation` (only after the right password),
/// `NotAuthorized` (wrong password, and its lockout), `InvalidParameter` (no `PreviousPassword`), those of
/// the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    passwords::change(cx, request.previous_password.as_ref(), &request.proposed_password).await?;
    Ok(Empty {})
}
