//! `RespondToAuthChallenge`.

use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens, claims};

const ANN: &str = "ann@example.com";

async fn choose(t: &TestServer) -> Value {
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    t.ok("InitiateAuth", body).await
}

fn select(session: &Value, answer: &str) -> Value {
    json!({
        "ChallengeName": "SELECT_CHALLENGE",
        "Session": session,
        "ChallengeResponses": {"USERNAME": ANN, "ANSWER": answer},
    })
}

#[tokio::test]
async fn a_chosen_code_is_mailed_and_signs_in() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    let start = choose(&t).await;
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            select(&start["Session"], "EMAIL_OTP"),
        )
        .await;
    assert_eq!(reply["ChallengeName"], "EMAIL_OTP");
    assert_eq!(
        reply["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "a***@e***"
    );
    assert_eq!(reply["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let code = t.code_for(ANN).await;
    let session = reply["Session"].as_str().unwrap();
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            TestServer::email_otp(ANN, session, &code),
        )
        .await;
    assert_eq!(claims(&Tokens::of(&reply).id)["email"], ANN);
}

#[tokio::test]
async fn only_what_is_available_can_be_chosen() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    let start = choose(&t).await;
    for answer in ["WEB_AUTHN", "SELECT_CHALLENGE", "nonsense"] {
        let refusal = t
            .refusal("RespondToAuthChallenge", select(&start["Session"], answer))
            .await;
        assert_eq!(
            refusal,
            format!(
                "InvalidParameterException: Invalid ANSWER: got {answer}, expected one of EMAIL_OTP"
            )
        );
    }
    // The refused choices did not use the Session up.
    t.ok(
        "RespondToAuthChallenge",
        select(&start["Session"], "EMAIL_OTP"),
    )
    .await;
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            select(&start["Session"], "EMAIL_OTP")
        )
        .await,
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
}

#[tokio::test]
async fn a_wrong_code_leaves_the_session_for_the_right_one() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        let wrong = TestServer::otp(ann, &session, &TestServer::other_code(&code));
        for _ in 0..4 {
            assert_eq!(
                t.refusal("RespondToAuthChallenge", wrong.clone()).await,
                "CodeMismatchException: Invalid code or auth state for the user."
            );
        }
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let cases = [
        (json!({"ChallengeName": "EMAIL_OTP"}), "Session"),
        (
            json!({"ChallengeName": "EMAIL_OTP", "Session": session}),
            "USERNAME",
        ),
        (
            json!({"ChallengeName": "EMAIL_OTP", "Session": session, "ChallengeResponses": {"USERNAME": ANN}}),
            "EMAIL_OTP_CODE",
        ),
        (
            json!({
                "ChallengeName": "SELECT_CHALLENGE",
                "Session": choose(&t).await["Session"],
                "ChallengeResponses": {"USERNAME": ANN},
            }),
            "ANSWER",
        ),
    ];
    for (body, name) in cases {
        assert_eq!(
            t.refusal("RespondToAuthChallenge", body).await,
            format!("InvalidParameterException: Missing required parameter {name}")
        );
    }
}

#[tokio::test]
async fn a_challenge_that_nobody_is_put_is_refused_by_name() {
    let t = TestServer::start().await;
    let session = t.ask_for_code(ANN).await;
    for name in ["CUSTOM_CHALLENGE", "ADMIN_NO_SRP_AUTH"] {
        let body = json!({
            "ChallengeName": name, "Session": session,
            "ChallengeResponses": {"USERNAME": ANN, "ANSWER": "1"},
        });
        let refusal = t.refusal("RespondToAuthChallenge", body).await;
        let expected = "SELECT_CHALLENGE, EMAIL_OTP, SMS_OTP";
        assert!(
            refusal.starts_with(&format!(
                "InvalidParameterException: {name} is not served by this server: got {name}, expected one of {expected}"
            )),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn an_answer_is_for_the_step_at_hand() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    let code_session = json!(t.ask_for_code(ANN).await);
    let choice_session = choose(&t).await["Session"].clone();
    let confirmed_session = json!(t.confirm("bob@example.com").await);
    let otp = |session: &Value| TestServer::email_otp(ANN, session.as_str().unwrap(), "12345678");
    let sms = json!({
        "ChallengeName": "SMS_OTP", "Session": code_session, "ChallengeResponses": {"USERNAME": ANN},
    });
    let illegal = [
        select(&code_session, "EMAIL_OTP"),
        select(&confirmed_session, "EMAIL_OTP"),
        otp(&choice_session),
        otp(&confirmed_session),
        sms,
    ];
    for body in illegal {
        assert_eq!(
            t.refusal("RespondToAuthChallenge", body).await,
            "NotAuthorizedException: Invalid session for the user."
        );
    }
    for session in [code_session, choice_session] {
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}, "Session": session,
        });
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            "NotAuthorizedException: Invalid session for the user."
        );
    }
}

#[tokio::test]
async fn an_answer_is_in_the_name_of_the_one_who_asked() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    t.register("bob@example.com").await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            TestServer::email_otp("bob@example.com", &session, &code)
        )
        .await,
        "NotAuthorizedException: Invalid session for the user."
    );
    t.ok(
        "RespondToAuthChallenge",
        TestServer::email_otp("ANN@example.com", &session, &code),
    )
    .await;
}
