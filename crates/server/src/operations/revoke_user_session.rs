//! `RevokeUserSession`: the user ends one of their other sign-ins.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeUserSession.html>
//! Deviation: there are no SSO sessions yet, so `RevokeAssociatedSessions` has nothing to end.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::sign_ins;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    session_id: String,
}

/// Errors: `ResourceNotFound` (not a session of the user, or ended before), `InvalidParameter` (the
/// one of the access token), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    sign_ins::end(cx, &request.session_id).await?;
    Ok(Empty {})
}
