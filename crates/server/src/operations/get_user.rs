//! `GetUser`: who the access token stands for.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html>
//! Deviation: none.

use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::operations::shapes::Attribute;

#[derive(Deserialize)]
pub(super) struct Request {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    username: String,
    user_attributes: Vec<Attribute>,
}

/// Errors: those of the access token.
#[expect(clippy::unused_async, reason = "all operations are called alike")]
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Reply, ApiError> {
    let sub = ("sub".to_owned(), cx.user.sub.to_string());
    let attributes = std::iter::once(sub).chain(cx.user.attributes.clone());
    Ok(Reply {
        username: cx.user.sub.to_string(),
        user_attributes: attributes.map(|(name, value)| Attribute { name, value }).collect(),
    })
}
