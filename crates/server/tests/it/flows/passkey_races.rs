//! Passkeys at the same time, and again and again.

use std::sync::Arc;

use axum::http::StatusCode;
use poolhouse_domain::{Sub, Timestamp};
use poolhouse_store::StoreError;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::authenticator::Authenticator;
use crate::passkeys::{about, pool};
use crate::test_server::{Answer, TestServer, claims};

const ANN: &str = "ann@example.com";
const ROUNDS: usize = 20;

async fn at_once(t: &Arc<TestServer>, calls: Vec<(&'static str, Value)>) -> Vec<Answer> {
    let mut tasks = JoinSet::new();
    for (operation, body) in calls {
        let t = Arc::clone(t);
        tasks.spawn(async move { t.call(operation, body).await });
    }
    tasks.join_all().await
}

/// One node, and three.
async fn both() -> [Arc<TestServer>; 2] {
    let nodes = TestServer::of_nodes(pool(), 3).await;
    [TestServer::with_passkeys().await, nodes].map(Arc::new)
}

fn successes(answers: &[Answer]) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == StatusCode::OK)
        .count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_session_signs_in_once() {
    let mut authenticators = [Authenticator::new(1), Authenticator::security_key(1)];
    for (t, authenticator) in both().await.iter().zip(&mut authenticators) {
        t.register_with(ANN, authenticator).await;
        for _ in 0..ROUNDS {
            let (session, options) = t.ask_for_passkey(ANN).await;
            let body = TestServer::web_authn(ANN, &session, &authenticator.get(&options));
            let answers = at_once(t, vec![("RespondToAuthChallenge", body); 16]).await;
            assert_eq!(successes(&answers), 1);
            let refused = answers.iter().filter(|answer| {
                answer.body["message"]
                    == "Invalid session for the user, session can only be used once."
            });
            assert_eq!(refused.count(), 15, "{answers:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_count_of_a_key_signs_in_once() {
    for t in both().await {
        let mut key = Authenticator::security_key(1);
        t.register_with(ANN, &mut key).await;
        let mut calls = Vec::new();
        let count = key.sign_count;
        for _ in 0..16 {
            let (session, options) = t.ask_for_passkey(ANN).await;
            key.sign_count = count;
            let body = TestServer::web_authn(ANN, &session, &key.get(&options));
            calls.push(("RespondToAuthChallenge", body));
        }
        assert_eq!(successes(&at_once(&t, calls).await), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_challenge_registers_once() {
    for t in both().await {
        let token = t.register(ANN).await.access;
        for round in 0..10 {
            let credential = Authenticator::new(round).create(&t.creation_options(&token).await);
            let body = json!({"AccessToken": token, "Credential": credential});
            let answers = at_once(&t, vec![("CompleteWebAuthnRegistration", body); 16]).await;
            assert_eq!(successes(&answers), 1);
        }
        assert_eq!(t.passkeys(&token).await.len(), 10);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_user_registers_a_credential() {
    for t in both().await {
        let mut calls = Vec::new();
        for number in 0..16 {
            let token = t.register(&format!("ann{number}@example.com")).await.access;
            let credential = Authenticator::new(1).create(&t.creation_options(&token).await);
            let body = json!({"AccessToken": token, "Credential": credential});
            calls.push(("CompleteWebAuthnRegistration", body));
        }
        let answers = at_once(&t, calls).await;
        assert_eq!(successes(&answers), 1);
        let refused = answers
            .iter()
            .filter(|a| a.body["message"] == "The passkey is registered already.");
        assert_eq!(refused.count(), 15, "{answers:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn enrolling_signing_in_and_deleting_leaves_nothing_behind() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    for round in 0..200_u8 {
        let mut authenticator = if round % 2 == 0 {
            Authenticator::new(round)
        } else {
            Authenticator::security_key(round)
        };
        t.enrol(&token, &mut authenticator).await;
        let name = if round % 3 == 0 { "~passkey" } else { ANN };
        let tokens = t.sign_in_with(name, &mut authenticator).await;
        let body = about(&tokens.access, &authenticator.credential_id());
        t.ok("DeleteWebAuthnCredential", body).await;
        t.ok("RevokeToken", json!({"Token": tokens.refresh})).await;
    }
    assert!(t.passkeys(&token).await.is_empty());
    let (pool, sub) = (
        t.pool.id.clone(),
        Sub::new(claims(&token)["sub"].as_str().unwrap()),
    );
    let begun = t.store.read::<_, StoreError, _>(move |txn| {
        txn.passkey_registration_is_open(&pool, &sub, Timestamp::from_seconds(0))
    });
    assert!(!begun.await.unwrap());
    // What is left is that the Sessions were spent and that people were in, until it expires: 200
    // times by passkey, and once with the code that is the last row.
    t.wait(31 * 24 * 60 * 60);
    assert_eq!(t.sweep().await, 201 + 201 + 1);
}
