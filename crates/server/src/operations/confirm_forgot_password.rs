//! `ConfirmForgotPassword`: the code came back, with a new password.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmForgotPassword.html>
//! Deviation: the fifth wrong answer uses the code up, and another has to be asked for.
//! Cannot occur: `TooManyFailedAttemptsException`: too many answers are told with `LimitExceededException`.
//! Cannot occur: `UserNotConfirmedException`: who is not confirmed has proved no contact and gets no code; they
//! are answered as if it were wrong.

use poolhouse_domain::Secret;
use poolhouse_domain::password::Password;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::recovery;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    username: String,
    confirmation_code: Secret<String>,
    password: Password,
}

/// Errors: `InvalidPassword`, `CodeMismatch`, `ExpiredCode`, `LimitExceeded` (five answers to one code),
/// `PasswordHistoryPolicyViolation` (only after the right code), `UserNotFound` (only if the client does
/// not conceal who exists).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<Empty, ApiError> {
    let Request { username, confirmation_code, password } = request;
    recovery::confirm(cx, &username, confirmation_code, &password).await?;
    Ok(Empty {})
}
