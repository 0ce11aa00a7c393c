//! What people do with second factors, for the tests.

use std::time::Duration;

use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::{Mfa, MfaMethod, PoolConfig};
use poolhouse_domain::totp::Seed;
use poolhouse_domain::{Clock as _, Sub};
use poolhouse_store::StoreError;
use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens, claims};

pub(crate) const ANN: &str = "ann@example.com";
/// The number that [`TestServer::give_number`] gives.
pub(crate) const NUMBER: &str = "+12065550123";
/// Everybody's.
pub(crate) const PASSWORD: &str = "Correct-h0rse";

/// A pool with passwords and e-mail codes, in which second factors of all kinds may be set up.
pub(crate) fn pool() -> PoolConfig {
    let mut config = PoolConfig {
        mfa: Mfa::Optional,
        mfa_methods: MfaMethod::ALL.to_vec(),
        ..PoolConfig::default()
    };
    config.clients[0]
        .auth_flows
        .push(AuthFlow::AllowUserPasswordAuth);
    config
}

/// Somebody's authenticator app.
pub(crate) struct App(Seed);

impl App {
    /// An app that was shown `SecretCode`.
    pub(crate) fn of(secret_code: &str) -> Self {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut bits = 0_u128;
        let mut bytes = Vec::new();
        for (place, letter) in secret_code.chars().enumerate() {
            let value = alphabet.find(letter).unwrap();
            bits = bits << 5 | u128::try_from(value).unwrap();
            if place % 8 == 7 {
                bytes.extend_from_slice(&bits.to_be_bytes()[11..]);
                bits = 0;
            }
        }
        Self(Seed::from_bytes(&bytes).unwrap())
    }

    /// What it shows so many seconds from now.
    pub(crate) fn shows(&self, t: &TestServer, seconds: i64) -> String {
        let now = t.clock.now();
        let distance = Duration::from_secs(seconds.unsigned_abs());
        let moment = if seconds < 0 {
            now.before(distance)
        } else {
            now + distance
        };
        self.0.code_at(moment).expose().clone()
    }

    /// A code that it shows neither now nor soon.
    pub(crate) fn wrong(&self, t: &TestServer) -> String {
        let shown = [-30, 0, 30].map(|seconds| self.shows(t, seconds));
        let codes = (0..4).map(|code| format!("{code:06}"));
        codes
            .into_iter()
            .find(|code| !shown.contains(code))
            .unwrap()
    }
}

/// The body of VerifySoftwareToken.
pub(crate) fn first_code(token: &str, code: &str) -> Value {
    json!({"AccessToken": token, "UserCode": code, "FriendlyDeviceName": "Ann's phone"})
}

/// The body that answers a challenge.
pub(crate) fn answer(challenge: &str, name: &str, session: &str, mut responses: Value) -> Value {
    responses["USERNAME"] = json!(name);
    json!({"ChallengeName": challenge, "Session": session, "ChallengeResponses": responses})
}

/// The body of a sign-in by password.
pub(crate) fn in_clear(name: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": PASSWORD},
    })
}

/// The Session of a reply.
pub(crate) fn session_of(reply: &Value) -> String {
    reply["Session"].as_str().unwrap().to_owned()
}

impl TestServer {
    /// Somebody with a password: their `sub`, and a token.
    pub(crate) async fn member(&self, email: &str) -> (String, String) {
        let sub = self.register_with_password(email, PASSWORD).await;
        let token = Tokens::of(&self.first_factor(email).await).access;
        (sub, token)
    }

    /// The reply to a password.
    pub(crate) async fn first_factor(&self, name: &str) -> Value {
        self.ok("InitiateAuth", in_clear(name)).await
    }

    /// AssociateSoftwareToken.
    pub(crate) async fn associate(&self, token: &str) -> App {
        let body = json!({"AccessToken": token});
        let reply = self.ok("AssociateSoftwareToken", body).await;
        App::of(reply["SecretCode"].as_str().unwrap())
    }

    /// Registers an app, and waits until it shows another code.
    pub(crate) async fn register_app(&self, token: &str) -> App {
        let app = self.associate(token).await;
        self.ok(
            "VerifySoftwareToken",
            first_code(token, &app.shows(self, 0)),
        )
        .await;
        self.wait(30);
        app
    }

    /// SetUserMFAPreference.
    pub(crate) async fn prefer(&self, token: &str, wishes: Value) {
        let reply = self
            .ok("SetUserMFAPreference", preference(token, wishes))
            .await;
        assert_eq!(reply, json!({}));
    }

    /// What is said of a SetUserMFAPreference that fails.
    pub(crate) async fn not_preferred(&self, token: &str, wishes: Value) -> String {
        self.refusal("SetUserMFAPreference", preference(token, wishes))
            .await
    }

    /// What GetUser says of second factors: the preferred one, and all.
    pub(crate) async fn mfa_of(&self, token: &str) -> Value {
        let user = self.ok("GetUser", json!({"AccessToken": token})).await;
        json!([user["PreferredMfaSetting"], user["UserMFASettingList"]])
    }

    /// Writes attributes by another way than ours.
    pub(crate) async fn set_attributes(&self, token: &str, attributes: &'static [(&str, &str)]) {
        let sub = Sub::new(claims(token)["sub"].as_str().unwrap());
        let pool = self.pool.id.clone();
        let changed = self.store.write::<_, StoreError, _>(move |txn| {
            let mut user = txn.user_get(&pool, &sub)?.unwrap();
            let attributes = attributes.iter();
            user.attributes
                .extend(attributes.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
            txn.user_update(&pool, &user)
        });
        assert!(changed.await.unwrap());
    }

    /// Gives a user a number that was proved.
    pub(crate) async fn give_number(&self, token: &str) {
        let number = &[("phone_number", NUMBER), ("phone_number_verified", "true")];
        self.set_attributes(token, number).await;
    }
}

fn preference(token: &str, mut wishes: Value) -> Value {
    wishes["AccessToken"] = json!(token);
    wishes
}
