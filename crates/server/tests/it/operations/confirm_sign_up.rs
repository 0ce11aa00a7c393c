//! `ConfirmSignUp`.

use serde_json::json;

use crate::test_server::{TestServer, Tokens, claims};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn the_right_code_confirms_and_its_session_signs_in() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let id = claims(&tokens.id);
    assert_eq!(id["email"], ANN);
    assert_eq!(id["email_verified"], true);
    assert_eq!(id["amr"], json!(["email_otp"]));
}

#[tokio::test]
async fn the_session_comes_also_after_wrong_codes() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        let code = t.code_for(ann).await;
        let body = json!({"Username": ann, "ConfirmationCode": TestServer::other_code(&code)});
        for _ in 0..4 {
            assert_eq!(
                t.refusal("ConfirmSignUp", body.clone()).await,
                "CodeMismatchException: Invalid verification code provided, please try again."
            );
        }
        let reply = t
            .ok(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": code}),
            )
            .await;
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ann}, "Session": reply["Session"],
        });
        assert!(
            !Tokens::of(&t.ok("InitiateAuth", body).await)
                .access
                .is_empty()
        );
    }
}

#[tokio::test]
async fn the_fifth_wrong_code_is_the_last_that_is_looked_at() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        let code = t.code_for(ann).await;
        let wrong = json!({"Username": ann, "ConfirmationCode": TestServer::other_code(&code)});
        for _ in 0..5 {
            t.refusal("ConfirmSignUp", wrong.clone()).await;
        }
        assert_eq!(
            t.refusal(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": code})
            )
            .await,
            "LimitExceededException: Attempt limit exceeded, please try after some time."
        );
        t.wait(30);
        t.ok("ResendConfirmationCode", json!({"Username": ann}))
            .await;
        let code = t.code_for(ann).await;
        t.ok(
            "ConfirmSignUp",
            json!({"Username": ann, "ConfirmationCode": code}),
        )
        .await;
    }
}

#[tokio::test]
async fn confirming_twice_is_refused() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        assert_eq!(
            t.refusal(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": "123456"})
            )
            .await,
            "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"
        );
    }
}

#[tokio::test]
async fn a_code_holds_for_a_day_to_the_second() {
    let t = TestServer::start().await;
    t.sign_up(ANN).await;
    let code = t.code_for(ANN).await;
    let body = json!({"Username": ANN, "ConfirmationCode": code});
    t.wait(24 * 60 * 60);
    assert_eq!(
        t.refusal("ConfirmSignUp", body).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );

    t.sign_up("bob@example.com").await;
    let body = json!({"Username": "bob@example.com", "ConfirmationCode": t.code_for("bob@example.com").await});
    t.wait(24 * 60 * 60 - 1);
    t.ok("ConfirmSignUp", body).await;
}

#[tokio::test]
async fn a_sign_in_code_does_not_confirm() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        t.ask_for_code(ann).await;
        let sign_in_code = t.code_for(ann).await;
        assert_eq!(sign_in_code.len(), 8);
        assert_eq!(
            t.refusal(
                "ConfirmSignUp",
                json!({"Username": ann, "ConfirmationCode": sign_in_code})
            )
            .await,
            "CodeMismatchException: Invalid verification code provided, please try again."
        );
    }
}
