//! `StartWebAuthnRegistration`: the user begins to add a passkey.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_StartWebAuthnRegistration.html>
//! Deviation: EdDSA is asked for too. A pool may want a fresh sign-in, and then says so with
//! `NotAuthorized`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::passkeys;

#[derive(Deserialize)]
pub(super) struct Request {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    credential_creation_options: Value,
}

/// Errors: `WebAuthnNotEnabled` (not a factor of the pool), `WebAuthnConfigurationMissing` (no
/// relying party), `LimitExceeded` (20 passkeys), `NotAuthorized` (the sign-in is too old), those of
/// the access token.
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Reply, ApiError> {
    let options = passkeys::start(cx).await?;
    Ok(Reply { credential_creation_options: options })
}
