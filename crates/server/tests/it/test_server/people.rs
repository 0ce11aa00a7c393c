//! People: their mail, their accounts, their sign-ins and the tokens of these.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{Clock as _, Sub};
use poolhouse_store::{SentMessage, StoreError};
use serde_json::{Value, json};

use super::TestServer;

/// A mail that went out.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) code: String,
    pub(crate) link: Option<String>,
}

/// The tokens of a sign-in.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) id: String,
    pub(crate) refresh: String,
}

impl TestServer {
    /// Every message to `address`, newest first: the outbox is delivered first.
    pub(crate) async fn mail_to(&self, address: &str) -> Vec<Mail> {
        let (address, now) = (address.to_owned(), self.clock.now());
        let list = self.store.write::<_, StoreError, _>(move |txn| {
            for message in txn.outbox_due(1000)? {
                txn.outbox_sent(&message.id, now, true)?;
            }
            txn.inbox_list(Some(&address), 1000)
        });
        let mail = |sent: SentMessage| Mail {
            subject: sent.message.subject.clone(),
            text: sent.message.text.expose().clone(),
            code: sent.message.code.expose().clone(),
            link: sent.message.link.map(|link| link.url.expose().clone()),
        };
        list.await.unwrap().into_iter().map(mail).collect()
    }

    /// The newest code that was mailed to `address`.
    pub(crate) async fn code_for(&self, address: &str) -> String {
        let mail = self.mail_to(address).await;
        mail.first()
            .unwrap_or_else(|| panic!("no mail to {address}"))
            .code
            .clone()
    }

    /// A code of the same length that is not `code`.
    pub(crate) fn other_code(code: &str) -> String {
        let last = if code.ends_with('0') { '1' } else { '0' };
        format!("{}{last}", &code[..code.len() - 1])
    }

    /// Signs up with an address or number and gives the `sub`.
    pub(crate) async fn sign_up(&self, name: &str) -> String {
        let attribute = json!({"Name": contact(name).as_str(), "Value": name});
        let body = json!({"Username": name, "UserAttributes": [attribute]});
        self.ok("SignUp", body).await["UserSub"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Signs up and confirms, and gives the Session that signs in.
    pub(crate) async fn confirm(&self, email: &str) -> String {
        self.sign_up(email).await;
        let code = self.code_for(email).await;
        let body = json!({"Username": email, "ConfirmationCode": code});
        self.ok("ConfirmSignUp", body).await["Session"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Signs up, confirms and signs in.
    pub(crate) async fn register(&self, email: &str) -> Tokens {
        let session = self.confirm(email).await;
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": email}, "Session": session,
        });
        Tokens::of(&self.ok("InitiateAuth", body).await)
    }

    /// Signs up with a password and gives the `sub`.
    pub(crate) async fn sign_up_with_password(&self, email: &str, password: &str) -> String {
        let reply = self.ok("SignUp", json!({"Username": email, "Password": password}));
        reply.await["UserSub"].as_str().unwrap().to_owned()
    }

    /// Signs up with a password, confirms, and gives the `sub`.
    pub(crate) async fn register_with_password(&self, email: &str, password: &str) -> String {
        let sub = self.sign_up_with_password(email, password).await;
        let code = self.code_for(email).await;
        let body = json!({"Username": email, "ConfirmationCode": code});
        self.ok("ConfirmSignUp", body).await;
        sub
    }

    /// Changes an account in the store, as an administrator would.
    pub(crate) async fn change(&self, sub: &str, change: impl Fn(&mut User) + Send + 'static) {
        let (pool, sub) = (self.pool.id.clone(), Sub::new(sub));
        let changed = self.store.write::<_, StoreError, _>(move |txn| {
            let mut user = txn.user_get(&pool, &sub)?.unwrap();
            change(&mut user);
            txn.user_update(&pool, &user)
        });
        assert!(changed.await.unwrap());
    }

    /// Gives an account another status.
    pub(crate) async fn set_status(&self, sub: &str, status: UserStatus) {
        self.change(sub, move |user| user.status = status).await;
    }

    /// Switches an account off.
    pub(crate) async fn disable(&self, sub: &str) {
        self.change(sub, |user| user.enabled = false).await;
    }

    /// Counts so many wrong answers at once.
    pub(crate) async fn fail(&self, sub: &str, factor: FirstFactor, times: usize) {
        let (pool, sub, now) = (self.pool.id.clone(), Sub::new(sub), self.clock.now());
        let counted = self.store.write::<_, StoreError, _>(move |txn| {
            for _ in 0..times {
                txn.factor_failure_count(&pool, &sub, factor, now)?;
            }
            Ok(())
        });
        counted.await.unwrap();
    }

    /// Asks for a sign-in code and gives the Session that awaits it.
    pub(crate) async fn ask_for_code(&self, name: &str) -> String {
        self.start_otp(name).await["Session"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// InitiateAuth, a code preferred that goes to what the person is named by.
    pub(crate) async fn start_otp(&self, name: &str) -> Value {
        self.start_with(name, otp_of(name)).await
    }

    /// InitiateAuth, `EMAIL_OTP` preferred.
    pub(crate) async fn start_email_otp(&self, email: &str) -> Value {
        self.start_with(email, "EMAIL_OTP").await
    }

    /// InitiateAuth, `preferred` preferred.
    pub(crate) async fn start_with(&self, name: &str, preferred: &str) -> Value {
        let parameters = json!({"USERNAME": name, "PREFERRED_CHALLENGE": preferred});
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
        self.ok("InitiateAuth", body).await
    }

    /// InitiateAuth without a preference.
    pub(crate) async fn start_any(&self, name: &str) -> Value {
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
        self.ok("InitiateAuth", body).await
    }

    /// The body that answers the challenge of a code to what the person is named by.
    pub(crate) fn otp(name: &str, session: &str, code: &str) -> Value {
        Self::otp_to(otp_of(name), name, session, code)
    }

    /// The body that answers `EMAIL_OTP`.
    pub(crate) fn email_otp(email: &str, session: &str, code: &str) -> Value {
        Self::otp_to("EMAIL_OTP", email, session, code)
    }

    /// The body that answers `challenge`, a code.
    pub(crate) fn otp_to(challenge: &str, name: &str, session: &str, code: &str) -> Value {
        json!({
            "ChallengeName": challenge,
            "Session": session,
            "ChallengeResponses": {"USERNAME": name, format!("{challenge}_CODE"): code},
        })
    }
}

impl Tokens {
    /// Those of a reply.
    pub(crate) fn of(reply: &Value) -> Self {
        let result = &reply["AuthenticationResult"];
        let token = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
        Self {
            access: token("AccessToken"),
            id: token("IdToken"),
            refresh: token("RefreshToken"),
        }
    }
}

/// What kind of contact `name` is.
pub(crate) fn contact(name: &str) -> ContactAttribute {
    if name.starts_with('+') {
        ContactAttribute::PhoneNumber
    } else {
        ContactAttribute::Email
    }
}

/// The challenge that is a code to `name`.
fn otp_of(name: &str) -> &'static str {
    contact(name).factor().as_str()
}

/// What a token says of itself.
pub(crate) fn header(token: &str) -> Value {
    part(token, 0)
}

/// What a token claims.
pub(crate) fn claims(token: &str) -> Value {
    part(token, 1)
}

fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
