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

#[test]
fn all_34_that_need_no_signature_are_served_and_one_of_ours() {
    assert_eq!(SERVED.len(), 35);
}
