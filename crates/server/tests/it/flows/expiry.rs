//! Codes and Sessions end on the second.

use std::time::Duration;

use poolhouse_domain::pool::PoolConfig;
use serde_json::json;

use crate::test_server::{TestServer, contact};

const ANN: &str = "ann@example.com";
const EXPIRED: &str = "NotAuthorizedException: Invalid session for the user, session is expired.";

async fn with_session_validity(minutes: u64) -> TestServer {
    let mut config = PoolConfig::default();
    config.clients[0].auth_session_validity = Duration::from_mins(minutes);
    TestServer::with(config).await
}

#[tokio::test]
async fn a_session_that_awaits_a_code() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        t.wait(180);
        assert_eq!(
            t.refusal(
                "RespondToAuthChallenge",
                TestServer::otp(ann, &session, &code)
            )
            .await,
            EXPIRED
        );

        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        t.wait(179);
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &session, &code),
        )
        .await;
    }
}

#[tokio::test]
async fn a_session_that_awaits_a_choice() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        for (wait, refused) in [(179, false), (180, true)] {
            let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ann}});
            let session = t.ok("InitiateAuth", body).await["Session"].clone();
            t.wait(wait);
            let body = json!({
                "ChallengeName": "SELECT_CHALLENGE", "Session": session,
                "ChallengeResponses": {"USERNAME": ann, "ANSWER": contact(ann).factor().as_str()},
            });
            if refused {
                assert_eq!(t.refusal("RespondToAuthChallenge", body).await, EXPIRED);
            } else {
                t.ok("RespondToAuthChallenge", body).await;
            }
        }
    }
}

#[tokio::test]
async fn the_session_of_a_confirmation() {
    let t = TestServer::start().await;
    for (person, wait, refused) in [
        ("ann@example.com", 179, false),
        ("bob@example.com", 180, true),
    ] {
        let session = t.confirm(person).await;
        t.wait(wait);
        let body = json!({
            "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": person}, "Session": session,
        });
        if refused {
            assert_eq!(t.refusal("InitiateAuth", body).await, EXPIRED);
        } else {
            t.ok("InitiateAuth", body).await;
        }
    }
}

#[tokio::test]
async fn a_code_never_holds_longer_than_ten_minutes() {
    let t = with_session_validity(15).await;
    t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    t.wait(600);
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            TestServer::email_otp(ANN, &session, &code)
        )
        .await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );

    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    t.wait(599);
    t.ok(
        "RespondToAuthChallenge",
        TestServer::email_otp(ANN, &session, &code),
    )
    .await;
}
