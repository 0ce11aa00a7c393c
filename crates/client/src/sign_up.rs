//! Making an account: who signed up has a code to type, and is then let in without another one.

use serde::Deserialize;
use serde_json::json;

use crate::client::attribute_list;
use crate::sign_in::Begin;
use crate::{Client, Delivery, Error, Secret, SignIn};

/// An account that was made, and is perhaps yet to be confirmed.
#[derive(Clone, Debug)]
pub struct SignUp {
    client: Client,
    username: String,
    sub: String,
    confirmed: bool,
    delivery: Option<Delivery>,
    session: Option<Secret>,
}

/// An account whose owner just typed the code of the sign-up.
#[derive(Clone, Debug)]
pub struct Confirmed {
    client: Client,
    username: String,
    session: Option<Secret>,
}

impl SignUp {
    /// Who it is from now on (`UserSub`).
    pub fn sub(&self) -> &str {
        &self.sub
    }

    /// Whether nothing is left to confirm.
    pub const fn is_confirmed(&self) -> bool {
        self.confirmed
    }

    /// Where the code went.
    pub const fn delivery(&self) -> Option<&Delivery> {
        self.delivery.as_ref()
    }

    /// Takes the code. A wrong one may be followed by another try.
    pub async fn confirm(&self, code: &str) -> Result<Confirmed, Error> {
        confirm(&self.client, &self.username, code).await
    }

    /// Sends the code once more.
    pub async fn resend(&self) -> Result<Delivery, Error> {
        self.client.resend_confirmation_code(&self.username).await
    }

    /// Signs in to an account that needed no confirmation.
    pub async fn sign_in(&self) -> Result<SignIn, Error> {
        enter(&self.client, &self.username, self.session.as_ref()).await
    }
}

impl Confirmed {
    /// Signs in by the code that confirmed, for as long as its Session is good, where codes sign in;
    /// otherwise an ordinary sign-in begins.
    pub async fn sign_in(&self) -> Result<SignIn, Error> {
        enter(&self.client, &self.username, self.session.as_ref()).await
    }
}

pub(crate) async fn start(
    client: &Client,
    username: &str,
    password: Option<&str>,
    attributes: &[(&str, &str)],
) -> Result<SignUp, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        user_confirmed: bool,
        user_sub: String,
        code_delivery_details: Option<Delivery>,
        session: Option<Secret>,
    }
    let attributes = attribute_list(attributes.iter().copied());
    let mut request = client.about(username, json!({ "UserAttributes": attributes }));
    if let Some(password) = password {
        request["Password"] = json!(password);
    }
    let reply: Reply = client.call("SignUp", request).await?;
    Ok(SignUp {
        client: client.clone(),
        username: username.to_owned(),
        sub: reply.user_sub,
        confirmed: reply.user_confirmed,
        delivery: reply.code_delivery_details,
        session: reply.session,
    })
}

pub(crate) async fn confirm(
    client: &Client,
    username: &str,
    code: &str,
) -> Result<Confirmed, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Reply {
        session: Option<Secret>,
    }
    let request = client.about(username, json!({ "ConfirmationCode": code }));
    let reply: Reply = client.call("ConfirmSignUp", request).await?;
    Ok(Confirmed {
        client: client.clone(),
        username: username.to_owned(),
        session: reply.session,
    })
}

async fn enter(client: &Client, username: &str, session: Option<&Secret>) -> Result<SignIn, Error> {
    let begin = Begin::new(client, username).with_session(session);
    begin.start("USER_AUTH", &[]).await
}
