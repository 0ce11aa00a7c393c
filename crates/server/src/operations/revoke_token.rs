//! `RevokeToken`: one sign-in ends, with all its tokens.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html>
//! Deviation: there are no SSO sessions yet, so `RevokeAssociatedSessions` has nothing to end.

use poolhouse_domain::Secret;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::refresh;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    token: Secret<String>,
}

/// Errors: `UnsupportedTokenType` (not a refresh token), `Unauthorized` (another client's, or the
/// client's secret), `UnsupportedOperation` (the client has revocation switched off).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<Empty, ApiError> {
    refresh::revoke(cx, &request.token).await?;
    Ok(Empty {})
}
