//! `UpdateAuthEventFeedback`.

use serde_json::{Value, json};

use crate::test_server::TestServer;

fn feedback(pool: &str) -> Value {
    json!({
        "UserPoolId": pool, "Username": "ann@example.com", "EventId": "7",
        "FeedbackToken": "token", "FeedbackValue": "Valid",
    })
}

#[tokio::test]
async fn no_pool_has_threat_protection() {
    let t = TestServer::start().await;
    t.register("ann@example.com").await;
    let body = feedback(t.pool.id.as_str());
    assert_eq!(
        t.refusal("UpdateAuthEventFeedback", body).await,
        "UserPoolAddOnNotEnabledException: User pool add-ons are not enabled."
    );
}

#[tokio::test]
async fn an_unknown_pool_is_not_there() {
    let t = TestServer::start().await;
    assert_eq!(
        t.refusal("UpdateAuthEventFeedback", feedback("us-east-1_Nobody123"))
            .await,
        "ResourceNotFoundException: User pool us-east-1_Nobody123 does not exist."
    );
}

#[tokio::test]
async fn a_verdict_is_valid_or_invalid() {
    let t = TestServer::start().await;
    let mut body = feedback(t.pool.id.as_str());
    body["FeedbackValue"] = json!("Perhaps");
    let refusal = t.refusal("UpdateAuthEventFeedback", body).await;
    assert!(
        refusal.starts_with("InvalidParameterException: 1 validation error"),
        "{refusal}"
    );
}
