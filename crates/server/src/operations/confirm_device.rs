//! `ConfirmDevice`: the device that a sign-in was given a key for can prove itself from now on.
//!
//! <https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html>
//! Deviation: a user has at most 100 devices: one more takes the place of the one that signed in the longest
//! time ago.
//! Cannot occur: `InvalidPasswordException`, `UsernameExistsException`: neither a password nor a name is given.

use poolhouse_domain::Secret;
use serde::{Deserialize, Serialize};

use crate::awsjson::error::ApiError;
use crate::cx::UserCx;
use crate::flows::devices::{self, Confirmation};
use crate::operations::shapes::device_key;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the names are AWS's")]
pub(super) struct Request {
    device_key: String,
    device_name: Option<String>,
    device_secret_verifier_config: Option<Config>,
}

/// `DeviceSecretVerifierConfigType`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Config {
    password_verifier: Option<Secret<String>>,
    salt: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Reply {
    user_confirmation_necessary: bool,
}

/// Errors: `InvalidParameter` (not the key of this sign-in, or one that was forgotten; no salt or
/// verifier, or what is none), `DeviceKeyExists` (confirmed before), `InvalidUserPoolConfiguration` (the
/// pool remembers no devices), those of the access token.
pub(super) async fn run(cx: &UserCx, request: Request) -> Result<Reply, ApiError> {
    let config = request.device_secret_verifier_config;
    let config = config.ok_or(ApiError::MissingParameter("DeviceSecretVerifierConfig"))?;
    let confirmation = Confirmation {
        key: device_key(&request.device_key)?,
        name: request.device_name,
        salt: config.salt.ok_or(ApiError::MissingParameter("Salt"))?,
        verifier: config.password_verifier.ok_or(ApiError::MissingParameter("PasswordVerifier"))?,
    };
    let asks_user = devices::confirm(cx, confirmation).await?;
    Ok(Reply { user_confirmation_necessary: asks_user })
}
