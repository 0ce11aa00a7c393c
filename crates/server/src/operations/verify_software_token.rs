//! `VerifySoftwareToken`: the first code of an authenticator app.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_VerifySoftwareToken.html>
//! Deviation: five codes are looked at, then the app has to be associated anew. `Status` is never
//! `ERROR`: a wrong code is an error of the operation.
//! Cannot occur: `InvalidUserPoolConfigurationException`: a definition that does not fit together is refused when
//! it is read.
//! Cannot occur: `CodeMismatchException`: a wrong code is `EnableSoftwareTokenMFAException`.

use poolhouse_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::flows::software_token::{self, FirstCode, Shown};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Request {
    access_token: Option<Secret<String>>,
    session: Option<Secret<String>>,
    user_code: Secret<String>,
    friendly_device_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
}

/// Errors: `EnableSoftwareTokenMFA` (a wrong code), `LimitExceeded` (five of them),
/// `SoftwareTokenMFANotFound` (nothing was associated, or the pool has no apps), `NotAuthorized`
/// (Session), `InvalidParameter` (neither or both), those of the access token.
pub(super) async fn run(app: &App, request: Request) -> Result<Reply, ApiError> {
    let Request { access_token, session, user_code: typed, friendly_device_name } = request;
    let name = friendly_device_name.filter(|name| !name.is_empty());
    let shown = Shown { access_token, session };
    let session = software_token::verify(app, shown, FirstCode { typed, name }).await?;
    Ok(Reply { status: "SUCCESS", session: session.map(Secret::release) })
}
