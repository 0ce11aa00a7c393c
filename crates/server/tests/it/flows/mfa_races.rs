//! Second factors, sixteen at once: one gets in.

use std::sync::Arc;

use axum::http::StatusCode;
use poolhouse_domain::pool::{Mfa, MfaMethod, PoolConfig};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::mfa_attempts::{app_code, ask_for_texts, give_app, text_code};
use crate::mfa::{ANN, App, NUMBER, PASSWORD, answer, in_clear, pool, session_of};
use crate::test_server::{Answer, TestServer};

const RESPOND: &str = "RespondToAuthChallenge";
const ROUNDS: usize = 200;
const FEW_ROUNDS: usize = 50;

async fn all_at_once(
    t: &Arc<TestServer>,
    operation: &'static str,
    bodies: Vec<Value>,
) -> Vec<Answer> {
    let mut calls = JoinSet::new();
    for body in bodies {
        let t = Arc::clone(t);
        calls.spawn(async move { t.call(operation, body).await });
    }
    calls.join_all().await
}

fn successes(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_code_of_an_app_passes_once() {
    for (engine, t) in TestServer::on_each_engine(pool()).await {
        let app = give_app(&t).await;
        let t = Arc::new(t);
        for _ in 0..ROUNDS {
            t.wait(30);
            let session = session_of(&t.first_factor(ANN).await);
            let body = app_code(&session, &app.shows(&t, 0));
            let answers = all_at_once(&t, RESPOND, vec![body; 16]).await;
            assert_eq!(successes(&answers), 1, "{engine}: {answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_code_of_an_app_over_sixteen_sessions_passes_once() {
    for (engine, t) in TestServer::on_each_engine(pool()).await {
        let app = give_app(&t).await;
        let t = Arc::new(t);
        let begin = vec![in_clear(ANN); 16];
        for _ in 0..FEW_ROUNDS {
            // Fifteen wrong codes are waited for so long.
            t.wait(15 * 60);
            let begun = all_at_once(&t, "InitiateAuth", begin.clone()).await;
            let code = app.shows(&t, 0);
            let answer = |begun: &Answer| app_code(&session_of(&begun.body), &code);
            let answers = all_at_once(&t, RESPOND, begun.iter().map(answer).collect()).await;
            assert_eq!(successes(&answers), 1, "{engine}: {answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_text_passes_once() {
    for (engine, t) in TestServer::on_each_engine(pool()).await {
        ask_for_texts(&t).await;
        let t = Arc::new(t);
        for _ in 0..FEW_ROUNDS {
            t.wait(30);
            let session = session_of(&t.first_factor(ANN).await);
            let body = text_code(&session, &t.code_for(NUMBER).await);
            let answers = all_at_once(&t, RESPOND, vec![body; 16]).await;
            assert_eq!(successes(&answers), 1, "{engine}: {answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_answers_to_one_text_are_looked_at() {
    for (engine, t) in TestServer::on_each_engine(pool()).await {
        ask_for_texts(&t).await;
        let t = Arc::new(t);
        // After a hundred wrong ones the factor rests.
        for _ in 0..10 {
            t.wait(30);
            let session = session_of(&t.first_factor(ANN).await);
            let wrong = TestServer::other_code(&t.code_for(NUMBER).await);
            let wrong = vec![text_code(&session, &wrong); 16];
            let answers = all_at_once(&t, RESPOND, wrong).await;
            let of = |exception| move |answer: &&Answer| answer.body["__type"] == exception;
            let count = |exception| answers.iter().filter(of(exception)).count();
            assert_eq!(count("CodeMismatchException"), 5, "{engine}: {answers:?}");
            assert_eq!(count("LimitExceededException"), 11, "{engine}: {answers:?}");
        }
    }
}

/// In a pool that asks everybody: one registers the app, and one gets the tokens.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_app_is_set_up_and_signs_in_once() {
    let config = PoolConfig {
        mfa: Mfa::On,
        mfa_methods: vec![MfaMethod::SoftwareTokenMfa],
        ..pool()
    };
    for (engine, t) in TestServer::on_each_engine(config).await {
        let t = Arc::new(t);
        for round in 0..FEW_ROUNDS {
            let name = format!("ann{round}@example.com");
            t.register_with_password(&name, PASSWORD).await;
            let body = json!({"Session": session_of(&t.first_factor(&name).await)});
            let seed = t.ok("AssociateSoftwareToken", body).await;
            let code = App::of(seed["SecretCode"].as_str().unwrap()).shows(&t, 0);
            let first = json!({"Session": session_of(&seed), "UserCode": code});
            let answers = all_at_once(&t, "VerifySoftwareToken", vec![first; 16]).await;
            assert_eq!(successes(&answers), 1, "{engine}: {answers:?}");
            let mut won = answers
                .iter()
                .filter(|answer| answer.status == StatusCode::OK);
            let session = session_of(&won.next().unwrap().body);
            let done = answer("MFA_SETUP", &name, &session, json!({}));
            let answers = all_at_once(&t, RESPOND, vec![done; 16]).await;
            assert_eq!(successes(&answers), 1, "{engine}: {answers:?}");
        }
    }
}
