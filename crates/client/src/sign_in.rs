//! Where a sign-in stands, and how it gets on.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::tokens::AuthenticationResult;
use crate::{Challenge, Client, Error, Secret, Tokens};

/// Where a sign-in stands after a request.
#[derive(Clone, Debug)]
pub enum SignIn {
    /// The person is in.
    Done(Tokens),
    /// The person has something to do first.
    Asked(Challenge),
}

/// A way to sign in (`AvailableChallenges`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Factor {
    /// A password that is sent.
    Password,
    /// A password that is proved without being sent.
    PasswordSrp,
    /// A code by mail.
    EmailOtp,
    /// A code by text message.
    SmsOtp,
    /// A passkey.
    WebAuthn,
}

impl Factor {
    const ALL: [Self; 5] = [
        Self::Password,
        Self::PasswordSrp,
        Self::EmailOtp,
        Self::SmsOtp,
        Self::WebAuthn,
    ];

    /// As the API calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "PASSWORD",
            Self::PasswordSrp => "PASSWORD_SRP",
            Self::EmailOtp => "EMAIL_OTP",
            Self::SmsOtp => "SMS_OTP",
            Self::WebAuthn => "WEB_AUTHN",
        }
    }

    /// The way that the API calls `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|factor| factor.name() == name)
    }
}

impl SignIn {
    /// The tokens, where nothing is left to ask.
    ///
    /// # Errors
    /// [`Error::Answer`] if something is: it names the challenge.
    pub fn done(self) -> Result<Tokens, Error> {
        match self {
            Self::Done(tokens) => Ok(tokens),
            Self::Asked(challenge) => Err(Error::answer("the sign-in", challenge.name(), "tokens")),
        }
    }
}

/// A reply of `InitiateAuth` or `RespondToAuthChallenge`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Reply {
    pub(crate) challenge_name: Option<String>,
    session: Option<Secret>,
    #[serde(default)]
    pub(crate) challenge_parameters: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) available_challenges: Vec<String>,
    authentication_result: Option<AuthenticationResult>,
}

/// The first request of a sign-in.
pub(crate) struct Begin<'a> {
    client: &'a Client,
    username: &'a str,
    session: Option<&'a Secret>,
}

impl<'a> Begin<'a> {
    pub(crate) const fn new(client: &'a Client, username: &'a str) -> Self {
        Self {
            client,
            username,
            session: None,
        }
    }

    /// With the Session of a sign-up.
    pub(crate) const fn with_session(mut self, session: Option<&'a Secret>) -> Self {
        self.session = session;
        self
    }

    /// `InitiateAuth`, and what it leads to.
    pub(crate) async fn start(
        &self,
        flow: &str,
        parameters: &[(&str, &str)],
    ) -> Result<SignIn, Error> {
        let reply = self.ask(flow, parameters).await?;
        self.conversation().go_on(reply)
    }

    /// `InitiateAuth`.
    pub(crate) async fn ask(
        &self,
        flow: &str,
        parameters: &[(&str, &str)],
    ) -> Result<Reply, Error> {
        let mut request = json!({
            "ClientId": self.client.config().client_id,
            "AuthFlow": flow,
            "AuthParameters": words(self.client, self.username, parameters),
        });
        if let Some(session) = self.session {
            request["Session"] = json!(session.expose());
        }
        self.client.call("InitiateAuth", request).await
    }

    pub(crate) fn conversation(&self) -> Conversation {
        Conversation {
            client: self.client.clone(),
            username: self.username.to_owned(),
            session: None,
        }
    }
}

/// Who is signing in, and the Session that stands for how far they got.
#[derive(Clone, Debug)]
pub(crate) struct Conversation {
    pub(crate) client: Client,
    /// As the person typed it, until the pool says what it is to be called by.
    pub(crate) username: String,
    pub(crate) session: Option<Secret>,
}

impl Conversation {
    /// What a reply leads to.
    pub(crate) fn go_on(self, reply: Reply) -> Result<SignIn, Error> {
        match reply.authentication_result {
            Some(result) => Tokens::of(result, None).map(SignIn::Done),
            None => Challenge::of(self, reply).map(SignIn::Asked),
        }
    }

    /// The same one step later.
    pub(crate) fn after(mut self, reply: &mut Reply) -> Self {
        let parameters = &reply.challenge_parameters;
        let named = ["USER_ID_FOR_SRP", "USERNAME"]
            .into_iter()
            .find_map(|name| parameters.get(name));
        if let Some(named) = named {
            self.username.clone_from(named);
        }
        self.session = reply.session.take();
        self
    }

    /// The same with another Session.
    pub(crate) fn with_session(mut self, session: Option<Secret>) -> Self {
        self.session = session;
        self
    }

    /// `RespondToAuthChallenge`, and what it leads to.
    pub(crate) async fn respond(
        &self,
        challenge: &str,
        responses: &[(&str, &str)],
    ) -> Result<SignIn, Error> {
        let reply = self.ask(challenge, responses).await?;
        self.clone().go_on(reply)
    }

    /// `RespondToAuthChallenge`.
    pub(crate) async fn ask(
        &self,
        challenge: &str,
        responses: &[(&str, &str)],
    ) -> Result<Reply, Error> {
        let mut request = json!({
            "ClientId": self.client.config().client_id,
            "ChallengeName": challenge,
            "ChallengeResponses": words(&self.client, &self.username, responses),
        });
        if let Some(session) = &self.session {
            request["Session"] = json!(session.expose());
        }
        self.client.call("RespondToAuthChallenge", request).await
    }
}

/// `AuthParameters` or `ChallengeResponses`: every one of them names the user, and shows the secret's
/// hash if there is a secret.
fn words(client: &Client, username: &str, others: &[(&str, &str)]) -> Value {
    let mut words = Map::new();
    words.insert("USERNAME".to_owned(), json!(username));
    if let Some(hash) = client.secret_hash(username) {
        words.insert("SECRET_HASH".to_owned(), json!(hash));
    }
    for (name, value) in others {
        words.insert((*name).to_owned(), json!(value));
    }
    Value::Object(words)
}
