//! Signing in with a passkey without typing a name.

use serde_json::{Value, json};

use super::passkeys::{ANN, BAD, BOB};
use crate::authenticator::Authenticator;
use crate::passkeys::{challenge, pool};
use crate::test_server::{TestServer, claims};

#[tokio::test]
async fn without_a_name() {
    let t = TestServer::with_passkeys().await;
    let (mut of_ann, mut of_bob) = (Authenticator::new(1), Authenticator::security_key(2));
    t.register_with(ANN, &mut of_ann).await;
    t.register_with(BOB, &mut of_bob).await;
    let reply = t.start_web_authn("~passkey").await;
    let (_, options) = challenge(&reply);
    assert_eq!(options["allowCredentials"], json!([]));
    assert_eq!(reply["AvailableChallenges"], json!(["WEB_AUTHN"]));
    for (authenticator, email) in [(&mut of_ann, ANN), (&mut of_bob, BOB)] {
        let tokens = t.sign_in_with("~passkey", authenticator).await;
        assert_eq!(claims(&tokens.id)["email"], email);
    }
    // Whose it is, the authenticator must say, and truly; and there must be such a passkey.
    let (ann, bob) = (of_ann.user_handle.clone(), of_bob.user_handle.clone());
    for handle in [None, bob, Some("Zm9v".to_owned())] {
        of_ann.user_handle = handle;
        assert_eq!(t.not_signed_in("~passkey", &mut of_ann).await, BAD);
    }
    let mut unknown = Authenticator {
        user_handle: ann,
        ..Authenticator::new(9)
    };
    assert_eq!(t.not_signed_in("~passkey", &mut unknown).await, BAD);
}

#[tokio::test]
async fn without_a_name_there_is_no_other_way() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    t.register_with(ANN, &mut authenticator).await;
    let (session, options) = t.ask_for_passkey("~passkey").await;
    let refusals: [(&str, Value); 2] = [
        (
            "selecting",
            TestServer::select("~passkey", &session, "EMAIL_OTP"),
        ),
        (
            "another name",
            TestServer::web_authn(ANN, &session, &authenticator.get(&options)),
        ),
    ];
    for (what, body) in refusals {
        let refusal = t.refusal("RespondToAuthChallenge", body).await;
        assert_eq!(
            refusal, "NotAuthorizedException: Invalid session for the user.",
            "{what}"
        );
    }
}

#[tokio::test]
async fn a_pool_may_want_names() {
    let mut config = pool();
    config.passkeys.usernameless = false;
    let t = TestServer::with(config).await;
    t.register_with(ANN, &mut Authenticator::new(1)).await;
    // A name like any other that nobody has: a stranger's, who may seem to have a passkey.
    let reply = t.start_web_authn("~passkey").await;
    let offered = reply["AvailableChallenges"].as_array().unwrap();
    assert!(offered.contains(&json!("EMAIL_OTP")), "{reply}");
    if reply["ChallengeName"] == "WEB_AUTHN" {
        assert_ne!(challenge(&reply).1["allowCredentials"], json!([]));
    }
}
