//! How often one may guess (D2).

use poolhouse_domain::Sub;
use poolhouse_domain::pool::FirstFactor;
use serde_json::json;

use crate::test_server::{NOON, TestServer};

const ANN: &str = "ann@example.com";
const LIMIT: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

#[tokio::test]
async fn five_answers_to_a_code_over_all_its_sessions() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    let sessions = [
        t.ask_for_code(ANN).await,
        t.ask_for_code(ANN).await,
        t.ask_for_code(ANN).await,
    ];
    let code = t.code_for(ANN).await;
    let wrong = TestServer::other_code(&code);
    for attempt in 0..5 {
        let body = TestServer::email_otp(ANN, &sessions[attempt % 3], &wrong);
        assert!(
            t.refusal("RespondToAuthChallenge", body)
                .await
                .starts_with("CodeMismatchException")
        );
    }
    for session in &sessions {
        let body = TestServer::email_otp(ANN, session, &code);
        assert_eq!(t.refusal("RespondToAuthChallenge", body).await, LIMIT);
    }
}

#[tokio::test]
async fn a_spent_code_is_not_replaced_within_the_cooldown() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let sent = t.mail_to(ANN).await.len();
    let wrong = TestServer::other_code(&t.code_for(ANN).await);
    for _ in 0..5 {
        t.refusal(
            "RespondToAuthChallenge",
            TestServer::email_otp(ANN, &session, &wrong),
        )
        .await;
    }
    t.wait(29);
    t.ask_for_code(ANN).await;
    assert_eq!(t.mail_to(ANN).await.len(), sent);
    t.wait(1);
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    t.ok(
        "RespondToAuthChallenge",
        TestServer::email_otp(ANN, &session, &code),
    )
    .await;
}

#[tokio::test]
async fn a_hundred_failures_switch_the_factor_off_for_a_day() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    for _ in 0..20 {
        t.wait(30);
        let session = t.ask_for_code(ANN).await;
        let wrong = TestServer::other_code(&t.code_for(ANN).await);
        for _ in 0..5 {
            let body = TestServer::email_otp(ANN, &session, &wrong);
            assert!(
                t.refusal("RespondToAuthChallenge", body)
                    .await
                    .starts_with("CodeMismatch")
            );
        }
    }
    let start = json!({
        "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN, "PREFERRED_CHALLENGE": "EMAIL_OTP"},
    });
    let sent = t.mail_to(ANN).await.len();
    t.wait(30);
    assert_eq!(t.refusal("InitiateAuth", start.clone()).await, LIMIT);
    assert_eq!(
        t.mail_to(ANN).await.len(),
        sent,
        "nobody's mailbox is filled"
    );

    t.wait(24 * 60 * 60 - 31);
    assert_eq!(t.refusal("InitiateAuth", start.clone()).await, LIMIT);
    t.wait(1);
    t.ok("InitiateAuth", start).await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    t.ok(
        "RespondToAuthChallenge",
        TestServer::email_otp(ANN, &session, &code),
    )
    .await;
}

#[tokio::test]
async fn success_forgets_the_failures() {
    let t = TestServer::start().await;
    let sub = Sub::new(t.sign_up(ANN).await);
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    let wrong = TestServer::other_code(&code);
    t.refusal(
        "RespondToAuthChallenge",
        TestServer::email_otp(ANN, &session, &wrong),
    )
    .await;
    let count = |t: &TestServer| {
        let (store, pool, sub) = (t.store.clone(), t.pool.id.clone(), sub.clone());
        async move {
            let read = store
                .read::<_, poolhouse_store::StoreError, _>(move |txn| {
                    txn.factor_failures_get(&pool, &sub, FirstFactor::EmailOtp)
                })
                .await;
            read.unwrap()
        }
    };
    let failures = count(&t).await.unwrap();
    assert_eq!((failures.count, failures.last_at), (1, NOON));
    t.ok(
        "RespondToAuthChallenge",
        TestServer::email_otp(ANN, &session, &code),
    )
    .await;
    assert_eq!(count(&t).await, None);
}
