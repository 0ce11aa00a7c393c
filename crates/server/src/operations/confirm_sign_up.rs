//! `ConfirmSignUp`: the person proves the address or number that they signed up with.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html>
//! Deviation: the Session that signs in is always returned, also after wrong codes.
//! Cannot occur: `TooManyFailedAttemptsException`: too many answers are told with `LimitExceededException`.

use poolhouse_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::sign_up;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    username: String,
    confirmation_code: Secret<String>,
    #[serde(default)]
    force_alias_creation: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    session: String,
}

/// Errors: `CodeMismatch`, `ExpiredCode`, `LimitExceeded` (five answers to one code),
/// `NotAuthorized` (confirmed before), `AliasExists` (the contact became another's meanwhile, and
/// `ForceAliasCreation` does not ask to take it).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<Reply, ApiError> {
    let Request { username, confirmation_code, force_alias_creation } = request;
    let session = sign_up::confirm(cx, &username, confirmation_code, force_alias_creation).await?;
    Ok(Reply { session: session.release() })
}
