//! Operations that are in Amazon's model but not in ours.

use poolhouse_server::operations::SERVED;
use serde_json::json;

use crate::test_server::TestServer;

#[tokio::test]
async fn signed_operations_ask_for_a_signature() {
    let t = TestServer::start().await;
    let body = json!({"UserPoolId": "us-east-1_AbCdEfGhI", "Username": "ann@example.com"});
    assert_eq!(
        t.refusal("AdminGetUser", body).await,
        "MissingAuthenticationTokenException: Missing Authentication Token"
    );
}

#[tokio::test]
async fn unsigned_operations_that_are_not_here_yet_say_so() {
    let t = TestServer::start().await;
    let body = json!({"AccessToken": "x"});
    let refusal = t.refusal("ListDevices", body).await;
    assert!(refusal.contains("ListDevices"), "{refusal}");
}

#[test]
fn thirty_operations_are_served() {
    assert_eq!(SERVED.len(), 30);
}
