//! Guessing at second factors; expiry; restarts.

use serde_json::{Value, json};

use crate::mfa::{ANN, App, NUMBER, answer, pool, session_of};
use crate::test_server::TestServer;

const ENOUGH: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

pub(super) fn app_code(session: &str, code: &str) -> Value {
    answer(
        "SOFTWARE_TOKEN_MFA",
        ANN,
        session,
        json!({"SOFTWARE_TOKEN_MFA_CODE": code}),
    )
}

pub(super) fn text_code(session: &str, code: &str) -> Value {
    answer("SMS_MFA", ANN, session, json!({"SMS_MFA_CODE": code}))
}

/// A server on which Ann is asked for her app.
async fn with_app() -> (TestServer, App) {
    let t = TestServer::with(pool()).await;
    let app = give_app(&t).await;
    (t, app)
}

/// Ann is asked for her app.
pub(super) async fn give_app(t: &TestServer) -> App {
    let (_, token) = t.member(ANN).await;
    let app = t.register_app(&token).await;
    let on = json!({"SoftwareTokenMfaSettings": {"Enabled": true}});
    t.prefer(&token, on).await;
    app
}

/// A server on which Ann is asked for a text.
async fn with_number() -> TestServer {
    let t = TestServer::with(pool()).await;
    ask_for_texts(&t).await;
    t
}

/// Ann is asked for a text.
pub(super) async fn ask_for_texts(t: &TestServer) {
    let (_, token) = t.member(ANN).await;
    t.give_number(&token).await;
    t.prefer(&token, json!({"SMSMfaSettings": {"Enabled": true}}))
        .await;
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
