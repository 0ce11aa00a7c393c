//! `VerifySoftwareToken`: the first code of an authenticator app.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
//! Deviation: five codes are looked at, then the app has to be associated anew. `Status` is never
//! `ERROR`: a wrong code is an error of the operation.

use poolhouse_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::software_token::{self, FirstCode};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    user_code: Secret<String>,
    friendly_device_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    status: &'static str,
}

/// Errors: `EnableSoftwareTokenMFA` (a wrong code), `LimitExceeded` (five of them),
/// `SoftwareTokenMFANotFound` (nothing was associated, or the pool has no apps), those of the access
/// token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Reply, ApiError> {
    let name = request.friendly_device_name.filter(|name| !name.is_empty());
    let code = FirstCode { typed: request.user_code, name };
    software_token::verify(cx, code).await?;
    Ok(Reply { status: "SUCCESS" })
}
