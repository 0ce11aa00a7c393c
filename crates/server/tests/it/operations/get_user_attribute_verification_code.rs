//! `GetUserAttributeVerificationCode`.

use serde_json::json;

use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn mails_a_code_for_the_address_on_record() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    let body = json!({"AccessToken": token, "AttributeName": "email"});
    assert_eq!(
        t.ok("GetUserAttributeVerificationCode", body.clone()).await,
        json!({
            "CodeDeliveryDetails": {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
        })
    );
    assert_eq!(t.mail_to(ANN).await.len(), 2);
    t.ok("GetUserAttributeVerificationCode", body.clone()).await;
    assert_eq!(t.mail_to(ANN).await.len(), 2, "one is on its way");
    t.wait(30);
    t.ok("GetUserAttributeVerificationCode", body).await;
    assert_eq!(t.mail_to(ANN).await.len(), 3);
}

#[tokio::test]
async fn only_an_address_can_be_proved() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    let body = json!({"AccessToken": token, "AttributeName": "name"});
    assert_eq!(
        t.refusal("GetUserAttributeVerificationCode", body).await,
        "InvalidParameterException: Attribute name cannot be verified: expected email."
    );
}
