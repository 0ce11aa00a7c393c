//! `UpdateUserAttributes`: the user changes what is known about them.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html>
//! Deviation: an address or number that somebody else has is refused when it is proved, not before.
//! Cannot occur: `CodeMismatchException`, `ExpiredCodeException`: no code is taken here.

use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::account;
use crate::operations::shapes::{Attribute, CodeDeliveryDetails, attributes};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    user_attributes: Vec<Attribute>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    code_delivery_details_list: Vec<CodeDeliveryDetails>,
}

/// Errors: `InvalidParameter` (schema, contact), `AliasExists`, those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Reply, ApiError> {
    let sent = account::update_attributes(cx, attributes(request.user_attributes)).await?;
    Ok(Reply { code_delivery_details_list: sent.into_iter().map(Into::into).collect() })
}
