//! `CompleteWebAuthnRegistration`: the user's client has made the passkey.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html>
//! Deviation: `Credential` may also be the text of the JSON object.

use serde::Deserialize;
use serde_json::Value;

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::passkeys;
use crate::operations::shapes::Empty;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    credential: Value,
}

/// Errors: `WebAuthnNotEnabled`, `WebAuthnChallengeNotFound` (none given out, too late, or another),
/// `WebAuthnClientMismatch`, `WebAuthnOriginNotAllowed`, `WebAuthnRelyingPartyMismatch`,
/// `WebAuthnCredentialNotSupported` (algorithm, attestation, user verification), `InvalidParameter`
/// (malformed, or registered already), `LimitExceeded` (20 passkeys), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Empty, ApiError> {
    passkeys::complete(cx, &request.credential).await?;
    Ok(Empty {})
}
