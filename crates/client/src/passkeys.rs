//! A signed-in user's passkeys.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::{Account, Error};

/// A passkey as the pool knows it (`WebAuthnCredentialDescription`).
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Passkey {
    /// The credential's id, in base64url.
    #[serde(rename = "CredentialId")]
    pub id: String,
    /// What it is called.
    #[serde(rename = "FriendlyCredentialName")]
    pub name: String,
    /// For whom it was made.
    pub relying_party_id: String,
    /// `platform` or `cross-platform`.
    pub authenticator_attachment: Option<String>,
    /// How its authenticator is reached.
    #[serde(default)]
    pub authenticator_transports: Vec<String>,
    /// When it was made.
    #[serde(deserialize_with = "epoch_seconds")]
    pub created_at: SystemTime,
}

/// A passkey that is about to be made.
#[derive(Clone, Debug)]
pub struct Registration<'a> {
    account: Account<'a>,
    options: String,
}

impl<'a> Account<'a> {
    /// Their passkeys, oldest first.
    pub async fn passkeys(&self) -> Result<Vec<Passkey>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Reply {
            credentials: Vec<Passkey>,
            next_token: Option<String>,
        }
        let mut all = Vec::new();
        let mut request = json!({});
        loop {
            let reply: Reply = self.call("ListWebAuthnCredentials", request).await?;
            all.extend(reply.credentials);
            match reply.next_token {
                Some(next) => request = json!({ "NextToken": next }),
                None => return Ok(all),
            }
        }
    }

    /// Begins to add a passkey.
    pub async fn register_passkey(&self) -> Result<Registration<'a>, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Reply {
            credential_creation_options: Value,
        }
        let reply: Reply = self.call("StartWebAuthnRegistration", json!({})).await?;
        Ok(Registration {
            account: *self,
            options: reply.credential_creation_options.to_string(),
        })
    }

    /// Deletes a passkey by its [id](Passkey::id).
    pub async fn delete_passkey(&self, id: &str) -> Result<(), Error> {
        self.tell("DeleteWebAuthnCredential", json!({ "CredentialId": id }))
            .await
    }
}

impl Registration<'_> {
    /// `PublicKeyCredentialCreationOptionsJSON`: for an authenticator, or a page's
    /// `PublicKeyCredential.parseCreationOptionsFromJSON`.
    pub fn options(&self) -> &str {
        &self.options
    }

    /// Takes the new passkey: `RegistrationResponseJSON`, as JSON or as anything that serializes to it.
    pub async fn complete(&self, credential: &impl Serialize) -> Result<(), Error> {
        let credential = serde_json::to_value(credential)
            .map_err(|error| Error::config("the credential", error.to_string(), "JSON"))?;
        let request = json!({ "Credential": credential });
        self.account
            .tell("CompleteWebAuthnRegistration", request)
            .await
    }
}

fn epoch_seconds<'de, D: Deserializer<'de>>(from: D) -> Result<SystemTime, D::Error> {
    let seconds = f64::deserialize(from)?;
    let since = Duration::try_from_secs_f64(seconds).map_err(serde::de::Error::custom)?;
    Ok(SystemTime::UNIX_EPOCH + since)
}
