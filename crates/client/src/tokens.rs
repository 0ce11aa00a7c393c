//! The tokens of a sign-in.

use std::time::Duration;

use serde::Deserialize;

use crate::{Error, Secret};

/// What a sign-in ends with (`AuthenticationResultType`).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Tokens {
    /// Stands for the user at the pool itself and at the app's own services.
    pub access: Secret,
    /// Says who the user is.
    pub id: Secret,
    /// Gets new tokens when those two have expired. Where the pool rotates them, each refresh gives
    /// another one; elsewhere it stays the same.
    pub refresh: Secret,
    /// For how long the access token is good.
    pub expires_in: Duration,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AuthenticationResult {
    access_token: Secret,
    id_token: Secret,
    refresh_token: Option<Secret>,
    expires_in: u64,
}

impl Tokens {
    /// Those of a reply; `shown` is the refresh token that they were asked for with.
    pub(crate) fn of(result: AuthenticationResult, shown: Option<&Secret>) -> Result<Self, Error> {
        let missing = || Error::answer("AuthenticationResult", "no RefreshToken", "one");
        Ok(Self {
            access: result.access_token,
            id: result.id_token,
            refresh: result
                .refresh_token
                .or_else(|| shown.cloned())
                .ok_or_else(missing)?,
            expires_in: Duration::from_secs(result.expires_in),
        })
    }
}
