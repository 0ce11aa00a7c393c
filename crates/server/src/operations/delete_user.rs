//! `DeleteUser`: the user leaves, and nothing of them stays.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html>
//! Deviation: the body is `{}`, where Cognito's is empty; clients take either.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::account;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
pub(super) struct Request {}

/// Errors: those of the access token.
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Empty, ApiError> {
    account::delete(cx).await?;
    Ok(Empty {})
}
