//! `GetUser`: who the access token stands for.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
//! Deviation: none.

use poolhouse_domain::pool::MfaMethod;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::operations::shapes::{Attribute, MfaOption, MfaReply};

#[derive(Deserialize)]
pub(super) struct Request {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    username: String,
    user_attributes: Vec<Attribute>,
    #[serde(rename = "MFAOptions", skip_serializing_if = "Vec::is_empty")]
    mfa_options: Vec<MfaOption>,
    #[serde(flatten)]
    mfa: MfaReply,
}

/// Errors: those of the access token.
#[expect(clippy::unused_async, reason = "all operations are called alike")]
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Reply, ApiError> {
    let sub = ("sub".to_owned(), cx.user.sub.to_string());
    let mfa = &cx.user.mfa;
    let sms = mfa.is_enabled(MfaMethod::SmsMfa).then(MfaOption::sms);
    let readable = cx.cx.readable(&cx.user).map(|(name, value)| (name.clone(), value.clone()));
    let attributes = std::iter::once(sub).chain(readable);
    Ok(Reply {
        username: cx.user.sub.to_string(),
        user_attributes: attributes.map(|(name, value)| Attribute { name, value }).collect(),
        mfa_options: sms.into_iter().collect(),
        mfa: mfa.into(),
    })
}
