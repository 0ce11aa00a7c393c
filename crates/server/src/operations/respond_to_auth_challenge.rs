//! `RespondToAuthChallenge`: an answer to what InitiateAuth asked.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html>
//! Deviation: `CUSTOM_CHALLENGE` is not served yet. A TIMESTAMP that is far from the server's time is refused
//! as such.
//! Cannot occur: `InvalidUserPoolConfigurationException`: a definition that does not fit together is refused when
//! it is read.
//! Cannot occur: `SoftwareTokenMFANotFoundException`: an authenticator app is kept as long as its user.

use std::collections::BTreeMap;

use poolhouse_domain::Secret;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::responses::Responses;
use crate::flows::sign_in;
use crate::operations::shapes::AuthReply;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    challenge_name: String,
    session: Option<Secret<String>>,
    #[serde(default)]
    challenge_responses: BTreeMap<String, Secret<String>>,
}

/// Errors: `CodeMismatch`, `ExpiredCode`, `NotAuthorized` (Session), `InvalidParameter` (missing
/// responses), `LimitExceeded` (five answers to one code, or a factor that is switched off),
/// `AliasExists` (the contact that the code proves became another's meanwhile).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<AuthReply, ApiError> {
    let respond = sign_in::Respond {
        challenge: request.challenge_name,
        session: request.session,
        responses: Responses(request.challenge_responses),
    };
    sign_in::respond(cx, respond).await.map(AuthReply::from)
}
