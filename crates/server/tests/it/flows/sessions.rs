//! A Session is ours, whole, or nothing.

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use serde_json::json;

use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";
const INVALID: &str = "NotAuthorizedException: Invalid session for the user.";

#[tokio::test]
async fn every_altered_character_is_refused() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        for place in 0..session.len() {
            let mut altered = session.clone().into_bytes();
            altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            let body = TestServer::otp(ann, &altered, &code);
            assert_eq!(
                t.refusal("RespondToAuthChallenge", body).await,
                INVALID,
                "{place}"
            );
        }
        for altered in [
            format!("{session}A"),
            session[1..].to_owned(),
            session[..session.len() - 1].to_owned(),
        ] {
            let body = TestServer::otp(ann, &altered, &code);
            assert_eq!(t.refusal("RespondToAuthChallenge", body).await, INVALID);
        }
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
    }
}

#[tokio::test]
async fn a_used_session_is_refused() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        let body = TestServer::otp(ann, &session, &code);
        t.ok("RespondToAuthChallenge", body.clone()).await;
        for _ in 0..2 {
            assert_eq!(
                t.refusal("RespondToAuthChallenge", body.clone()).await,
                "NotAuthorizedException: Invalid session for the user, session can only be used once."
            );
        }
    }
}

#[tokio::test]
async fn another_clients_session_is_refused() {
    let mut config = PoolConfig::default();
    config.clients.push(ClientConfig {
        name: "other".to_owned(),
        ..config.clients[0].clone()
    });
    let t = TestServer::with(config).await;
    t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let mut body = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    body["ClientId"] = json!(t.pool.clients[1].id.as_str());
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, INVALID);
}
