//! `ResendConfirmationCode`.

use serde_json::json;

use crate::test_server::TestServer;

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
