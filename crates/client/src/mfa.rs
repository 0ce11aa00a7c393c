//! Second factors: which there are, setting them up, choosing among them.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Account, Client, Error, Secret};

/// A second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mfa {
    /// A code by text message.
    Sms,
    /// A code that an authenticator app shows.
    SoftwareToken,
    /// A code by mail.
    Email,
}

/// Whether a second factor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is not.
    Off,
    /// It may be chosen.
    On,
    /// It is, without a choice.
    Preferred,
}

impl Mfa {
    const ALL: [Self; 3] = [Self::Sms, Self::SoftwareToken, Self::Email];

    /// As the API calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sms => "SMS_MFA",
            Self::SoftwareToken => "SOFTWARE_TOKEN_MFA",
            Self::Email => "EMAIL_OTP",
        }
    }

    /// The second factor that the API calls `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mfa| mfa.name() == name)
    }

    /// Those of a challenge's parameter, a list in JSON. Those that this version does not know are left
    /// out.
    pub(crate) fn list(parameter: Option<&String>) -> Result<Vec<Self>, Error> {
        let list = parameter.map_or("[]", String::as_str);
        let names: Vec<String> = serde_json::from_str(list)
            .map_err(|error| Error::answer("the second factors", error.to_string(), "a list"))?;
        Ok(names.iter().filter_map(|name| Self::parse(name)).collect())
    }

    const fn settings(self) -> &'static str {
        match self {
            Self::Sms => "SMSMfaSettings",
            Self::SoftwareToken => "SoftwareTokenMfaSettings",
            Self::Email => "EmailMfaSettings",
        }
    }
}

/// An authenticator app that is about to be registered.
#[derive(Clone, Debug)]
pub struct SoftwareToken<'a> {
    account: Account<'a>,
    secret_code: Secret,
}

impl SoftwareToken<'_> {
    /// What the app is to be told, in base32. A page shows it as a picture of
    /// `otpauth://totp/<name>?secret=<code>&issuer=<app>`.
    pub const fn secret_code(&self) -> &Secret {
        &self.secret_code
    }

    /// Takes the first code that the app shows.
    pub async fn verify(&self, code: &str, device: &str) -> Result<(), Error> {
        let request = json!({ "UserCode": code, "FriendlyDeviceName": device });
        self.account.tell("VerifySoftwareToken", request).await
    }
}

impl<'a> Account<'a> {
    /// Begins to register an authenticator app, in place of the one that there may be.
    pub async fn register_software_token(&self) -> Result<SoftwareToken<'a>, Error> {
        let associated: Associated = self.call("AssociateSoftwareToken", json!({})).await?;
        Ok(SoftwareToken {
            account: *self,
            secret_code: associated.secret_code,
        })
    }

    /// Says when second factors are asked for (`SetUserMFAPreference`); those that are not named stay as
    /// they are.
    pub async fn set_mfa(&self, wishes: &[(Mfa, Use)]) -> Result<(), Error> {
        let mut request = json!({});
        for (mfa, wish) in wishes {
            request[mfa.settings()] = json!({
                "Enabled": *wish != Use::Off,
                "PreferredMfa": *wish == Use::Preferred,
            });
        }
        self.tell("SetUserMFAPreference", request).await
    }
}

/// The reply of `AssociateSoftwareToken`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Associated {
    pub(crate) secret_code: Secret,
    pub(crate) session: Option<Secret>,
}

/// `AssociateSoftwareToken` or `VerifySoftwareToken` in the course of a sign-in.
pub(crate) async fn with_session<T: serde::de::DeserializeOwned>(
    client: &Client,
    operation: &str,
    session: Option<&Secret>,
    mut request: Value,
) -> Result<T, Error> {
    if let Some(session) = session {
        request["Session"] = json!(session.expose());
    }
    client.call(operation, request).await
}
