//! Strangers with passkeys: always the same, and never let in (D9).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::passkeys::{challenge, pool};
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";

/// The first of the strangers whose `WEB_AUTHN` is as wanted.
async fn stranger(t: &TestServer, with_passkey: bool) -> String {
    for number in 0..100 {
        let name = format!("nobody{number}@example.com");
        let reply = t.start_web_authn(&name).await;
        if (reply["ChallengeName"] == "WEB_AUTHN") == with_passkey {
            return name;
        }
    }
    panic!("a hundred strangers are all alike");
}

#[tokio::test]
async fn about_half_of_them_seem_to_have_one() {
    let t = TestServer::with_passkeys().await;
    let (mut with, mut lengths, mut ids) = (0, BTreeSet::new(), BTreeSet::new());
    for number in 0..200 {
        let reply = t
            .start_web_authn(&format!("nobody{number}@example.com"))
            .await;
        if reply["ChallengeName"] != "WEB_AUTHN" {
            assert_eq!(reply["AvailableChallenges"], json!(["EMAIL_OTP"]));
            continue;
        }
        with += 1;
        assert_eq!(
            reply["AvailableChallenges"],
            json!(["EMAIL_OTP", "WEB_AUTHN"])
        );
        let allowed = challenge(&reply).1["allowCredentials"]
            .as_array()
            .unwrap()
            .clone();
        assert!((1..=2).contains(&allowed.len()));
        for passkey in allowed {
            assert!(
                passkey["transports"]
                    .as_array()
                    .unwrap()
                    .contains(&json!("internal"))
            );
            let id = passkey["id"].as_str().unwrap().to_owned();
            lengths.insert(id.len());
            assert!(ids.insert(id), "two strangers with one passkey");
        }
    }
    assert!((60..=140).contains(&with), "{with} of 200");
    // 16, 20 and 32 bytes.
    assert_eq!(lengths, BTreeSet::from([22, 27, 43]));
}

#[tokio::test]
async fn they_have_the_same_ones_each_time() {
    let t = TestServer::with_passkeys().await;
    let name = stranger(&t, true).await;
    let (session, first) = t.ask_for_passkey(&name).await;
    let (_, again) = t.ask_for_passkey(&name.to_uppercase()).await;
    assert_eq!(first["allowCredentials"], again["allowCredentials"]);
    assert_ne!(first["challenge"], again["challenge"]);
    let t = t.restart().await;
    assert_eq!(
        t.ask_for_passkey(&name).await.1["allowCredentials"],
        first["allowCredentials"]
    );
    assert!(!session.is_empty());
    let without = stranger(&t, false).await;
    assert_eq!(
        t.start_web_authn(&without).await["ChallengeName"],
        "SELECT_CHALLENGE"
    );
}

#[tokio::test]
async fn they_are_answered_like_known_people() {
    let t = TestServer::with_passkeys().await;
    t.register_with(ANN, &mut Authenticator::new(1)).await;
    let name = stranger(&t, true).await;
    let mut shapes = Vec::new();
    for name in [ANN, &name] {
        let reply = t.start_web_authn(name).await;
        let (session, mut options) = challenge(&reply);
        let id = options["allowCredentials"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        // A made-up assertion with the right id, in the first form and then in no form at all.
        let mut liar = Authenticator::new(0);
        liar.id =
            base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, id).unwrap();
        let lie = TestServer::web_authn(name, &session, &liar.get(&options));
        let refusal = t.refusal("RespondToAuthChallenge", lie.clone()).await;
        let replay = t.refusal("RespondToAuthChallenge", lie).await;
        let (other, _) = t.ask_for_passkey(name).await;
        let nonsense = t
            .refusal(
                "RespondToAuthChallenge",
                TestServer::web_authn(name, &other, "{}"),
            )
            .await;
        for random in ["challenge", "allowCredentials"] {
            options[random] = Value::Null;
        }
        let available = reply["AvailableChallenges"].clone();
        shapes.push((options, available, refusal, replay, nonsense));
    }
    // The stranger's name is longer, and so is the Session.
    assert_eq!(shapes[0], shapes[1]);
}

#[tokio::test]
async fn they_may_cancel_too() {
    let t = TestServer::with_passkeys().await;
    let name = stranger(&t, true).await;
    let (session, _) = t.ask_for_passkey(&name).await;
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            TestServer::select(&name, &session, "EMAIL_OTP"),
        )
        .await;
    assert_eq!(reply["ChallengeName"], "EMAIL_OTP");
    assert!(t.mail_to(&name).await.is_empty());
}

#[tokio::test]
async fn a_client_that_conceals_nobody_says_so() {
    let mut config = pool();
    config.clients[0].prevent_user_existence_errors = false;
    let t = TestServer::with(config).await;
    let parameters = json!({"USERNAME": "nobody@example.com", "PREFERRED_CHALLENGE": "WEB_AUTHN"});
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    let refusal = t.refusal("InitiateAuth", body).await;
    assert_eq!(refusal, "UserNotFoundException: User does not exist.");
    // Who was not named is nobody yet.
    t.ask_for_passkey("~passkey").await;
}

#[tokio::test]
async fn asking_for_a_passkey_writes_nothing() {
    let t = TestServer::with_passkeys().await;
    t.register_with(ANN, &mut Authenticator::new(1)).await;
    let name = stranger(&t, true).await;
    t.wait(31 * 24 * 60 * 60);
    t.sweep().await;
    for name in [ANN, &name, "~passkey"] {
        for _ in 0..10 {
            t.ask_for_passkey(name).await;
        }
    }
    t.wait(31 * 24 * 60 * 60);
    assert_eq!(t.sweep().await, 0);
}
