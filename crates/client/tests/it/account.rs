//! Minding one's account.

use poolhouse_client::Exception;
use poolhouse_domain::attributes::{AttributeKind, AttributeSpec};
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::front::{ANN, Front};

/// People may say what they are called.
async fn front() -> Front {
    let mut config = PoolConfig::default();
    config.schema.0.push(AttributeSpec {
        name: "name".to_owned(),
        required: false,
        mutable: true,
        kind: AttributeKind::String {
            min: None,
            max: None,
        },
    });
    Front::with(config).await
}

#[tokio::test]
async fn attributes_are_read_written_and_removed() {
    let front = front().await;
    let tokens = front.register(ANN).await;
    let account = front.client.account(&tokens.access);
    assert_eq!(
        account.update_attributes(&[("name", "Ann")]).await.unwrap(),
        []
    );
    let ann = account.get().await.unwrap();
    assert_eq!(ann.attributes["name"], "Ann");
    assert_eq!(ann.attributes["email"], ANN);
    assert_eq!(ann.attributes["sub"], ann.username);
    account.delete_attributes(&["name"]).await.unwrap();
    assert!(!account.get().await.unwrap().attributes.contains_key("name"));
}

#[tokio::test]
async fn a_new_address_is_proved() {
    let new = "ann@example.org";
    let front = front().await;
    let tokens = front.register(ANN).await;
    let account = front.client.account(&tokens.access);
    let sent = account.update_attributes(&[("email", new)]).await.unwrap();
    assert_eq!(sent[0].destination, "a***@e***");
    front.wait(60);
    let again = account.send_verification_code("email").await.unwrap();
    assert_eq!(again, sent[0]);
    let code = front.code_for(new).await;
    account.verify_attribute("email", &code).await.unwrap();
    assert_eq!(account.get().await.unwrap().attributes["email"], new);
}

#[tokio::test]
async fn who_leaves_is_gone() {
    let front = front().await;
    let tokens = front.register(ANN).await;
    let account = front.client.account(&tokens.access);
    account.delete().await.unwrap();
    assert!(
        account
            .get()
            .await
            .unwrap_err()
            .is(&Exception::UserNotFound)
    );
}

#[tokio::test]
async fn any_operation_can_be_called() {
    let front = front().await;
    let tokens = front.register(ANN).await;
    let request = json!({ "AccessToken": tokens.access.expose() });
    let reply: Value = front
        .client
        .call("ListUserSessions", request)
        .await
        .unwrap();
    assert_eq!(reply["Sessions"][0]["IsCurrentSession"], true);
}
