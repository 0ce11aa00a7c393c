//! An app client: which flows it may use, and how long what it gets is valid.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{ClientId, ClientSecret};

/// A way to start a sign-in that a client may be allowed (`ExplicitAuthFlows`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AuthFlow {
    /// Choose among the pool's first factors.
    AllowUserAuth,
    /// A password by SRP.
    AllowUserSrpAuth,
    /// A password in clear.
    AllowUserPasswordAuth,
    /// A refresh token.
    AllowRefreshTokenAuth,
    /// Lambda-defined challenges.
    AllowCustomAuth,
    /// A password in clear, from a server that signs its calls.
    AllowAdminUserPasswordAuth,
}

/// An app client as the definition makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientConfig {
    /// Tells a pool's clients apart; the one that `defineAuth` makes is [`ClientConfig::DEFAULT_NAME`].
    pub name: String,
    /// The flows it may use.
    pub auth_flows: Vec<AuthFlow>,
    /// Answer for unknown users as if they existed (`PreventUserExistenceErrors` = ENABLED).
    pub prevent_user_existence_errors: bool,
    /// From one challenge to its answer (`AuthSessionValidity`): 3 to 15 minutes.
    pub auth_session_validity: Duration,
    /// 5 minutes to a day.
    pub access_token_validity: Duration,
    /// 5 minutes to a day.
    pub id_token_validity: Duration,
    /// An hour to ten years.
    pub refresh_token_validity: Duration,
    /// Each refresh gives a new refresh token, and the one before it holds for so long still
    /// (`RefreshTokenRotation`, `RetryGracePeriodSeconds`: 0 to 60). None: tokens are not rotated.
    pub rotation_grace: Option<Duration>,
    /// Whether a sign-in can be ended by its refresh token (`EnableTokenRevocation`). If not, tokens
    /// have neither `origin_jti` nor `jti`.
    pub token_revocation: bool,
    /// Whether it has a secret, which all of its requests must show (`GenerateSecret`).
    pub has_secret: bool,
}

/// What an app client is known by: made once, and kept however its configuration changes.
#[derive(Clone, Debug)]
pub struct ClientIdentity {
    /// Its name in the definition.
    pub name: String,
    /// Its id.
    pub id: ClientId,
    /// Its secret, if the definition says that it has one.
    pub secret: Option<ClientSecret>,
}

impl ClientConfig {
    /// The name of the client that `defineAuth` makes.
    pub const DEFAULT_NAME: &'static str = "default";

    /// Whether the client may use `flow`.
    pub fn allows(&self, flow: AuthFlow) -> bool {
        self.auth_flows.contains(&flow)
    }
}

impl Default for ClientConfig {
    /// What CreateUserPoolClient gives a client that asks for nothing, with unknown users concealed.
    fn default() -> Self {
        const MINUTE: Duration = Duration::from_mins(1);
        Self {
            name: Self::DEFAULT_NAME.to_owned(),
            auth_flows: vec![
                AuthFlow::AllowCustomAuth,
                AuthFlow::AllowUserSrpAuth,
                AuthFlow::AllowRefreshTokenAuth,
            ],
            prevent_user_existence_errors: true,
            auth_session_validity: 3 * MINUTE,
            access_token_validity: 60 * MINUTE,
            id_token_validity: 60 * MINUTE,
            refresh_token_validity: 30 * 24 * 60 * MINUTE,
            rotation_grace: None,
            token_revocation: true,
            has_secret: false,
        }
    }
}
