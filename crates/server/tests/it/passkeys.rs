//! What people do with passkeys, for the tests.

use poolhouse_domain::passkey::{Passkey, PasskeyConfig};
use poolhouse_domain::pool::{FirstFactor, PoolConfig, RelyingParty};
use poolhouse_domain::user::User;
use poolhouse_domain::{Clock as _, Sub};
use poolhouse_store::{StoreError, Walk};
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::test_server::{TestServer, Tokens, claims};

/// A pool with e-mail codes and passkeys, on this machine, as `poolhouse dev` serves it.
pub(crate) fn pool() -> PoolConfig {
    PoolConfig {
        first_factors: vec![FirstFactor::EmailOtp, FirstFactor::WebAuthn],
        relying_party: Some(RelyingParty {
            id: "localhost".to_owned(),
            user_verification_required: false,
        }),
        passkeys: PasskeyConfig {
            extra_origins: vec!["http://localhost:*".to_owned()],
            usernameless: true,
            ..PasskeyConfig::default()
        },
        ..PoolConfig::default()
    }
}

/// The body that names a passkey.
pub(crate) fn about(token: &str, credential_id: &str) -> Value {
    json!({"AccessToken": token, "CredentialId": credential_id})
}

impl TestServer {
    /// A server with [`pool`].
    pub(crate) async fn with_passkeys() -> Self {
        Self::with(pool()).await
    }

    /// `CredentialCreationOptions`.
    pub(crate) async fn creation_options(&self, token: &str) -> Value {
        let body = json!({"AccessToken": token});
        self.ok("StartWebAuthnRegistration", body).await["CredentialCreationOptions"].clone()
    }

    /// Adds the passkey.
    pub(crate) async fn enrol(&self, token: &str, authenticator: &mut Authenticator) {
        let options = self.creation_options(token).await;
        let credential = authenticator.create(&options);
        let body = json!({"AccessToken": token, "Credential": credential});
        assert_eq!(
            self.ok("CompleteWebAuthnRegistration", body).await,
            json!({})
        );
    }

    /// What is said of a registration that fails.
    pub(crate) async fn not_enrolled(
        &self,
        token: &str,
        authenticator: &mut Authenticator,
    ) -> String {
        let options = self.creation_options(token).await;
        let credential = authenticator.create(&options);
        let body = json!({"AccessToken": token, "Credential": credential});
        self.refusal("CompleteWebAuthnRegistration", body).await
    }

    /// A new user with a passkey.
    pub(crate) async fn register_with(
        &self,
        email: &str,
        authenticator: &mut Authenticator,
    ) -> Tokens {
        let tokens = self.register(email).await;
        self.enrol(&tokens.access, authenticator).await;
        tokens
    }

    /// Puts a passkey into the store by another way than ours.
    pub(crate) async fn add_passkey(&self, token: &str, id: u8) {
        let passkey = Passkey {
            credential_id: vec![id; 20],
            sub: Sub::new(claims(token)["sub"].as_str().unwrap()),
            public_key: vec![0xa0],
            sign_count: 0,
            uv_initialized: false,
            backup_eligible: false,
            backup_state: false,
            transports: Vec::new(),
            attachment: None,
            aaguid: [0; 16],
            name: "Passkey".to_owned(),
            relying_party_id: "localhost".to_owned(),
            created_at: self.clock.now(),
            last_used_at: None,
        };
        let pool = self.pool.id.clone();
        let added = self
            .store
            .write::<_, StoreError, _>(move |txn| txn.passkey_insert(&pool, &passkey));
        added.await.unwrap();
    }

    /// An access token of a known user, by a code, through the pool's client of that place.
    pub(crate) async fn token_of_client(&self, email: &str, client: usize) -> String {
        let client = self.pool.clients[client].id.as_str();
        let parameters = json!({"USERNAME": email, "PREFERRED_CHALLENGE": "EMAIL_OTP"});
        let body =
            json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters, "ClientId": client});
        let session = self.ok("InitiateAuth", body).await["Session"]
            .as_str()
            .unwrap()
            .to_owned();
        let mut body = Self::email_otp(email, &session, &self.code_for(email).await);
        body["ClientId"] = json!(client);
        Tokens::of(&self.ok("RespondToAuthChallenge", body).await).access
    }

    /// Removes all that has expired, and says how many rows that were.
    pub(crate) async fn sweep(&self) -> u64 {
        let now = self.clock.now();
        let swept = self.store.write::<_, StoreError, _>(move |txn| {
            let (mut all, mut at) = (txn.expired_sweep(now, 1000)?, Some(Walk::default()));
            while let Some(here) = at {
                let (some, next) = txn.expired_walk(&here, now, 1000)?;
                (all, at) = (all + some, next);
            }
            Ok(all)
        });
        swept.await.unwrap()
    }

    /// Changes what the store knows of a user.
    pub(crate) async fn change_user(&self, token: &str, change: fn(&mut User)) {
        let (pool, sub) = (
            self.pool.id.clone(),
            Sub::new(claims(token)["sub"].as_str().unwrap()),
        );
        let changed = self.store.write::<_, StoreError, _>(move |txn| {
            let mut user = txn.user_get(&pool, &sub)?.unwrap();
            change(&mut user);
            txn.user_update(&pool, &user)
        });
        assert!(changed.await.unwrap());
    }

    /// `Credentials`.
    pub(crate) async fn passkeys(&self, token: &str) -> Vec<Value> {
        let reply = self
            .ok("ListWebAuthnCredentials", json!({"AccessToken": token}))
            .await;
        reply["Credentials"].as_array().unwrap().clone()
    }

    /// InitiateAuth, `WEB_AUTHN` preferred.
    pub(crate) async fn start_web_authn(&self, name: &str) -> Value {
        let parameters = json!({"USERNAME": name, "PREFERRED_CHALLENGE": "WEB_AUTHN"});
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
        self.ok("InitiateAuth", body).await
    }

    /// The Session and the options of a `WEB_AUTHN` challenge.
    pub(crate) async fn ask_for_passkey(&self, name: &str) -> (String, Value) {
        challenge(&self.start_web_authn(name).await)
    }

    /// The body that answers `WEB_AUTHN`.
    pub(crate) fn web_authn(name: &str, session: &str, credential: &str) -> Value {
        json!({
            "ChallengeName": "WEB_AUTHN",
            "Session": session,
            "ChallengeResponses": {"USERNAME": name, "CREDENTIAL": credential},
        })
    }

    /// The body that answers `SELECT_CHALLENGE`.
    pub(crate) fn select(name: &str, session: &str, answer: &str) -> Value {
        json!({
            "ChallengeName": "SELECT_CHALLENGE",
            "Session": session,
            "ChallengeResponses": {"USERNAME": name, "ANSWER": answer},
        })
    }

    /// Signs in with a passkey.
    pub(crate) async fn sign_in_with(
        &self,
        name: &str,
        authenticator: &mut Authenticator,
    ) -> Tokens {
        let (session, options) = self.ask_for_passkey(name).await;
        let body = Self::web_authn(name, &session, &authenticator.get(&options));
        Tokens::of(&self.ok("RespondToAuthChallenge", body).await)
    }

    /// What is said of a sign-in that fails.
    pub(crate) async fn not_signed_in(
        &self,
        name: &str,
        authenticator: &mut Authenticator,
    ) -> String {
        let (session, options) = self.ask_for_passkey(name).await;
        let body = Self::web_authn(name, &session, &authenticator.get(&options));
        self.refusal("RespondToAuthChallenge", body).await
    }
}

/// The Session and the options of a reply that asks for a passkey.
pub(crate) fn challenge(reply: &Value) -> (String, Value) {
    assert_eq!(reply["ChallengeName"], "WEB_AUTHN", "{reply}");
    let options = reply["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"]
        .as_str()
        .unwrap();
    let session = reply["Session"].as_str().unwrap().to_owned();
    (session, serde_json::from_str(options).unwrap())
}
