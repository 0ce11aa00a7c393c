//! `GetTokensFromRefreshToken`: new tokens for a refresh token.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html>
//! Deviation: under rotation, the grace of a replaced token ends when its successor is used: of the
//! tokens of a sign-in at most two are ever good, and both give the same successor.
//! Deviation: the use of a replaced token after its grace ends the whole sign-in.
//! Cannot occur: `UserNotFoundException`: a user's sign-ins are erased with the user, so that the token is an
//! unknown one: `NotAuthorizedException`.

use poolhouse_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::refresh::{self, Proof};
use crate::operations::shapes::AuthenticationResult;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    refresh_token: Secret<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    authentication_result: AuthenticationResult,
}

/// Errors: `NotAuthorized` (unknown, expired or revoked token, user disabled), `UserNotFound`,
/// `RefreshTokenReuse` (replaced by rotation, and its grace is over).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<Reply, ApiError> {
    let tokens = refresh::refresh(cx, &request.refresh_token, Proof::Checked).await?;
    Ok(Reply { authentication_result: tokens.into() })
}
