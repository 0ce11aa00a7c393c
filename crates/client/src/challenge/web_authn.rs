//! `WEB_AUTHN`.

use serde::Serialize;

use crate::sign_in::{Conversation, Reply};
use crate::{Error, Factor, SignIn};

const OPTIONS: &str = "CREDENTIAL_REQUEST_OPTIONS";

/// The person uses a passkey.
#[derive(Clone, Debug)]
pub struct WebAuthn {
    asked: Conversation,
    options: String,
}

impl WebAuthn {
    pub(super) fn of(asked: Conversation, mut reply: Reply) -> Result<Self, Error> {
        let options = reply.challenge_parameters.remove(OPTIONS);
        let missing = || Error::answer("WEB_AUTHN", format!("no {OPTIONS}"), "some");
        Ok(Self {
            asked,
            options: options.ok_or_else(missing)?,
        })
    }

    /// `PublicKeyCredentialRequestOptionsJSON`: for an authenticator, or a page's
    /// `PublicKeyCredential.parseRequestOptionsFromJSON`.
    pub fn options(&self) -> &str {
        &self.options
    }

    /// Takes the assertion: `AuthenticationResponseJSON`, as JSON or as anything that serializes to it.
    /// A challenge is good for one assertion, right or wrong.
    pub async fn answer(&self, credential: &impl Serialize) -> Result<SignIn, Error> {
        let credential = serde_json::to_string(credential)
            .map_err(|error| Error::config("the credential", error.to_string(), "JSON"))?;
        self.asked
            .respond("WEB_AUTHN", &[("CREDENTIAL", &credential)])
            .await
    }

    /// Signs in by another way after all, for who closes the passkey's dialog.
    pub async fn choose(&self, factor: Factor) -> Result<SignIn, Error> {
        self.asked
            .respond("SELECT_CHALLENGE", &[("ANSWER", factor.name())])
            .await
    }
}
