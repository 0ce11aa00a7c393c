//! `RenameWebAuthnCredential`: the user gives a passkey another name.
//!
//! Deviation: an operation of ours, which Cognito lacks. It is called by
//! `X-Amz-Target: PoolhouseService.RenameWebAuthnCredential`; see docs/extensions.md.

use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::passkeys;
use crate::operations::shapes::{Empty, credential_id};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    credential_id: String,
    friendly_credential_name: String,
}

/// Errors: `ResourceNotFound` (the user has no such passkey), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    let id = credential_id(&request.credential_id)?;
    passkeys::rename(cx, id, request.friendly_credential_name).await?;
    Ok(Empty {})
}
