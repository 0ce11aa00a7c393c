//! `SetUserSettings`.

use serde_json::{Value, json};

use crate::mfa::pool;
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";

fn settings(token: &str, options: &Value) -> Value {
    json!({"AccessToken": token, "MFAOptions": options})
}

fn sms() -> Value {
    json!([{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}])
}

#[tokio::test]
async fn turns_text_messages_on_and_off() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    t.give_number(&token).await;
    let options =
        || async { t.ok("GetUser", json!({"AccessToken": token})).await["MFAOptions"].clone() };
    assert_eq!(options().await, Value::Null);
    assert_eq!(
        t.ok("SetUserSettings", settings(&token, &sms())).await,
        json!({})
    );
    assert_eq!(options().await, sms());
    assert_eq!(t.mfa_of(&token).await, json!([null, ["SMS_MFA"]]));
    assert_eq!(
        t.ok("SetUserSettings", settings(&token, &json!([]))).await,
        json!({})
    );
    assert_eq!(options().await, Value::Null);
    assert_eq!(t.mfa_of(&token).await, json!([null, null]));
}

#[tokio::test]
async fn knows_nothing_else() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let others = [
        (
            json!([{"DeliveryMedium": "EMAIL", "AttributeName": "email"}]),
            "EMAIL to email",
        ),
        (
            json!([{"DeliveryMedium": "SMS", "AttributeName": "email"}]),
            "SMS to email",
        ),
        (json!([{}]), " to "),
    ];
    for (options, got) in others {
        assert_eq!(
            t.refusal("SetUserSettings", settings(&token, &options))
                .await,
            format!(
                "InvalidParameterException: Invalid MFAOptions: got {got}, expected SMS to phone_number"
            )
        );
    }
    assert_eq!(
        t.refusal("SetUserSettings", settings(&token, &sms())).await,
        "InvalidParameterException: User does not have delivery config set to turn on SMS_MFA"
    );
}

#[tokio::test]
async fn needs_a_good_token() {
    let t = TestServer::with(pool()).await;
    let tokens = t.register(ANN).await;
    t.ok("GlobalSignOut", json!({"AccessToken": tokens.access}))
        .await;
    assert_eq!(
        t.refusal("SetUserSettings", settings(&tokens.access, &json!([])))
            .await,
        "NotAuthorizedException: Access Token has been revoked"
    );
}
