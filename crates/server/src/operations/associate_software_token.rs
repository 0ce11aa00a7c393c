//! `AssociateSoftwareToken`: the user begins to register an authenticator app.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
//! Deviation: the seed waits an hour for its first code.

use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::software_token;

#[derive(Deserialize)]
pub(super) struct Request {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    secret_code: String,
}

/// Errors: `SoftwareTokenMFANotFound` (the pool has no apps), those of the access token.
pub(super) async fn run(cx: &UserCx, _: Request) -> Result<Reply, ApiError> {
    let seed = software_token::associate(cx).await?;
    Ok(Reply { secret_code: seed.expose().clone() })
}
