//! `InitiateAuth`: a sign-in begins, or goes on with a refresh token.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html>
//! Deviation: `CUSTOM_AUTH` ends after its password, for want of triggers.
//! Cannot occur: `InvalidUserPoolConfigurationException`: a definition that does not fit together is refused when
//! it is read.
//! Cannot occur: `FeatureUnavailableInTierException`: there are no tiers.
//! Cannot occur: `UnsupportedOperationException`: a flow that the client may not use is told with
//! `InvalidParameterException`, as Cognito does.

use std::collections::BTreeMap;

use poolhouse_domain::Secret;
use serde::Deserialize;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;
use crate::flows::Outcome;
use crate::flows::refresh::{self, Proof};
use crate::flows::responses::Responses;
use crate::flows::sign_in;
use crate::operations::shapes::AuthReply;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    auth_flow: String,
    #[serde(default)]
    auth_parameters: BTreeMap<String, Secret<String>>,
    session: Option<Secret<String>>,
}

/// Errors: `InvalidParameter` (flow, missing parameters), `NotAuthorized` (Session, refresh token, password
/// and its lockout), `UserNotConfirmed` and `PasswordResetRequired` (after the right password),
/// `UserNotFound` (only if the client does not conceal it), `LimitExceeded` (factors switched off).
pub(super) async fn run(cx: &Cx, request: Request) -> Result<AuthReply, ApiError> {
    let parameters = Responses(request.auth_parameters);
    let outcome = match request.auth_flow.as_str() {
        "USER_AUTH" => sign_in::start(cx, &parameters, request.session).await,
        "USER_SRP_AUTH" => sign_in::start_with_srp(cx, &parameters).await,
        "CUSTOM_AUTH" => sign_in::start_custom(cx, &parameters).await,
        "USER_PASSWORD_AUTH" => sign_in::start_with_password(cx, &parameters).await,
        "REFRESH_TOKEN_AUTH" | "REFRESH_TOKEN" => {
            let token = parameters.require("REFRESH_TOKEN")?;
            let proof = Proof::Hash(parameters.get("SECRET_HASH").cloned());
            refresh::refresh(cx, token, proof).await.map(Outcome::SignedIn)
        }
        // Those of AdminInitiateAuth.
        _ => Err(ApiError::AuthFlowNotSupported),
    };
    outcome.map(AuthReply::from)
}
