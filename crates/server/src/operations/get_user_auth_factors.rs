//! `GetUserAuthFactors`: how the user can sign in.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html>
//! Deviation: none.

use poolhouse_domain::pool::FirstFactor;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::{first_factors, mfa};
use crate::operations::shapes::MfaReply;

#[derive(Deserialize)]
pub(super) struct Request {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    username: String,
    #[serde(flatten)]
    mfa: MfaReply,
    configured_user_auth_factors: Vec<&'static str>,
}

/// Errors: those of the access token.
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Reply, ApiError> {
    let factors = first_factors::list(cx).await?.into_iter().map(FirstFactor::as_str);
    let app = mfa::has_app(cx).await?.then_some("SOFTWARE_TOKEN");
    Ok(Reply {
        username: cx.user.sub.to_string(),
        mfa: (&cx.user.mfa).into(),
        configured_user_auth_factors: factors.chain(app).collect(),
    })
}
