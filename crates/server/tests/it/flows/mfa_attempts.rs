//! Guessing at second factors, by turns and sixteen at once; expiry; restarts.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::mfa::{ANN, App, NUMBER, answer, pool, session_of};
use crate::test_server::{Answer, TestServer};

const ENOUGH: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

fn app_code(session: &str, code: &str) -> Value {
    answer(
        "SOFTWARE_TOKEN_MFA",
        ANN,
        session,
        json!({"SOFTWARE_TOKEN_MFA_CODE": code}),
    )
}

fn text_code(session: &str, code: &str) -> Value {
    answer("SMS_MFA", ANN, session, json!({"SMS_MFA_CODE": code}))
}

/// A server on which Ann is asked for her app.
async fn with_app() -> (TestServer, App) {
    let t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    let app = t.register_app(&token).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .await;
    (t, app)
}

/// A server on which Ann is asked for a text.
async fn with_number() -> TestServer {
    let t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    t.give_number(&token).await;
    t.prefer(&token, json!({"SMSMfaSettings": {"Enabled": true}}))
        .await;
    t
}

async fn all_at_once(t: &Arc<TestServer>, bodies: Vec<Value>) -> Vec<Answer> {
    let mut calls = JoinSet::new();
    for body in bodies {
        let t = Arc::clone(t);
        calls.spawn(async move { t.call("RespondToAuthChallenge", body).await });
    }
    calls.join_all().await
}

fn successes(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count()
}

#[tokio::test]
async fn after_five_wrong_codes_an_app_has_to_wait() {
    let (t, app) = with_app().await;
    let session = session_of(&t.first_factor(ANN).await);
    let mut wait = 1;
    for wrong in 1..=8 {
        let body = app_code(&session, &app.wrong(&t));
        assert_eq!(
            t.refusal("RespondToAuthChallenge", body).await,
            "CodeMismatchException: Invalid code received for user",
            "{wrong}"
        );
        if wrong >= 5 {
            // Not even the right one, and by no other Session.
            let other = session_of(&t.first_factor(ANN).await);
            for session in [&session, &other] {
                let right = app_code(session, &app.shows(&t, 0));
                assert_eq!(t.refusal("RespondToAuthChallenge", right).await, ENOUGH);
            }
            t.wait(wait);
            wait *= 2;
        }
    }
    t.ok(
        "RespondToAuthChallenge",
        app_code(&session, &app.shows(&t, 0)),
    )
    .await;
    // A right code starts the count anew.
    t.wait(30);
    let session = session_of(&t.first_factor(ANN).await);
    for _ in 0..4 {
        t.refusal("RespondToAuthChallenge", app_code(&session, &app.wrong(&t)))
            .await;
    }
    t.ok(
        "RespondToAuthChallenge",
        app_code(&session, &app.shows(&t, 0)),
    )
    .await;
}

#[tokio::test]
async fn guesses_at_an_app_stay_counted_over_a_restart() {
    let (t, app) = with_app().await;
    let session = session_of(&t.first_factor(ANN).await);
    for _ in 0..3 {
        t.refusal("RespondToAuthChallenge", app_code(&session, &app.wrong(&t)))
            .await;
    }
    let t = t.restart().await;
    for _ in 0..2 {
        t.refusal("RespondToAuthChallenge", app_code(&session, &app.wrong(&t)))
            .await;
    }
    let right = app_code(&session, &app.shows(&t, 0));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", right.clone()).await,
        ENOUGH
    );
    t.wait(1);
    t.ok("RespondToAuthChallenge", right).await;
}

#[tokio::test]
async fn five_answers_to_one_text_are_looked_at() {
    let t = with_number().await;
    let session = session_of(&t.first_factor(ANN).await);
    let code = t.code_for(NUMBER).await;
    for _ in 0..5 {
        let wrong = text_code(&session, &TestServer::other_code(&code));
        let refusal = t.refusal("RespondToAuthChallenge", wrong).await;
        assert!(refusal.starts_with("CodeMismatch"), "{refusal}");
    }
    assert_eq!(
        t.refusal("RespondToAuthChallenge", text_code(&session, &code))
            .await,
        ENOUGH
    );
    // The next sign-in sends another, once that one has had its time.
    t.wait(30);
    let session = session_of(&t.first_factor(ANN).await);
    let code = t.code_for(NUMBER).await;
    t.ok("RespondToAuthChallenge", text_code(&session, &code))
        .await;
}

#[tokio::test]
async fn a_code_to_sign_in_with_is_no_second_factor() {
    let t = TestServer::with(pool()).await;
    let (_, token) = t.member(ANN).await;
    let first = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    t.prefer(&token, json!({"EmailMfaSettings": {"Enabled": true}}))
        .await;
    let session = session_of(&t.first_factor(ANN).await);
    let second = t.code_for(ANN).await;
    for (session, code) in [(&session, &code), (&first, &second)] {
        let body = answer("EMAIL_OTP", ANN, session, json!({"EMAIL_OTP_CODE": code}));
        assert_eq!(
            t.refusal("RespondToAuthChallenge", body).await,
            "CodeMismatchException: Invalid code or auth state for the user."
        );
    }
}

#[tokio::test]
async fn a_session_lasts_three_minutes_to_the_second() {
    let (t, app) = with_app().await;
    let session = session_of(&t.first_factor(ANN).await);
    t.wait(179);
    t.ok(
        "RespondToAuthChallenge",
        app_code(&session, &app.shows(&t, 0)),
    )
    .await;
    t.wait(30);
    let session = session_of(&t.first_factor(ANN).await);
    t.wait(180);
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            app_code(&session, &app.shows(&t, 0))
        )
        .await,
        "NotAuthorizedException: Invalid session for the user, session is expired."
    );
}

#[tokio::test]
async fn a_text_is_sent_once_in_a_cooldown() {
    let t = with_number().await;
    let sessions = [t.first_factor(ANN).await, t.first_factor(ANN).await];
    assert_eq!(t.mail_to(NUMBER).await.len(), 1);
    let code = t.code_for(NUMBER).await;
    // Either Session takes it, once.
    let [first, second] = sessions.map(|reply| session_of(&reply));
    t.ok("RespondToAuthChallenge", text_code(&second, &code))
        .await;
    let refusal = t
        .refusal("RespondToAuthChallenge", text_code(&first, &code))
        .await;
    assert!(refusal.starts_with("CodeMismatch"), "{refusal}");
}

#[tokio::test]
async fn a_sign_in_goes_on_after_a_restart() {
    let (t, app) = with_app().await;
    let session = session_of(&t.first_factor(ANN).await);
    let t = t.restart().await;
    let body = app_code(&session, &app.shows(&t, 0));
    t.ok("RespondToAuthChallenge", body.clone()).await;
    let t = t.restart().await;
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
    // The step stays used up, too.
    let session = session_of(&t.first_factor(ANN).await);
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            app_code(&session, &app.shows(&t, 0))
        )
        .await,
        "ExpiredCodeException: Your software token has already been used once."
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_code_of_an_app_passes_once() {
    let (t, app) = with_app().await;
    let t = Arc::new(t);
    for _ in 0..20 {
        t.wait(30);
        let session = session_of(&t.first_factor(ANN).await);
        let body = app_code(&session, &app.shows(&t, 0));
        let answers = all_at_once(&t, vec![body; 16]).await;
        assert_eq!(successes(&answers), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_code_of_an_app_over_sixteen_sessions_passes_once() {
    let (t, app) = with_app().await;
    let t = Arc::new(t);
    for _ in 0..20 {
        t.wait(1000);
        let mut bodies = Vec::new();
        for _ in 0..16 {
            let session = session_of(&t.first_factor(ANN).await);
            bodies.push(app_code(&session, &app.shows(&t, 0)));
        }
        let answers = all_at_once(&t, bodies).await;
        assert_eq!(successes(&answers), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_text_passes_once_and_five_answers_are_looked_at() {
    let t = Arc::new(with_number().await);
    for _ in 0..5 {
        t.wait(30);
        let session = session_of(&t.first_factor(ANN).await);
        let code = t.code_for(NUMBER).await;
        let answers = all_at_once(&t, vec![text_code(&session, &code); 16]).await;
        assert_eq!(successes(&answers), 1);

        t.wait(30);
        let session = session_of(&t.first_factor(ANN).await);
        let wrong = TestServer::other_code(&t.code_for(NUMBER).await);
        let answers = all_at_once(&t, vec![text_code(&session, &wrong); 16]).await;
        let of = |exception: &str| {
            answers
                .iter()
                .filter(|answer| answer.body["__type"] == exception)
                .count()
        };
        assert_eq!(
            (of("CodeMismatchException"), of("LimitExceededException")),
            (5, 11)
        );
    }
}
