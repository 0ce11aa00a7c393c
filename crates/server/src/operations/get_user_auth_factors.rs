//! `GetUserAuthFactors`: how the user can sign in.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html>
//! Deviation: second factors are not served yet, so none are named.

use poolhouse_domain::pool::FirstFactor;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::sign_in;

#[derive(Deserialize)]
pub(super) struct Request {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    username: String,
    configured_user_auth_factors: Vec<&'static str>,
}

/// Errors: those of the access token.
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Reply, ApiError> {
    let factors = sign_in::factors(cx).await?;
    Ok(Reply {
        username: cx.user.sub.to_string(),
        configured_user_auth_factors: factors.into_iter().map(FirstFactor::as_str).collect(),
    })
}
