//! `GetUserAttributeVerificationCode`.

use poolhouse_domain::pool::{ContactAttribute, PoolConfig};
use serde_json::json;

use crate::test_server::{TestServer, contact, pool_of};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn sends_a_code_to_the_contact_on_record() {
    let details = [("a***@e***", "EMAIL"), ("+*******0123", "SMS")];
    let servers = TestServer::of_each_contact().await;
    for ((t, ann), (destination, medium)) in servers.into_iter().zip(details) {
        let token = t.register(ann).await.access;
        let attribute = contact(ann).as_str();
        let body = json!({"AccessToken": token, "AttributeName": attribute});
        assert_eq!(
            t.ok("GetUserAttributeVerificationCode", body.clone()).await,
            json!({"CodeDeliveryDetails": {
                "Destination": destination, "DeliveryMedium": medium, "AttributeName": attribute,
            }})
        );
        assert_eq!(t.mail_to(ann).await.len(), 2);
        t.ok("GetUserAttributeVerificationCode", body.clone()).await;
        assert_eq!(t.mail_to(ann).await.len(), 2, "one is on its way");
        t.wait(30);
        t.ok("GetUserAttributeVerificationCode", body).await;
        assert_eq!(t.mail_to(ann).await.len(), 3);
    }
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

#[tokio::test]
async fn a_contact_must_be_there() {
    let mut config = pool_of(&[ContactAttribute::Email, ContactAttribute::PhoneNumber]);
    config.schema.0[1].required = false;
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.access;
    let refusal = |name| {
        let body = json!({"AccessToken": token, "AttributeName": name});
        t.refusal("GetUserAttributeVerificationCode", body)
    };
    assert_eq!(
        refusal("phone_number").await,
        "InvalidParameterException: User has no phone_number to verify."
    );
    assert_eq!(
        refusal("name").await,
        "InvalidParameterException: Attribute name cannot be verified: expected email or phone_number."
    );
}

/// Or else a new address would get around the cooldown.
#[tokio::test]
async fn while_a_code_is_on_its_way_none_goes_elsewhere() {
    let config = PoolConfig {
        auto_verified_attributes: Vec::new(),
        verify_before_update: Vec::new(),
        ..PoolConfig::default()
    };
    let mut t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    t.reconfigure(config).await;
    let ask = json!({"AccessToken": token, "AttributeName": "email"});
    t.ok("GetUserAttributeVerificationCode", ask.clone()).await;
    let attributes = json!([{"Name": "email", "Value": "new@example.com"}]);
    let change = json!({"AccessToken": token, "UserAttributes": attributes});
    t.ok("UpdateUserAttributes", change).await;
    assert_eq!(
        t.refusal("GetUserAttributeVerificationCode", ask.clone())
            .await,
        "LimitExceededException: Attempt limit exceeded, please try after some time."
    );
    t.wait(30);
    t.ok("GetUserAttributeVerificationCode", ask).await;
    assert_eq!(t.mail_to("new@example.com").await.len(), 1);
}
