//! `AssociateSoftwareToken`: somebody begins to register an authenticator app.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AssociateSoftwareToken.html>
//! Deviation: the seed waits an hour for its first code.
//! Cannot occur: `ConcurrentModificationException`: a user's requests wait for one another.

use poolhouse_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::flows::software_token::{self, Shown};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    access_token: Option<Secret<String>>,
    session: Option<Secret<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    secret_code: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

/// Errors: `SoftwareTokenMFANotFound` (the pool has no apps), `NotAuthorized` (Session),
/// `InvalidParameter` (neither or both), those of the access token.
pub(super) async fn run(app: &App, request: Request) -> Result<Reply, ApiError> {
    let Request { access_token, session } = request;
    let associated = software_token::associate(app, Shown { access_token, session }).await?;
    Ok(Reply {
        secret_code: associated.seed.release(),
        session: associated.session.map(Secret::release),
    })
}
