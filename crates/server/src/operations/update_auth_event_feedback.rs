//! `UpdateAuthEventFeedback`: whether a sign-in that threat protection warned of was the user's own.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateAuthEventFeedback.html>
//! Deviation: there is no threat protection, so no mail ever carries a `FeedbackToken`: every pool
//! answers as one of Cognito's whose add-ons are off, whatever token is shown.
//! Cannot occur: `NotAuthorizedException`, `UserNotFoundException`: neither the token nor the user is looked at.
//! Cannot occur: `InternalErrorException`: nothing is done that could fail.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::operations::shapes::Empty;
use crate::pool::Pool;

#[derive(Deserialize)]
pub(super) struct Request {}

/// Errors: `UserPoolAddOnNotEnabled`, always.
#[expect(clippy::unused_async, reason = "all operations are called alike")]
pub(super) async fn run(_: &Pool, _: Request) -> Result<Empty, ApiError> {
    Err(ApiError::AddOnsNotEnabled)
}
