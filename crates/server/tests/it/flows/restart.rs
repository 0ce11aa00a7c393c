//! A restart in the middle of everything: it goes on.

use serde_json::json;

use crate::test_server::{TestServer, Tokens};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn identifiers_keys_and_sign_ins_survive() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let (pool, client) = (t.pool.id.clone(), t.client_id().to_owned());
    let path = format!("/{pool}/.well-known/jwks.json");
    let keys = t.get(&path).await.2;

    let t = t.restart().await;
    assert_eq!((&t.pool.id, t.client_id()), (&pool, client.as_str()));
    assert_eq!(t.get(&path).await.2, keys);
    t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    t.ok(
        "GetTokensFromRefreshToken",
        json!({"RefreshToken": tokens.refresh}),
    )
    .await;
}

#[tokio::test]
async fn a_sign_in_goes_on() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;

        let t = t.restart().await;
        // The mail had not gone out yet.
        let code = t.code_for(ann).await;
        let reply = t
            .ok(
                "RespondToAuthChallenge",
                TestServer::otp(ann, &session, &code),
            )
            .await;
        assert!(!Tokens::of(&reply).access.is_empty());

        let t = t.restart().await;
        assert_eq!(
            t.refusal(
                "RespondToAuthChallenge",
                TestServer::otp(ann, &session, &code)
            )
            .await,
            "NotAuthorizedException: Invalid session for the user, session can only be used once."
        );
    }
}

#[tokio::test]
async fn a_sign_up_goes_on() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        let t = t.restart().await;
        let code = t.code_for(ann).await;
        let reply = t
            .ok(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": code}),
            )
            .await;
        let t = t.restart().await;
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ann}, "Session": reply["Session"],
        });
        t.ok("InitiateAuth", body).await;
    }
}

#[tokio::test]
async fn guesses_stay_counted() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        let wrong = TestServer::otp(ann, &session, &TestServer::other_code(&code));
        for _ in 0..3 {
            t.refusal("RespondToAuthChallenge", wrong.clone()).await;
        }
        let t = t.restart().await;
        for _ in 0..2 {
            assert!(
                t.refusal("RespondToAuthChallenge", wrong.clone())
                    .await
                    .starts_with("CodeMismatch")
            );
        }
        let right = TestServer::otp(ann, &session, &code);
        assert!(
            t.refusal("RespondToAuthChallenge", right)
                .await
                .starts_with("LimitExceeded")
        );
    }
}
