//! `ResendConfirmationCode`.

use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::PoolConfig;
use serde_json::json;

use crate::test_server::{TestServer, pool_of};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn mails_a_new_code_after_the_cooldown() {
    let t = TestServer::start().await;
    t.sign_up(ANN).await;
    let first = t.code_for(ANN).await;
    let details = json!({"CodeDeliveryDetails": {
        "Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
    }});

    t.wait(29);
    assert_eq!(
        t.ok("ResendConfirmationCode", json!({"Username": ANN}))
            .await,
        details
    );
    assert_eq!(t.mail_to(ANN).await.len(), 1, "one is on its way");

    t.wait(1);
    assert_eq!(
        t.ok("ResendConfirmationCode", json!({"Username": ANN}))
            .await,
        details
    );
    assert_eq!(t.mail_to(ANN).await.len(), 2);
    let second = t.code_for(ANN).await;

    let old = json!({"Username": ANN, "ConfirmationCode": first});
    assert!(
        t.refusal("ConfirmSignUp", old)
            .await
            .starts_with("CodeMismatchException")
    );
    t.ok(
        "ConfirmSignUp",
        json!({"Username": ANN, "ConfirmationCode": second}),
    )
    .await;
}

#[tokio::test]
async fn nothing_is_left_to_confirm() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        // The Authenticator compares this text to the letter.
        assert_eq!(
            t.refusal("ResendConfirmationCode", json!({"Username": ann}))
                .await,
            "InvalidParameterException: User is already confirmed."
        );
    }
}

/// Or else a new definition would get around the cooldown.
#[tokio::test]
async fn while_a_code_is_on_its_way_none_goes_elsewhere() {
    let mut t = TestServer::with(pool_of(&[Email, PhoneNumber])).await;
    let attributes = json!([
        {"Name": "email", "Value": ANN}, {"Name": "phone_number", "Value": "+12065550123"},
    ]);
    let body = json!({"Username": ANN, "UserAttributes": attributes});
    t.ok("SignUp", body).await;
    t.reconfigure(PoolConfig {
        auto_verified_attributes: vec![PhoneNumber],
        ..pool_of(&[Email, PhoneNumber])
    })
    .await;
    let body = json!({"Username": ANN});
    assert_eq!(
        t.refusal("ResendConfirmationCode", body.clone()).await,
        "LimitExceededException: Attempt limit exceeded, please try after some time."
    );
    t.wait(30);
    t.ok("ResendConfirmationCode", body).await;
    assert_eq!(t.mail_to("+12065550123").await.len(), 1);
}
