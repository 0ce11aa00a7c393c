//! Nobody can be told from somebody (D9): same shape, same rules, no mail.

use poolhouse_domain::pool::ContactAttribute;
use serde_json::{Value, json};

use crate::test_server::{TestServer, contact};

const ANN: &str = "ann@example.com";
const NOBODY: &str = "ada@example.com";

/// An answer with what is random in it taken out.
fn shape(mut body: Value) -> Value {
    if let Some(session) = body.get_mut("Session") {
        *session = json!(session.as_str().unwrap().len());
    }
    body
}

/// Somebody unknown whose contact is told by the same mask.
fn stranger(known: &str) -> &'static str {
    match contact(known) {
        ContactAttribute::Email => NOBODY,
        ContactAttribute::PhoneNumber => "+13105550123",
    }
}

/// The answers to somebody known and somebody unknown.
async fn both(
    t: &TestServer,
    [known, unknown]: [&str; 2],
    operation: &str,
    body: impl Fn(&str) -> Value,
) -> (Value, Value) {
    let known = t.call(operation, body(known)).await;
    let unknown = t.call(operation, body(unknown)).await;
    assert_eq!(known.status, unknown.status);
    let names = |answer: &crate::test_server::Answer| {
        let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
        names.sort();
        names
    };
    assert_eq!(names(&known), names(&unknown));
    (shape(known.body), shape(unknown.body))
}

#[tokio::test]
async fn starting_a_sign_in_answers_alike() {
    for (t, ann) in TestServer::of_each_contact().await {
        let nobody = stranger(ann);
        t.register(ann).await;
        for preferred in ["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD"] {
            let (known, unknown) = both(&t, [ann, nobody], "InitiateAuth", |name| {
                json!({
                    "AuthFlow": "USER_AUTH",
                    "AuthParameters": {"USERNAME": name, "PREFERRED_CHALLENGE": preferred},
                })
            })
            .await;
            assert_eq!(known, unknown, "{preferred}");
        }
        assert!(t.mail_to(nobody).await.is_empty());
    }
}

#[tokio::test]
async fn guessing_answers_alike_and_ends_alike() {
    for (t, ann) in TestServer::of_each_contact().await {
        let nobody = stranger(ann);
        t.register(ann).await;
        t.wait(30);
        let (known, unknown) = (t.ask_for_code(ann).await, t.ask_for_code(nobody).await);
        let wrong = TestServer::other_code(&t.code_for(ann).await);
        for _ in 0..7 {
            let known = t
                .refusal(
                    "RespondToAuthChallenge",
                    TestServer::otp(ann, &known, &wrong),
                )
                .await;
            let unknown = t
                .refusal(
                    "RespondToAuthChallenge",
                    TestServer::otp(nobody, &unknown, &wrong),
                )
                .await;
            assert_eq!(known, unknown);
        }
    }
}

#[tokio::test]
async fn choosing_answers_alike() {
    for (t, ann) in TestServer::of_each_contact().await {
        let nobody = stranger(ann);
        t.register(ann).await;
        let mut replies = Vec::new();
        for name in [ann, nobody] {
            let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
            let session = t.ok("InitiateAuth", body).await["Session"].clone();
            let body = json!({
                "ChallengeName": "SELECT_CHALLENGE", "Session": session,
                "ChallengeResponses": {"USERNAME": name, "ANSWER": contact(name).factor().as_str()},
            });
            replies.push(shape(t.ok("RespondToAuthChallenge", body).await));
        }
        assert_eq!(replies[0], replies[1]);
    }
}

#[tokio::test]
async fn confirming_and_resending_answer_like_a_new_account() {
    for (t, ann) in TestServer::of_each_contact().await {
        let nobody = stranger(ann);
        t.sign_up(ann).await;
        let wrong = TestServer::other_code(&t.code_for(ann).await);
        for _ in 0..7 {
            let (known, unknown) = both(
                &t,
                [ann, nobody],
                "ConfirmSignUp",
                |name| json!({"Username": name, "ConfirmationCode": wrong}),
            )
            .await;
            assert_eq!(known, unknown);
        }
        let (known, unknown) = both(
            &t,
            [ann, nobody],
            "ResendConfirmationCode",
            |name| json!({"Username": name}),
        )
        .await;
        assert_eq!(known, unknown);
        assert!(t.mail_to(nobody).await.is_empty());
    }
}

#[tokio::test]
async fn spelling_tells_nothing() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    t.wait(30);
    let shout = |name: &str| name.to_ascii_uppercase();
    let (known, unknown) = both(&t, [ANN, NOBODY], "InitiateAuth", |name| {
        json!({
            "AuthFlow": "USER_AUTH",
            "AuthParameters": {"USERNAME": shout(name), "PREFERRED_CHALLENGE": "EMAIL_OTP"},
        })
    })
    .await;
    assert_eq!(known, unknown);
    let mut answers = Vec::new();
    for name in [ANN, NOBODY] {
        t.wait(30);
        let first = t.ask_for_code(name).await;
        t.ask_for_code(&shout(name)).await;
        let mut given = Vec::new();
        for _ in 0..7 {
            let body = TestServer::email_otp(name, &first, "00000000");
            given.push(t.refusal("RespondToAuthChallenge", body).await);
        }
        answers.push(given);
    }
    assert_eq!(answers[0], answers[1]);
    t.sign_up("bob@example.com").await;
    let resend = |name: &str| json!({"Username": name});
    let known = t
        .ok("ResendConfirmationCode", resend("BOB@example.com"))
        .await;
    let unknown = t
        .ok("ResendConfirmationCode", resend("BEN@example.com"))
        .await;
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn a_stranger_is_the_same_stranger_each_time() {
    let t = TestServer::start().await;
    let first = t.start_email_otp(NOBODY).await;
    let again = t.start_email_otp("ADA@example.com").await;
    assert_eq!(
        first["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"],
        "a***@e***"
    );
    // Either spelling answers either Session: both stand for one decoy.
    for session in [&first["Session"], &again["Session"]] {
        let body = TestServer::email_otp(NOBODY, session.as_str().unwrap(), "00000000");
        assert!(
            t.refusal("RespondToAuthChallenge", body)
                .await
                .starts_with("CodeMismatchException")
        );
    }
}

#[tokio::test]
async fn a_hundred_failures_switch_a_stranger_off_too() {
    for (t, ann) in TestServer::of_each_contact().await {
        let nobody = stranger(ann);
        for _ in 0..20 {
            t.wait(30);
            let session = t.ask_for_code(nobody).await;
            for _ in 0..5 {
                t.refusal(
                    "RespondToAuthChallenge",
                    TestServer::otp(nobody, &session, "00000000"),
                )
                .await;
            }
        }
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": nobody}});
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            "LimitExceededException: Attempt limit exceeded, please try after some time."
        );
    }
}

#[tokio::test]
async fn names_that_are_no_addresses_are_strangers() {
    let t = TestServer::start().await;
    for name in [
        "bob",
        "00000000-0000-4000-8000-000000000000",
        "löwe@example.com",
    ] {
        let reply = t.start_email_otp(name).await;
        assert_eq!(reply["ChallengeName"], "EMAIL_OTP", "{name}");
    }
}
