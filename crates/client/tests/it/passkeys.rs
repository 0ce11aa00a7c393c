//! Passkeys, with the one in software.

use poolhouse_client::challenge::WebAuthn;
use poolhouse_client::{Challenge, Exception, Factor, SoftwarePasskey};
use poolhouse_domain::passkey::PasskeyConfig;
use poolhouse_domain::pool::{FirstFactor, PoolConfig, RelyingParty};
use serde_json::Value;

use crate::front::{ANN, Front, asked, claims, words};

const ORIGIN: &str = "http://localhost:5173";

async fn front() -> Front {
    let config = PoolConfig {
        first_factors: vec![FirstFactor::EmailOtp, FirstFactor::WebAuthn],
        relying_party: Some(RelyingParty {
            id: "localhost".to_owned(),
            user_verification_required: true,
        }),
        passkeys: PasskeyConfig {
            extra_origins: vec!["http://localhost:*".to_owned()],
            usernameless: true,
            ..PasskeyConfig::default()
        },
        ..PoolConfig::default()
    };
    Front::with(config).await
}

/// Somebody with a passkey.
async fn enrolled(front: &Front) -> SoftwarePasskey {
    let tokens = front.register(ANN).await;
    let registration = front
        .client
        .account(&tokens.access)
        .register_passkey()
        .await
        .unwrap();
    let (passkey, credential) = SoftwarePasskey::create(ORIGIN, registration.options()).unwrap();
    registration.complete(&credential).await.unwrap();
    passkey
}

async fn ask(front: &Front, name: &str) -> WebAuthn {
    match asked(front.client.sign_in_with(name, Factor::WebAuthn).await) {
        Challenge::WebAuthn(challenge) => challenge,
        other => panic!("expected WEB_AUTHN, got {}", other.name()),
    }
}

#[tokio::test]
async fn one_is_added_and_signs_in() {
    let front = front().await;
    let passkey = enrolled(&front).await;
    let challenge = ask(&front, ANN).await;
    let answer = passkey.get(challenge.options()).unwrap();
    let tokens = challenge.answer(&answer).await.unwrap().done().unwrap();
    assert_eq!(claims(&tokens.access)["amr"][0], "swk");
}

#[tokio::test]
async fn nobody_needs_to_be_named() {
    let front = front().await;
    let passkey = enrolled(&front).await;
    let challenge = ask(&front, "~passkey").await;
    let answer = passkey.get(challenge.options()).unwrap();
    let tokens = challenge.answer(&answer).await.unwrap().done().unwrap();
    let sub = String::from_utf8(passkey.user_handle.clone()).unwrap();
    assert_eq!(claims(&tokens.access)["sub"], *sub);
}

#[tokio::test]
async fn a_challenge_is_good_for_one_assertion() {
    let front = front().await;
    let passkey = enrolled(&front).await;
    let elsewhere = SoftwarePasskey {
        origin: "https://example.com".to_owned(),
        ..passkey.clone()
    };
    let challenge = ask(&front, ANN).await;
    let phished = elsewhere.get(challenge.options()).unwrap();
    assert!(
        challenge
            .answer(&phished)
            .await
            .unwrap_err()
            .is(&Exception::NotAuthorized)
    );
    let answer = passkey.get(challenge.options()).unwrap();
    assert!(
        challenge
            .answer(&answer)
            .await
            .unwrap_err()
            .is(&Exception::NotAuthorized)
    );
}

#[tokio::test]
async fn who_closes_the_dialog_takes_another_way() {
    let front = front().await;
    enrolled(&front).await;
    let challenge = ask(&front, ANN).await;
    let other = asked(challenge.choose(Factor::EmailOtp).await);
    assert_eq!(other.name(), "EMAIL_OTP");
}

#[tokio::test]
async fn they_are_listed_and_deleted() {
    let front = front().await;
    let tokens = front.register(ANN).await;
    let account = front.client.account(&tokens.access);
    assert_eq!(account.passkeys().await.unwrap(), []);
    for _ in 0..2 {
        let registration = account.register_passkey().await.unwrap();
        let made = SoftwarePasskey::create(ORIGIN, registration.options()).unwrap();
        registration.complete(&made.1).await.unwrap();
        front.wait(1);
    }
    let listed = account.passkeys().await.unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].relying_party_id, "localhost");
    assert_eq!(
        listed[0].authenticator_attachment.as_deref(),
        Some("platform")
    );
    assert_eq!(listed[0].authenticator_transports, ["internal"]);
    assert!(listed[0].created_at < listed[1].created_at);
    account.delete_passkey(&listed[0].id).await.unwrap();
    assert_eq!(account.passkeys().await.unwrap(), listed[1..]);
    let again = account.delete_passkey(&listed[0].id).await;
    assert!(again.unwrap_err().is(&Exception::ResourceNotFound));
    assert_eq!(
        account.factors().await.unwrap(),
        [Factor::EmailOtp, Factor::WebAuthn]
    );
}

#[tokio::test]
async fn a_registration_is_good_once() {
    let front = front().await;
    let tokens = front.register(ANN).await;
    let registration = front
        .client
        .account(&tokens.access)
        .register_passkey()
        .await
        .unwrap();
    let (_, credential) = SoftwarePasskey::create(ORIGIN, registration.options()).unwrap();
    registration.complete(&credential).await.unwrap();
    let again = registration.complete(&credential).await;
    assert!(again.unwrap_err().is(&Exception::WebAuthnChallengeNotFound));
}

#[test]
fn options_that_are_none_are_refused() {
    assert!(words(SoftwarePasskey::create(ORIGIN, "x")).contains("expected WebAuthn's JSON"));
    let nothing = words(SoftwarePasskey::create(ORIGIN, "{}"));
    assert_eq!(
        nothing,
        "the passkey's options: got no /user/id, expected one"
    );
    let bad = r#"{"user":{"id":"!"},"rp":{"id":"localhost"},"challenge":"AA"}"#;
    assert!(words(SoftwarePasskey::create(ORIGIN, bad)).contains("Invalid symbol"));
}

#[test]
fn the_key_is_not_printed() {
    let options = r#"{"user":{"id":"AQ"},"rp":{"id":"localhost"},"challenge":"AA"}"#;
    let (passkey, credential) = SoftwarePasskey::create(ORIGIN, options).unwrap();
    assert!(format!("{passkey:?}").contains("SoftwareKey([secret])"));
    assert_eq!(passkey.user_handle, [1]);
    assert_eq!(passkey.key.cose().len(), 77);
    assert_eq!(credential["type"], Value::from("public-key"));
}
