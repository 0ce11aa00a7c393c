//! How passwords are kept: as SRP verifiers, or as Argon2id where no client uses SRP.

use poolhouse_domain::Sub;
use poolhouse_domain::client::{AuthFlow, ClientConfig};
use poolhouse_domain::password::{HashKind, PasswordHash};
use poolhouse_domain::pool::PoolConfig;
use poolhouse_store::StoreError;
use serde_json::json;

use super::passwords::{ANN, NOBODY, RIGHT, WRONG, in_clear, with_passwords};
use crate::test_server::{TestServer, Tokens};

const INCORRECT: &str = "NotAuthorizedException: Incorrect username or password.";

/// A pool whose only client sends passwords in clear.
fn without_srp() -> PoolConfig {
    let client = ClientConfig {
        auth_flows: vec![AuthFlow::AllowUserPasswordAuth],
        ..ClientConfig::default()
    };
    PoolConfig {
        first_factors: Vec::new(),
        clients: vec![client],
        ..PoolConfig::default()
    }
}

async fn kept(t: &TestServer, sub: &str) -> PasswordHash {
    let (pool, sub) = (t.pool.id.clone(), Sub::new(sub));
    let kept = t
        .store
        .read::<_, StoreError, _>(move |txn| txn.password_get(&pool, &sub));
    kept.await.unwrap().unwrap()
}

#[tokio::test]
async fn srp_decides() {
    for (config, kind, length) in [
        (with_passwords(), HashKind::Srp, 384),
        (without_srp(), HashKind::Argon2id, 32),
    ] {
        let t = TestServer::with(config).await;
        let sub = t.register_with_password(ANN, RIGHT).await;
        let kept = kept(&t, &sub).await;
        assert_eq!((kept.kind, kept.hash.expose().len()), (kind, length));
    }
}

#[tokio::test]
async fn argon2id_does_what_a_verifier_does() {
    let t = TestServer::with(without_srp()).await;
    t.register_with_password(ANN, RIGHT).await;
    for (name, password) in [(ANN, WRONG), (NOBODY, RIGHT)] {
        let refusal = t.refusal("InitiateAuth", in_clear(name, password)).await;
        assert_eq!(refusal, INCORRECT);
    }
    let tokens = Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
    let change = json!({
        "AccessToken": tokens.access, "PreviousPassword": RIGHT, "ProposedPassword": WRONG,
    });
    t.ok("ChangePassword", change).await;
    t.ok("InitiateAuth", in_clear(ANN, WRONG)).await;
}

#[tokio::test]
async fn equal_passwords_have_nothing_in_common() {
    let t = TestServer::with(with_passwords()).await;
    let ann = t.register_with_password(ANN, RIGHT).await;
    let eve = t.register_with_password("eve@example.com", RIGHT).await;
    let (ann, eve) = (kept(&t, &ann).await, kept(&t, &eve).await);
    assert_ne!(ann.salt, eve.salt);
    assert_ne!(ann.hash.expose(), eve.hash.expose());
}

#[tokio::test]
async fn a_password_follows_the_pools_flows_at_the_next_sign_in_in_clear() {
    let mut t = TestServer::with(without_srp()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    for (config, kind) in [
        (with_passwords(), HashKind::Srp),
        (without_srp(), HashKind::Argon2id),
    ] {
        t.reconfigure(config).await;
        let before = kept(&t, &sub).await;
        assert_ne!(before.kind, kind);
        let refusal = t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
        assert_eq!(refusal, INCORRECT);
        assert_eq!(kept(&t, &sub).await.kind, before.kind);
        for _ in 0..2 {
            t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
            assert_eq!(kept(&t, &sub).await.kind, kind);
        }
    }
}

#[tokio::test]
async fn who_proves_the_address_of_an_unconfirmed_account_inherits_no_password() {
    let t = TestServer::with(with_passwords()).await;
    t.sign_up_with_password(ANN, RIGHT).await;
    t.wait(30);
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    let body = TestServer::email_otp(ANN, &session, &code);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        INCORRECT
    );
    let factors = t
        .ok("GetUserAuthFactors", json!({"AccessToken": tokens.access}))
        .await;
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["EMAIL_OTP"]));
}

#[tokio::test]
async fn the_account_says_that_it_has_a_password() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    let tokens = Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
    let factors = t
        .ok("GetUserAuthFactors", json!({"AccessToken": tokens.access}))
        .await;
    let expected = json!(["PASSWORD", "EMAIL_OTP"]);
    assert_eq!(factors["ConfiguredUserAuthFactors"], expected);
}

#[tokio::test]
async fn the_session_of_a_confirmed_sign_up_signs_in_without_the_password() {
    let t = TestServer::with(with_passwords()).await;
    t.sign_up_with_password(ANN, RIGHT).await;
    let code = t.code_for(ANN).await;
    let confirm = json!({"Username": ANN, "ConfirmationCode": code});
    let session = t.ok("ConfirmSignUp", confirm).await["Session"].clone();
    let body = json!({
        "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}, "Session": session,
    });
    Tokens::of(&t.ok("InitiateAuth", body).await);
    t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
}
