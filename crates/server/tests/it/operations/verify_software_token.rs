//! `VerifySoftwareToken`.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;
use tokio::task::JoinSet;

use crate::mfa::{first_code, pool};
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";
const MISMATCH: &str = "EnableSoftwareTokenMFAException: Code mismatch";
const NOTHING: &str =
    "SoftwareTokenMFANotFoundException: Software Token MFA does not exist for the user.";
const ENOUGH: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

#[tokio::test]
async fn the_first_code_registers_the_app() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let app = t.associate(&token).await;
    let factors = || t.ok("GetUserAuthFactors", json!({"AccessToken": token}));
    assert_eq!(
        factors().await["ConfiguredUserAuthFactors"],
        json!(["EMAIL_OTP"])
    );
    let reply = t
        .ok("VerifySoftwareToken", first_code(&token, &app.shows(&t, 0)))
        .await;
    assert_eq!(reply, json!({"Status": "SUCCESS"}));
    assert_eq!(
        factors().await["ConfiguredUserAuthFactors"],
        json!(["EMAIL_OTP", "SOFTWARE_TOKEN"])
    );
    // It is not asked for until the user wants it.
    assert_eq!(t.mfa_of(&token).await, json!([null, null]));
}

#[tokio::test]
async fn clocks_may_differ_by_one_step() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    for (seconds, good) in [(-60, false), (-30, true), (30, true), (60, false)] {
        let app = t.associate(&token).await;
        let answer = t.call(
            "VerifySoftwareToken",
            first_code(&token, &app.shows(&t, seconds)),
        );
        assert_eq!(answer.await.status == StatusCode::OK, good, "{seconds}");
    }
}

#[tokio::test]
async fn five_codes_are_looked_at() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let app = t.associate(&token).await;
    for _ in 0..5 {
        let wrong = first_code(&token, &app.wrong(&t));
        assert_eq!(t.refusal("VerifySoftwareToken", wrong).await, MISMATCH);
    }
    let right = first_code(&token, &app.shows(&t, 0));
    assert_eq!(t.refusal("VerifySoftwareToken", right).await, ENOUGH);
    // To begin again helps: then nobody knows the seed but whoever began.
    let app = t.associate(&token).await;
    t.ok("VerifySoftwareToken", first_code(&token, &app.shows(&t, 0)))
        .await;
}

#[tokio::test]
async fn guesses_stay_counted_over_a_restart() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let app = t.associate(&token).await;
    for _ in 0..4 {
        t.refusal("VerifySoftwareToken", first_code(&token, &app.wrong(&t)))
            .await;
    }
    let t = t.restart().await;
    t.ok("VerifySoftwareToken", first_code(&token, &app.shows(&t, 0)))
        .await;
}

#[tokio::test]
async fn without_a_seed_there_is_nothing_to_verify() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let refused = |code: String| t.refusal("VerifySoftwareToken", first_code(&token, &code));
    assert_eq!(refused("123456".to_owned()).await, NOTHING);
    let app = t.associate(&token).await;
    t.ok("VerifySoftwareToken", first_code(&token, &app.shows(&t, 0)))
        .await;
    // Nor twice.
    assert_eq!(refused(app.shows(&t, 30)).await, NOTHING);
}

#[tokio::test]
async fn a_seed_waits_for_an_hour() {
    let t = TestServer::with(pool()).await;
    let tokens = t.register(ANN).await;
    let mut token = tokens.access.clone();
    for (seconds, good) in [(3599, true), (3600, false)] {
        let app = t.associate(&token).await;
        t.wait(seconds);
        let refreshed = json!({"RefreshToken": tokens.refresh});
        let reply = t.ok("GetTokensFromRefreshToken", refreshed).await;
        token = crate::test_server::Tokens::of(&reply).access;
        let answer = t
            .call("VerifySoftwareToken", first_code(&token, &app.shows(&t, 0)))
            .await;
        assert_eq!(answer.status == StatusCode::OK, good, "{seconds}");
    }
}

#[tokio::test]
async fn a_code_has_six_digits() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    t.associate(&token).await;
    let refusal = t.refusal("VerifySoftwareToken", first_code(&token, "12345"));
    assert!(
        refusal
            .await
            .contains("Member must have length greater than or equal to 6")
    );
    let refusal = t.refusal("VerifySoftwareToken", first_code(&token, "abcdef"));
    assert!(
        refusal
            .await
            .contains("Member must satisfy regular expression pattern: [0-9]+")
    );
}

#[tokio::test]
async fn one_persons_app_is_nobody_elses() {
    let t = TestServer::with(pool()).await;
    let (ann, bob) = (
        t.register(ANN).await.access,
        t.register("bob@example.com").await.access,
    );
    let (of_ann, of_bob) = (t.associate(&ann).await, t.associate(&bob).await);
    let crossed = first_code(&ann, &of_bob.shows(&t, 0));
    assert_eq!(t.refusal("VerifySoftwareToken", crossed).await, MISMATCH);
    t.ok(
        "VerifySoftwareToken",
        first_code(&ann, &of_ann.shows(&t, 0)),
    )
    .await;
    t.ok(
        "VerifySoftwareToken",
        first_code(&bob, &of_bob.shows(&t, 0)),
    )
    .await;
}

#[tokio::test]
async fn a_deleted_user_takes_the_seed_along() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let app = t.associate(&token).await;
    t.ok("DeleteUser", json!({"AccessToken": token})).await;
    let refusal = t.refusal("VerifySoftwareToken", first_code(&token, &app.shows(&t, 0)));
    assert_eq!(refusal.await, "UserNotFoundException: User does not exist.");
    let again = t.register(ANN).await.access;
    let refusal = t.refusal("VerifySoftwareToken", first_code(&again, &app.shows(&t, 0)));
    assert_eq!(refusal.await, NOTHING);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_sixteen_registers() {
    let t = Arc::new(TestServer::with(pool()).await);
    let token = t.register(ANN).await.access;
    for _ in 0..20 {
        let app = t.associate(&token).await;
        let body = first_code(&token, &app.shows(&t, 0));
        let mut calls = JoinSet::new();
        for _ in 0..16 {
            let (t, body) = (Arc::clone(&t), body.clone());
            calls.spawn(async move { t.call("VerifySoftwareToken", body).await.status });
        }
        let statuses = calls.join_all().await;
        assert_eq!(
            statuses
                .iter()
                .filter(|status| **status == StatusCode::OK)
                .count(),
            1
        );
    }
}
