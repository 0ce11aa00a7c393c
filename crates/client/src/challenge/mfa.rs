//! `SELECT_MFA_TYPE` and `MFA_SETUP`.

use serde::Deserialize;
use serde_json::json;

use crate::mfa::{Associated, with_session};
use crate::sign_in::{Conversation, Reply};
use crate::{Error, Mfa, Secret, SignIn};

const SETUP: &str = "MFA_SETUP";

/// The person chooses one of their second factors.
#[derive(Clone, Debug)]
pub struct SelectMfa {
    asked: Conversation,
    methods: Vec<Mfa>,
}

impl SelectMfa {
    pub(super) fn of(asked: Conversation, reply: &Reply) -> Result<Self, Error> {
        let methods = Mfa::list(reply.challenge_parameters.get("MFAS_CAN_CHOOSE"))?;
        Ok(Self { asked, methods })
    }

    /// Those that the person has.
    pub fn methods(&self) -> &[Mfa] {
        &self.methods
    }

    /// Chooses one; its code is asked for next.
    pub async fn choose(&self, mfa: Mfa) -> Result<SignIn, Error> {
        self.asked
            .respond("SELECT_MFA_TYPE", &[("ANSWER", mfa.name())])
            .await
    }
}

/// The person sets up a second factor, which the pool demands and they lack.
#[derive(Clone, Debug)]
pub struct MfaSetup {
    asked: Conversation,
    methods: Vec<Mfa>,
}

/// An authenticator app that is about to be registered, on the way in.
#[derive(Clone, Debug)]
pub struct SoftwareTokenSetup {
    asked: Conversation,
    secret_code: Secret,
}

impl MfaSetup {
    pub(super) fn of(asked: Conversation, reply: &Reply) -> Result<Self, Error> {
        let methods = Mfa::list(reply.challenge_parameters.get("MFAS_CAN_SETUP"))?;
        Ok(Self { asked, methods })
    }

    /// Those that can be set up.
    pub fn methods(&self) -> &[Mfa] {
        &self.methods
    }

    /// Begins to register an authenticator app.
    pub async fn software_token(&self) -> Result<SoftwareTokenSetup, Error> {
        let Conversation {
            client, session, ..
        } = &self.asked;
        let operation = "AssociateSoftwareToken";
        let reply = with_session(client, operation, session.as_ref(), json!({}));
        let associated: Associated = reply.await?;
        Ok(SoftwareTokenSetup {
            asked: self.asked.clone().with_session(associated.session),
            secret_code: associated.secret_code,
        })
    }

    /// Gives an address for codes by mail; the first one is asked for next.
    pub async fn email(&self, address: &str) -> Result<SignIn, Error> {
        self.asked.respond(SETUP, &[("EMAIL", address)]).await
    }
}

impl SoftwareTokenSetup {
    /// What the app is to be told, in base32.
    pub const fn secret_code(&self) -> &Secret {
        &self.secret_code
    }

    /// Takes the first code that the app shows. A wrong one may be followed by another try.
    pub async fn verify(&self, code: &str, device: &str) -> Result<SignIn, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Verified {
            session: Option<Secret>,
        }
        let Conversation {
            client, session, ..
        } = &self.asked;
        let request = json!({ "UserCode": code, "FriendlyDeviceName": device });
        let reply = with_session(client, "VerifySoftwareToken", session.as_ref(), request);
        let verified: Verified = reply.await?;
        let asked = self.asked.clone().with_session(verified.session);
        asked.respond(SETUP, &[]).await
    }
}
