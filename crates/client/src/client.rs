//! One app client of one user pool, and what it can do for people who are not signed in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Value, json};

use crate::delivery::{CodeSent, Mail};
use crate::sign_in::{Begin, Factor};
use crate::srp::Proof;
use crate::tokens::AuthenticationResult;
use crate::wire::Wire;
use crate::{Account, Config, Confirmed, Delivery, Error, Secret, SignIn, SignUp, Tokens, sign_up};

/// An app client of a user pool. Cheap to clone: clones share their connections.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    config: Config,
    wire: Wire,
}

impl Client {
    /// A client; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Config`] if the endpoint is no URL, or is `https` and the machine trusts nobody.
    pub fn new(config: Config) -> Result<Self, Error> {
        let wire = Wire::new(&config)?;
        Ok(Self(Arc::new(Shared { config, wire })))
    }

    /// Makes an account: without a password if the pool signs in by codes. The reply says where a code
    /// went, and takes it.
    pub async fn sign_up(
        &self,
        username: &str,
        password: Option<&str>,
        attributes: &[(&str, &str)],
    ) -> Result<SignUp, Error> {
        sign_up::start(self, username, password, attributes).await
    }

    /// Takes the code of a sign-up that was begun elsewhere; see [`SignUp::confirm`].
    pub async fn confirm_sign_up(&self, username: &str, code: &str) -> Result<Confirmed, Error> {
        sign_up::confirm(self, username, code).await
    }

    /// Sends the code of a sign-up once more.
    pub async fn resend_confirmation_code(&self, username: &str) -> Result<Delivery, Error> {
        let request = self.about(username, json!({}));
        let sent: CodeSent = self.call("ResendConfirmationCode", request).await?;
        Ok(sent.code_delivery_details)
    }

    /// Begins a sign-in (`USER_AUTH`): the person is asked to choose a way, unless there is one only.
    pub async fn sign_in(&self, username: &str) -> Result<SignIn, Error> {
        Begin::new(self, username).start("USER_AUTH", &[]).await
    }

    /// Begins a sign-in with one way preferred. Who cannot sign in by it is asked to choose.
    ///
    /// With [`Factor::WebAuthn`] the name `~passkey` stands for whoever has the passkey, where the pool
    /// has sign-in without names.
    pub async fn sign_in_with(&self, username: &str, factor: Factor) -> Result<SignIn, Error> {
        let preferred = [("PREFERRED_CHALLENGE", factor.name())];
        Begin::new(self, username)
            .start("USER_AUTH", &preferred)
            .await
    }

    /// Signs in with a password that is sent (`USER_PASSWORD_AUTH`).
    pub async fn sign_in_with_password(
        &self,
        username: &str,
        password: &str,
    ) -> Result<SignIn, Error> {
        let password = [("PASSWORD", password)];
        Begin::new(self, username)
            .start("USER_PASSWORD_AUTH", &password)
            .await
    }

    /// Signs in with a password that is proved without being sent (`USER_SRP_AUTH`): two requests, and
    /// about three milliseconds of arithmetic, on a thread for such.
    pub async fn sign_in_with_srp(&self, username: &str, password: &str) -> Result<SignIn, Error> {
        let proof = Proof::begin(password).await?;
        let begin = Begin::new(self, username);
        let asked = begin.ask("USER_SRP_AUTH", &[("SRP_A", &proof.a())]).await?;
        proof.answer(begin.conversation(), asked).await
    }

    /// New tokens for a refresh token.
    pub async fn refresh(&self, refresh: &Secret) -> Result<Tokens, Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Reply {
            authentication_result: AuthenticationResult,
        }
        let request = self.with_secret(json!({ "RefreshToken": refresh.expose() }));
        let reply: Reply = self.call("GetTokensFromRefreshToken", request).await?;
        Tokens::of(reply.authentication_result, Some(refresh))
    }

    /// Signs out: ends the sign-in that a refresh token belongs to.
    pub async fn revoke(&self, refresh: &Secret) -> Result<(), Error> {
        let request = self.with_secret(json!({ "Token": refresh.expose() }));
        self.call("RevokeToken", request)
            .await
            .map(|_: IgnoredAny| ())
    }

    /// Sends a code to somebody who forgot their password.
    pub async fn forgot_password(&self, username: &str) -> Result<Delivery, Error> {
        let request = self.about(username, json!({}));
        let sent: CodeSent = self.call("ForgotPassword", request).await?;
        Ok(sent.code_delivery_details)
    }

    /// Sets a new password with the code of [`Client::forgot_password`].
    pub async fn confirm_forgot_password(
        &self,
        username: &str,
        code: &str,
        password: &str,
    ) -> Result<(), Error> {
        let request = json!({ "ConfirmationCode": code, "Password": password });
        let request = self.about(username, request);
        self.call("ConfirmForgotPassword", request)
            .await
            .map(|_: IgnoredAny| ())
    }

    /// What a signed-in user can do, by their access token.
    pub fn account<'a>(&'a self, access: &'a Secret) -> Account<'a> {
        Account::new(self, access)
    }

    /// The keys that the pool's tokens are signed with, as a JSON Web Key Set (RFC 7517 §5).
    pub async fn keys(&self) -> Result<Value, Error> {
        let Shared { config, wire } = &*self.0;
        let path = format!("{}/.well-known/jwks.json", config.user_pool_id);
        wire.get(config, &path).await
    }

    /// What `poolhouse dev` keeps of the mails and texts to an address or number, newest first: for
    /// tests of an app.
    pub async fn inbox(&self, to: &str) -> Result<Vec<Mail>, Error> {
        let Shared { config, wire } = &*self.0;
        // Of what addresses and numbers are made of, these mean something else in a query.
        let to = to
            .replace('%', "%25")
            .replace('+', "%2B")
            .replace('&', "%26")
            .replace('#', "%23");
        wire.get(config, &format!("inbox/messages?to={to}")).await
    }

    /// Calls any operation: `request` is its input as the API's reference has it, and the reply is read
    /// into `T`. For what this client has no method for.
    pub async fn call<T: DeserializeOwned>(
        &self,
        operation: &str,
        request: Value,
    ) -> Result<T, Error> {
        let Shared { config, wire } = &*self.0;
        wire.call(config, operation, &request).await
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    /// `SECRET_HASH` for a user's name: Base64(HMAC-SHA-256(secret, name ‖ client id)), if the client
    /// has a secret (AWS: "Computing secret hash values").
    pub(crate) fn secret_hash(&self, username: &str) -> Option<String> {
        let secret = self.config().client_secret.as_ref()?;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.expose().as_bytes());
        let mut hash = hmac::Context::with_key(&key);
        hash.update(username.as_bytes());
        hash.update(self.config().client_id.as_bytes());
        Some(STANDARD.encode(hash.sign()))
    }

    /// A request about a user who is named.
    pub(crate) fn about(&self, username: &str, mut request: Value) -> Value {
        request["ClientId"] = json!(self.config().client_id);
        request["Username"] = json!(username);
        if let Some(hash) = self.secret_hash(username) {
            request["SecretHash"] = json!(hash);
        }
        request
    }

    /// A request about a token.
    fn with_secret(&self, mut request: Value) -> Value {
        request["ClientId"] = json!(self.config().client_id);
        if let Some(secret) = &self.config().client_secret {
            request["ClientSecret"] = json!(secret.expose());
        }
        request
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Client").field(self.config()).finish()
    }
}

/// `[{"Name": .., "Value": ..}]`, as attributes are on the wire.
pub(crate) fn attribute_list<'a>(
    attributes: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Value {
    let pair = |(name, value)| json!({ "Name": name, "Value": value });
    attributes.into_iter().map(pair).collect()
}

/// What such a list says.
pub(crate) fn attribute_map(list: Vec<Attribute>) -> BTreeMap<String, String> {
    list.into_iter()
        .map(|attribute| (attribute.name, attribute.value))
        .collect()
}

/// `AttributeType`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Attribute {
    name: String,
    #[serde(default)]
    value: String,
}
