//! `DeleteWebAuthnCredential`: the user gives up a passkey.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteWebAuthnCredential.html>
//! Deviation: none.
//! Cannot occur: `LimitExceededException`: there is no limit to deleting.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::passkeys;
use crate::operations::shapes::{Empty, credential_id};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    credential_id: String,
}

/// Errors: `ResourceNotFound` (the user has no such passkey), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    passkeys::delete(cx, credential_id(&request.credential_id)?).await?;
    Ok(Empty {})
}
