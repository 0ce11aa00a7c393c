//! An app client: which flows it may use, and how long what it gets is valid.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::pool::ContactAttribute;
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
    /// The attributes that it may read (`ReadAttributes`); none: all.
    pub read_attributes: Option<Vec<String>>,
    /// The attributes that it may write (`WriteAttributes`); none: all.
    pub write_attributes: Option<Vec<String>>,
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

    /// Whether the client is told of the attribute `name`. `sub` is none, and told to everybody.
    pub fn may_read(&self, name: &str) -> bool {
        is_listed(self.read_attributes.as_ref(), name)
    }

    /// Whether people may write the attribute `name` with the client. Nobody writes that something of
    /// theirs is proved.
    pub fn may_write(&self, name: &str) -> bool {
        let is_proof = |contact: ContactAttribute| contact.verified() == name;
        !ContactAttribute::ALL.into_iter().any(is_proof)
            && is_listed(self.write_attributes.as_ref(), name)
    }
}

fn is_listed(list: Option<&Vec<String>>, name: &str) -> bool {
    list.is_none_or(|list| list.iter().any(|listed| listed == name))
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
            read_attributes: None,
            write_attributes: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_listed_is_closed_where_something_is() {
        let open = ClientConfig::default();
        assert!(open.may_read("custom:role") && open.may_write("custom:role"));
        let closed = ClientConfig {
            read_attributes: Some(vec!["email".to_owned(), "email_verified".to_owned()]),
            write_attributes: Some(vec!["email".to_owned()]),
            ..open
        };
        assert!(closed.may_read("email_verified") && !closed.may_read("name"));
        assert!(closed.may_write("email") && !closed.may_write("name"));
    }

    #[test]
    fn nobody_verifies_themselves() {
        let listed = vec!["email_verified".to_owned()];
        for write_attributes in [None, Some(listed)] {
            let client = ClientConfig {
                write_attributes,
                ..ClientConfig::default()
            };
            assert!(!client.may_write("email_verified"));
            assert!(!client.may_write("phone_number_verified"));
        }
    }
}
