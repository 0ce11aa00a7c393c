//! How often one may guess (D2).

use poolhouse_domain::Sub;
use serde_json::json;

use crate::test_server::{NOON, TestServer, contact};

const ANN: &str = "ann@example.com";
const LIMIT: &str = "LimitExceededException: Attempt limit exceeded, please try after some time.";

#[tokio::test]
async fn five_answers_to_a_code_over_all_its_sessions() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let sessions = [
            t.ask_for_code(ann).await,
            t.ask_for_code(ann).await,
            t.ask_for_code(ann).await,
        ];
        let code = t.code_for(ann).await;
        let wrong = TestServer::other_code(&code);
        for attempt in 0..5 {
            let body = TestServer::otp(ann, &sessions[attempt % 3], &wrong);
            assert!(
                t.refusal("RespondToAuthChallenge", body)
                    .await
                    .starts_with("CodeMismatchException")
            );
        }
        for session in &sessions {
            let body = TestServer::otp(ann, session, &code);
            assert_eq!(t.refusal("RespondToAuthChallenge", body).await, LIMIT);
        }
    }
}

#[tokio::test]
async fn a_spent_code_is_not_replaced_within_the_cooldown() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;
        let sent = t.mail_to(ann).await.len();
        let wrong = TestServer::other_code(&t.code_for(ann).await);
        for _ in 0..5 {
            t.refusal(
                "RespondToAuthChallenge",
                TestServer::otp(ann, &session, &wrong),
            )
            .await;
        }
        t.wait(29);
        t.ask_for_code(ann).await;
        assert_eq!(t.mail_to(ann).await.len(), sent);
        t.wait(1);
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
    }
}

#[tokio::test]
async fn a_hundred_failures_switch_the_factor_off_for_a_day() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        for _ in 0..20 {
            t.wait(30);
            let session = t.ask_for_code(ann).await;
            let wrong = TestServer::other_code(&t.code_for(ann).await);
            for _ in 0..5 {
                let body = TestServer::otp(ann, &session, &wrong);
                assert!(
                    t.refusal("RespondToAuthChallenge", body)
                        .await
                        .starts_with("CodeMismatch")
                );
            }
        }
        let start = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ann, "PREFERRED_CHALLENGE": contact(ann).factor().as_str()},
        });
        let sent = t.mail_to(ann).await.len();
        t.wait(30);
        assert_eq!(t.refusal("InitiateAuth", start.clone()).await, LIMIT);
        assert_eq!(
            t.mail_to(ann).await.len(),
            sent,
            "nobody's mailbox is filled"
        );

        t.wait(24 * 60 * 60 - 31);
        assert_eq!(t.refusal("InitiateAuth", start.clone()).await, LIMIT);
        t.wait(1);
        t.ok("InitiateAuth", start).await;
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
    }
}

#[tokio::test]
async fn success_forgets_the_failures() {
    for (t, ann) in TestServer::of_each_contact().await {
        let sub = Sub::new(t.sign_up(ann).await);
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        let wrong = TestServer::other_code(&code);
        t.refusal(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &wrong),
        )
        .await;
        let count = |t: &TestServer| {
            let (store, pool, sub) = (t.store.clone(), t.pool.id.clone(), sub.clone());
            async move {
                let read = store
                    .read::<_, poolhouse_store::StoreError, _>(move |txn| {
                        txn.factor_failures_get(&pool, &sub, contact(ann).factor())
                    })
                    .await;
                read.unwrap()
            }
        };
        let failures = count(&t).await.unwrap();
        assert_eq!((failures.count, failures.last_at), (1, NOON));
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
        assert_eq!(count(&t).await, None);
    }
}

#[tokio::test]
async fn only_answers_that_are_looked_at_count() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;
        let wrong = TestServer::other_code(&t.code_for(ann).await);
        for _ in 0..100 {
            t.refusal(
                "RespondToAuthChallenge",
                TestServer::otp(ann, &session, &wrong),
            )
            .await;
        }
        // A flood on one code looked at five answers: the factor is not switched off.
        t.wait(30);
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
    }
}

#[tokio::test]
async fn changing_the_address_back_and_forth_buys_no_guesses_and_no_mail() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    let change = |to: &str| json!({"AccessToken": token, "UserAttributes": [{"Name": "email", "Value": to}]});
    let guess = json!({"AccessToken": token, "AttributeName": "email", "Code": "000000"});
    t.ok("UpdateUserAttributes", change("victim@example.com"))
        .await;
    let (mut looked_at, mut refused) = (0, 0);
    for round in 0..30 {
        let to = if round % 2 == 0 {
            "other@example.com"
        } else {
            "victim@example.com"
        };
        let answer = t.call("UpdateUserAttributes", change(to)).await;
        refused += i32::from(answer.body["__type"] == "LimitExceededException");
        for _ in 0..5 {
            let answer = t.call("VerifyUserAttribute", guess.clone()).await;
            looked_at += i32::from(answer.body["__type"] == "CodeMismatchException");
        }
    }
    assert_eq!(looked_at, 5, "those of the one code that was sent");
    assert_eq!(refused, 15, "each change to the other address");
    assert_eq!(t.mail_to("victim@example.com").await.len(), 1);
    assert!(t.mail_to("other@example.com").await.is_empty());
}

#[tokio::test]
async fn a_hundred_wrong_codes_end_proving_for_a_day_whatever_is_proved_between() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let token = tokens.access;
    let change = |to: &str| json!({"AccessToken": token, "UserAttributes": [{"Name": "email", "Value": to}]});
    let answer = |code: &str| json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    let mut looked_at = 0;
    for round in 0..40 {
        t.wait(30);
        // Own addresses are proved in between: that forgives no guesses.
        let own = format!("ann{round}@example.com");
        if t.call("UpdateUserAttributes", change(&own))
            .await
            .status
            .is_success()
        {
            let code = t.code_for(&own).await;
            t.call("VerifyUserAttribute", answer(&code)).await;
        }
        t.call("UpdateUserAttributes", change("victim@example.com"))
            .await;
        for _ in 0..5 {
            let reply = t.call("VerifyUserAttribute", answer("000000")).await;
            looked_at += i32::from(reply.body["__type"] == "CodeMismatchException");
        }
    }
    assert!(looked_at <= 100, "{looked_at}");
    assert_eq!(
        t.refusal("VerifyUserAttribute", answer("000000")).await,
        LIMIT
    );
}

#[tokio::test]
async fn a_hundred_wrong_codes_end_confirming_for_a_day() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        let mut looked_at = 0;
        for _ in 0..22 {
            let wrong = TestServer::other_code(&t.code_for(ann).await);
            for _ in 0..5 {
                let body = json!({"Username": ann, "ConfirmationCode": wrong});
                let reply = t.call("ConfirmSignUp", body).await;
                looked_at += i32::from(reply.body["__type"] == "CodeMismatchException");
            }
            t.wait(30);
            t.ok("ResendConfirmationCode", json!({"Username": ann}))
                .await;
        }
        assert_eq!(looked_at, 100);
        let right = json!({"Username": ann, "ConfirmationCode": t.code_for(ann).await});
        assert_eq!(t.refusal("ConfirmSignUp", right).await, LIMIT);
        // Signing in by a code is another factor: the person is not locked out.
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
    }
}
