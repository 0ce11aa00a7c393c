//! `CompleteWebAuthnRegistration`.

use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::authenticator::{Authenticator, UV};
use crate::passkeys::pool;
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";
const NOT_FOUND: &str = "WebAuthnChallengeNotFoundException: The challenge was not found or has expired: start the registration again.";

fn body(token: &str, credential: &Value) -> Value {
    json!({"AccessToken": token, "Credential": credential})
}

#[tokio::test]
async fn takes_an_object_or_its_text() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    for (id, as_text) in [(1, false), (2, true)] {
        let options = t.creation_options(&token).await;
        let mut credential = Authenticator::new(id).create(&options);
        if as_text {
            credential = json!(credential.to_string());
        }
        let reply = t
            .ok("CompleteWebAuthnRegistration", body(&token, &credential))
            .await;
        assert_eq!(reply, json!({}));
    }
    assert_eq!(t.passkeys(&token).await.len(), 2);
}

#[tokio::test]
async fn names_are_those_of_models_or_of_kinds() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let mut unknown = Authenticator::new(2);
    unknown.aaguid = [0; 16];
    t.enrol(&token, &mut Authenticator::new(1)).await;
    t.wait(1);
    t.enrol(&token, &mut unknown).await;
    t.wait(1);
    t.enrol(&token, &mut Authenticator::security_key(3)).await;
    let passkeys = t.passkeys(&token).await;
    let names: Vec<_> = passkeys
        .iter()
        .map(|passkey| &passkey["FriendlyCredentialName"])
        .collect();
    assert_eq!(
        names,
        [
            "iCloud Keychain",
            "Passkey on a device",
            "Passkey on a security key"
        ]
    );
}

#[tokio::test]
async fn a_challenge_is_answered_once() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let mut authenticator = Authenticator::new(1);
    let credential = authenticator.create(&t.creation_options(&token).await);
    t.ok("CompleteWebAuthnRegistration", body(&token, &credential))
        .await;
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &credential))
            .await,
        NOT_FOUND
    );

    // A wrong answer uses it up as well.
    let mut other = Authenticator::new(2);
    let options = t.creation_options(&token).await;
    other.origin = "https://evil.example";
    let wrong = other.create(&options);
    other.origin = "http://localhost:5173";
    let right = other.create(&options);
    let refusal = t
        .refusal("CompleteWebAuthnRegistration", body(&token, &wrong))
        .await;
    assert!(
        refusal.starts_with("WebAuthnOriginNotAllowedException"),
        "{refusal}"
    );
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &right))
            .await,
        NOT_FOUND
    );
}

#[tokio::test]
async fn a_challenge_is_for_one_user_and_five_minutes() {
    let t = TestServer::with_passkeys().await;
    let (ann, bob) = (
        t.register(ANN).await.access,
        t.register("bob@example.com").await.access,
    );
    let mut authenticator = Authenticator::new(1);
    assert_eq!(
        t.refusal(
            "CompleteWebAuthnRegistration",
            body(
                &ann,
                &authenticator.create(&json!({
                    "challenge": "AAAA", "rp": {"id": "localhost"}, "user": {"id": "AAAA"},
                }))
            )
        )
        .await,
        NOT_FOUND
    );
    let (options, of_bob) = (
        t.creation_options(&ann).await,
        t.creation_options(&bob).await,
    );
    let credential = authenticator.create(&of_bob);
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&ann, &credential))
            .await,
        NOT_FOUND
    );

    let of_ann = authenticator.create(&options);
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&ann, &of_ann))
            .await,
        NOT_FOUND
    );
    let credential = authenticator.create(&t.creation_options(&ann).await);
    t.wait(300);
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&ann, &credential))
            .await,
        NOT_FOUND
    );
    let credential = authenticator.create(&t.creation_options(&ann).await);
    t.wait(299);
    t.ok("CompleteWebAuthnRegistration", body(&ann, &credential))
        .await;
}

#[tokio::test]
async fn a_later_start_replaces_the_earlier() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let mut authenticator = Authenticator::new(1);
    let early = authenticator.create(&t.creation_options(&token).await);
    let late = authenticator.create(&t.creation_options(&token).await);
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &early))
            .await,
        NOT_FOUND
    );
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &late))
            .await,
        NOT_FOUND
    );
}

#[tokio::test]
async fn another_client_cannot_complete_it() {
    let mut config = pool();
    let mut second = config.clients[0].clone();
    second.name = "second".to_owned();
    config.clients.push(second);
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.access;
    let mut authenticator = Authenticator::new(1);
    let credential = authenticator.create(&t.creation_options(&token).await);

    let other = t.token_of_client(ANN, 1).await;
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&other, &credential))
            .await,
        "WebAuthnClientMismatchException: The registration was started with another app client."
    );
    // Nothing was used up.
    t.ok("CompleteWebAuthnRegistration", body(&token, &credential))
        .await;
}

#[tokio::test]
async fn pages_on_other_origins_are_refused() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    for origin in [
        "https://evil.example",
        "http://localhost.evil.example",
        "https://localhost:8443",
        "http://app.localhost:5173",
        "http://127.0.0.1:5173",
        "null",
        "android:apk-key-hash:MuVz1hl6QLnYTXGbGAMGbhQCn1RcWUkRcrVuLkoZ63M",
    ] {
        let mut authenticator = Authenticator {
            origin,
            ..Authenticator::new(1)
        };
        assert_eq!(
            t.not_enrolled(&token, &mut authenticator).await,
            "WebAuthnOriginNotAllowedException: The passkey was made on an origin that this user pool does not allow.",
            "{origin}"
        );
    }
    for (id, origin) in [
        (1, "http://localhost"),
        (2, "https://localhost"),
        (3, "https://app.localhost"),
    ] {
        t.enrol(
            &token,
            &mut Authenticator {
                origin,
                ..Authenticator::new(id)
            },
        )
        .await;
    }
}

#[tokio::test]
async fn passkeys_of_another_relying_party_are_refused() {
    const MISMATCH: &str = "WebAuthnRelyingPartyMismatchException: The passkey is for another relying party than this user pool.";
    let mut t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let mut authenticator = Authenticator {
        rp_id: Some("example.com"),
        ..Authenticator::new(1)
    };
    assert_eq!(t.not_enrolled(&token, &mut authenticator).await, MISMATCH);

    // The pool's own may change while somebody registers.
    let credential = Authenticator::new(1).create(&t.creation_options(&token).await);
    let mut config = pool();
    config.relying_party.as_mut().unwrap().id = "example.com".to_owned();
    t.reconfigure(config).await;
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &credential))
            .await,
        MISMATCH
    );
}

#[tokio::test]
async fn a_pool_that_turned_passkeys_off_refuses() {
    let mut t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let credential = Authenticator::new(1).create(&t.creation_options(&token).await);
    t.reconfigure(PoolConfig::default()).await;
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &credential))
            .await,
        "WebAuthnNotEnabledException: Passkeys are not enabled for this user pool."
    );
}

#[tokio::test]
async fn user_verification_is_required_where_the_pool_says_so() {
    let mut config = pool();
    config
        .relying_party
        .as_mut()
        .unwrap()
        .user_verification_required = true;
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.access;
    let mut authenticator = Authenticator::new(1);
    authenticator.flags &= !UV;
    assert_eq!(
        t.not_enrolled(&token, &mut authenticator).await,
        "WebAuthnCredentialNotSupportedException: The passkey is of a kind that this user pool does not take."
    );
    authenticator.flags |= UV;
    t.enrol(&token, &mut authenticator).await;

    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    authenticator.flags &= !UV;
    t.enrol(&token, &mut authenticator).await;
}

#[tokio::test]
async fn algorithms_that_were_not_asked_for_are_refused() {
    let mut config = pool();
    config.passkeys.algorithms.remove(0);
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.access;
    let refusal = t.not_enrolled(&token, &mut Authenticator::new(1)).await;
    assert!(
        refusal.starts_with("WebAuthnCredentialNotSupportedException"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_passkey_is_registered_once_in_the_pool() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let ann = t.register_with(ANN, &mut authenticator).await.access;
    let bob = t.register("bob@example.com").await.access;
    for token in [&ann, &bob] {
        assert_eq!(
            t.not_enrolled(token, &mut authenticator).await,
            "InvalidParameterException: The passkey is registered already."
        );
    }
    assert_eq!(t.passkeys(&ann).await.len(), 1);
    assert!(t.passkeys(&bob).await.is_empty());
}

#[tokio::test]
async fn what_is_no_credential_is_refused() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let good = Authenticator::new(1).create(&t.creation_options(&token).await);
    let mut of_sign_in = good.clone();
    of_sign_in["response"]["clientDataJSON"] = json!("e30");
    let mut without_response = good.clone();
    without_response.as_object_mut().unwrap().remove("response");
    for credential in [json!({}), json!([]), json!("{"), json!(7), without_response] {
        assert_eq!(
            t.refusal("CompleteWebAuthnRegistration", body(&token, &credential))
                .await,
            "InvalidParameterException: The credential is not valid.",
            "{credential}"
        );
    }
    // None of these was worth the challenge; this one is.
    let refusal = t
        .refusal("CompleteWebAuthnRegistration", body(&token, &of_sign_in))
        .await;
    assert_eq!(
        refusal,
        "InvalidParameterException: The credential is not valid."
    );
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &good))
            .await,
        NOT_FOUND
    );
}

#[tokio::test]
async fn who_is_gone_cannot_complete() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let credential = Authenticator::new(1).create(&t.creation_options(&token).await);
    t.ok("DeleteUser", json!({"AccessToken": token})).await;
    assert_eq!(
        t.refusal("CompleteWebAuthnRegistration", body(&token, &credential))
            .await,
        "UserNotFoundException: User does not exist."
    );
}
