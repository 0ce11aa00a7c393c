//! Sixteen at once: one gets in.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::passwords::{ANN, RIGHT, in_clear, with_passwords};
use crate::test_server::{Answer, TestServer, Tokens, contact, pool_of};

const ROUNDS: usize = 20;
const MANY_ROUNDS: usize = 200;

/// Sends `body` sixteen times in parallel.
async fn at_once(t: &Arc<TestServer>, operation: &'static str, body: &Value) -> Vec<Answer> {
    let mut calls = JoinSet::new();
    for _ in 0..16 {
        let (t, body) = (Arc::clone(t), body.clone());
        calls.spawn(async move { t.call(operation, body).await });
    }
    calls.join_all().await
}

/// Where one person at a time is raced for: each contact on one node, and an address on three.
async fn of_each_contact() -> Vec<(TestServer, &'static str)> {
    let mut all: Vec<_> = TestServer::of_each_contact().await.into();
    let nodes = TestServer::of_nodes(PoolConfig::default(), 3).await;
    all.push((nodes, "ann@example.com"));
    all
}

/// One node, and three.
async fn both() -> [Arc<TestServer>; 2] {
    let nodes = TestServer::of_nodes(PoolConfig::default(), 3).await;
    [TestServer::start().await, nodes].map(Arc::new)
}

fn successes(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count()
}

fn count(answers: &[Answer], exception: &str) -> usize {
    answers
        .iter()
        .filter(|answer| answer.body["__type"] == exception)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_right_code_signs_in_once() {
    for (t, ann) in of_each_contact().await {
        let t = Arc::new(t);
        t.register(ann).await;
        for _ in 0..ROUNDS {
            let session = t.ask_for_code(ann).await;
            let code = t.code_for(ann).await;
            let body = TestServer::otp(ann, &session, &code);
            let answers = at_once(&t, "RespondToAuthChallenge", &body).await;
            assert_eq!(successes(&answers), 1);
            assert_eq!(count(&answers, "NotAuthorizedException"), 15, "{answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_code_over_sixteen_sessions_signs_in_once() {
    for (t, ann) in of_each_contact().await {
        let t = Arc::new(t);
        t.register(ann).await;
        let mut bodies = Vec::new();
        for _ in 0..16 {
            bodies.push(t.ask_for_code(ann).await);
        }
        let code = t.code_for(ann).await;
        let mut calls = JoinSet::new();
        for session in bodies {
            let (t, body) = (Arc::clone(&t), TestServer::otp(ann, &session, &code));
            calls.spawn(async move { t.call("RespondToAuthChallenge", body).await });
        }
        let answers = calls.join_all().await;
        assert_eq!(successes(&answers), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_wrong_codes_are_looked_at() {
    for (t, ann) in of_each_contact().await {
        let t = Arc::new(t);
        t.register(ann).await;
        for _ in 0..ROUNDS / 4 {
            t.wait(30);
            let session = t.ask_for_code(ann).await;
            let code = t.code_for(ann).await;
            let body = TestServer::otp(ann, &session, &TestServer::other_code(&code));
            let answers = at_once(&t, "RespondToAuthChallenge", &body).await;
            assert_eq!(count(&answers, "CodeMismatchException"), 5);
            assert_eq!(count(&answers, "LimitExceededException"), 11);
            let right = TestServer::otp(ann, &session, &code);
            assert!(
                t.refusal("RespondToAuthChallenge", right)
                    .await
                    .starts_with("LimitExceeded")
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_session_of_a_confirmation_signs_in_once() {
    for t in both().await {
        for round in 0..ROUNDS {
            let person = format!("ann{round}@example.com");
            let session = t.confirm(&person).await;
            let body = json!({
                "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": person}, "Session": session,
            });
            let answers = at_once(&t, "InitiateAuth", &body).await;
            assert_eq!(successes(&answers), 1);
            assert_eq!(count(&answers, "NotAuthorizedException"), 15);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_is_signed_up_once_and_mailed_once() {
    for t in both().await {
        for round in 0..ROUNDS {
            let person = format!("ann{round}@example.com");
            let answers = at_once(&t, "SignUp", &json!({"Username": person})).await;
            assert_eq!(successes(&answers), 1);
            assert_eq!(count(&answers, "UsernameExistsException"), 15);
            assert_eq!(t.mail_to(&person).await.len(), 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_requests_send_one_code() {
    for (t, ann) in of_each_contact().await {
        let t = Arc::new(t);
        t.register(ann).await;
        t.wait(30);
        let before = t.mail_to(ann).await.len();
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ann, "PREFERRED_CHALLENGE": contact(ann).factor().as_str()},
        });
        assert_eq!(successes(&at_once(&t, "InitiateAuth", &body).await), 16);
        assert_eq!(t.mail_to(ann).await.len(), before + 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_sign_up_is_confirmed_once_and_guessed_five_times() {
    for t in both().await {
        for round in 0..ROUNDS / 4 {
            let person = format!("ann{round}@example.com");
            t.sign_up(&person).await;
            let code = t.code_for(&person).await;
            let wrong =
                json!({"Username": person, "ConfirmationCode": TestServer::other_code(&code)});
            let answers = at_once(&t, "ConfirmSignUp", &wrong).await;
            assert_eq!(count(&answers, "CodeMismatchException"), 5);
            assert_eq!(count(&answers, "LimitExceededException"), 11);

            t.wait(30);
            t.ok("ResendConfirmationCode", json!({"Username": person}))
                .await;
            let right = json!({"Username": person, "ConfirmationCode": t.code_for(&person).await});
            let answers = at_once(&t, "ConfirmSignUp", &right).await;
            assert_eq!(successes(&answers), 1);
            assert_eq!(count(&answers, "NotAuthorizedException"), 15);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_address_is_proved_once_and_guessed_five_times() {
    for (t, ann) in of_each_contact().await {
        let t = Arc::new(t);
        let token = t.register(ann).await.access;
        for _ in 0..ROUNDS / 4 {
            t.wait(30);
            let ask = json!({"AccessToken": token, "AttributeName": contact(ann).as_str()});
            t.ok("GetUserAttributeVerificationCode", ask).await;
            let code = t.code_for(ann).await;
            let body =
                json!({"AccessToken": token, "AttributeName": contact(ann).as_str(), "Code": code});
            let answers = at_once(&t, "VerifyUserAttribute", &body).await;
            assert_eq!(successes(&answers), 1);
            assert_eq!(count(&answers, "CodeMismatchException"), 15, "{answers:?}");
        }
    }
}

fn rotating(grace: u64) -> PoolConfig {
    let mut config = PoolConfig::default();
    config.clients[0].rotation_grace = Some(Duration::from_secs(grace));
    config
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_token_has_one_successor() {
    for (engine, t) in TestServer::on_each_engine(rotating(60)).await {
        let t = Arc::new(t);
        let mut token = t.register("ann@example.com").await.refresh;
        for _ in 0..MANY_ROUNDS {
            let body = json!({"RefreshToken": token});
            let answers = at_once(&t, "GetTokensFromRefreshToken", &body).await;
            assert_eq!(successes(&answers), 16, "{engine}: {answers:?}");
            let successors: BTreeSet<String> = answers
                .iter()
                .map(|answer| Tokens::of(&answer.body).refresh)
                .collect();
            assert_eq!(successors.len(), 1, "{engine}");
            assert!(!successors.contains(&token), "{engine}");
            token = successors.into_iter().next().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn without_grace_one_refreshes_and_the_sign_in_ends() {
    for (engine, t) in TestServer::on_each_engine(rotating(0)).await {
        let t = Arc::new(t);
        for round in 0..MANY_ROUNDS {
            let token = t.register(&format!("ann{round}@example.com")).await.refresh;
            let body = json!({"RefreshToken": token});
            let answers = at_once(&t, "GetTokensFromRefreshToken", &body).await;
            assert_eq!(successes(&answers), 1, "{engine}: {answers:?}");
            assert_eq!(
                count(&answers, "RefreshTokenReuseException"),
                15,
                "{engine}"
            );
            let first = answers
                .iter()
                .find(|answer| answer.status == StatusCode::OK);
            let successor = json!({"RefreshToken": Tokens::of(&first.unwrap().body).refresh});
            let refusal = t.refusal("GetTokensFromRefreshToken", successor).await;
            assert!(refusal.ends_with("has been revoked"), "{engine}: {refusal}");
        }
    }
}

/// Two people gave one number. Whoever proves it first has it, also when they do so at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_number_becomes_one_persons_login() {
    for round in 0..ROUNDS / 4 {
        let config = pool_of(&[Email, PhoneNumber]);
        let t = match round {
            0 => TestServer::of_nodes(config, 2).await,
            _ => TestServer::with(config).await,
        };
        let t = Arc::new(t);
        let number = format!("+12065550{round:03}");
        let mut bodies = Vec::new();
        for name in ["ann@example.com", "bob@example.com"] {
            let attributes = json!([
                {"Name": "email", "Value": name}, {"Name": "phone_number", "Value": number},
            ]);
            let body = json!({"Username": name, "UserAttributes": attributes});
            t.ok("SignUp", body).await;
            let session = t.start_with(name, "SMS_OTP").await["Session"].clone();
            let code = t.code_for(&number).await;
            let session = session.as_str().unwrap();
            bodies.push(TestServer::otp_to("SMS_OTP", name, session, &code));
        }
        let mut calls = JoinSet::new();
        for body in bodies {
            let t = Arc::clone(&t);
            calls.spawn(async move { t.call("RespondToAuthChallenge", body).await });
        }
        let answers = calls.join_all().await;
        assert_eq!(successes(&answers), 1, "{answers:?}");
        assert_eq!(count(&answers, "AliasExistsException"), 1, "{answers:?}");
    }
}

/// Sixteen people have the code, each with a password of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_reset_code_changes_the_password_once() {
    for (engine, t) in TestServer::on_each_engine(with_passwords()).await {
        let t = Arc::new(t);
        t.register_with_password(ANN, RIGHT).await;
        for _ in 0..MANY_ROUNDS {
            t.wait(30);
            t.ok("ForgotPassword", json!({"Username": ANN})).await;
            let code = t.code_for(ANN).await;
            let mut calls = JoinSet::new();
            for number in 10..26 {
                let (t, password) = (Arc::clone(&t), format!("{RIGHT}-{number}"));
                let body = json!({"Username": ANN, "ConfirmationCode": code, "Password": password});
                calls.spawn(async move { (password, t.call("ConfirmForgotPassword", body).await) });
            }
            let answers = calls.join_all().await;
            let won: Vec<&(String, Answer)> = answers
                .iter()
                .filter(|(_, answer)| answer.status == StatusCode::OK)
                .collect();
            assert_eq!(won.len(), 1, "{engine}: {answers:?}");
            t.ok("InitiateAuth", in_clear(ANN, &won[0].0)).await;
        }
    }
}
