//! `InitiateAuth`: a sign-in begins, or goes on with a refresh token.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
//! Deviation: of the flows, `USER_AUTH`, `REFRESH_TOKEN_AUTH` and `REFRESH_TOKEN` are served.

use std::collections::BTreeMap;

use poolhouse_domain::Secret;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::refresh::{self, Proof};
use crate::flows::{Outcome, sign_in};
use crate::operations::shapes::AuthReply;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    auth_flow: String,
    #[serde(default)]
    auth_parameters: BTreeMap<String, Secret<String>>,
    session: Option<Secret<String>>,
}

/// Errors: `InvalidParameter` (flow, missing parameters), `NotAuthorized` (Session, refresh token),
/// `UserNotFound` (only if the client does not conceal it), `LimitExceeded` (factors switched off).
pub(super) async fn run(cx: &Cx, mut request: Request) -> Result<AuthReply, ApiError> {
    let mut take = |name: &str| request.auth_parameters.remove(name);
    match request.auth_flow.as_str() {
        "USER_AUTH" => {
            let [username, preferred] = ["USERNAME", "PREFERRED_CHALLENGE"]
                .map(|name| take(name).map(|value| value.expose().clone()));
            let start = sign_in::Start { username, preferred, session: request.session };
            sign_in::start(cx, start).await.map(AuthReply::from)
        }
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            let token = take("REFRESH_TOKEN").ok_or(ApiError::MissingParameter("REFRESH_TOKEN"))?;
            let proof = Proof::Hash(take("SECRET_HASH"));
            refresh::refresh(cx, &token, proof).await.map(|tokens| Outcome::SignedIn(tokens).into())
        }
        other => Err(ApiError::invalid_parameter(format!(
            "{other} is not served by this server yet: got {other}, expected USER_AUTH"
        ))),
    }
}
