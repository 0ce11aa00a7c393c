//! `GlobalSignOut`: every sign-in of the user ends.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html>
//! Deviation: none.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::refresh;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
pub(super) struct Request {}

/// Errors: those of the access token.
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Empty, ApiError> {
    refresh::sign_out_everywhere(cx).await?;
    Ok(Empty {})
}
