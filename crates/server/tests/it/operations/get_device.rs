//! `GetDevice`.

use serde_json::json;

use crate::device::{NOT_FOUND, NOT_REMEMBERED};
use crate::flows::passwords::{ANN, RIGHT, with_passwords};
use crate::test_server::{NOON, TestServer};

#[tokio::test]
async fn says_what_is_known_of_it() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    t.clock.advance(std::time::Duration::from_millis(250));
    let device = t.new_device(ANN, 1).await;
    t.wait(1);
    t.call_from("192.0.2.1", "ConfirmDevice", device.confirmation())
        .await;
    #[expect(clippy::cast_precision_loss, reason = "a date")]
    #[expect(clippy::as_conversions, reason = "a date")]
    let noon = NOON.seconds() as f64;
    let described = |name: &str, ip: &str, authenticated: f64| {
        json!({"Device": {
            "DeviceKey": device.key,
            "DeviceAttributes": [
                {"Name": "device_status", "Value": "valid"},
                {"Name": "device_name", "Value": name},
                {"Name": "last_ip_used", "Value": ip},
            ],
            "DeviceCreateDate": noon + 0.25,
            "DeviceLastModifiedDate": noon + 1.25,
            "DeviceLastAuthenticatedDate": authenticated,
        }})
    };
    assert_eq!(
        t.ok("GetDevice", device.body()).await,
        described("Ann's phone", "192.0.2.1", noon)
    );
}

#[tokio::test]
async fn one_that_is_not_remembered_is_there_all_the_same() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    t.remember(&device, "not_remembered").await;
    t.ok("GetDevice", device.body()).await;
}

#[tokio::test]
async fn what_the_user_does_not_have_is_not_there() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let unconfirmed = t.new_device(ANN, 1).await;
    let bobs = t.confirmed_device("bob@example.com", 2).await;
    for key in [
        &unconfirmed.key,
        &bobs.key,
        "us-east-1_6b0e7c1e-3f5a-4d0c-9b1d-2f6f0d9a7c11",
    ] {
        let body = json!({"AccessToken": unconfirmed.tokens.access, "DeviceKey": key});
        assert_eq!(t.refusal("GetDevice", body).await, NOT_FOUND);
    }
}

#[tokio::test]
async fn the_model_does_not_ask_for_an_access_token_but_we_do() {
    let t = TestServer::with_devices().await;
    for operation in ["GetDevice", "ForgetDevice"] {
        let refusal = t.refusal(operation, json!({"DeviceKey": "us-east-1_a"}));
        assert_eq!(
            refusal.await,
            "NotAuthorizedException: Invalid Access Token"
        );
        let refusal = t.refusal(operation, json!({"AccessToken": "x"})).await;
        assert!(
            refusal
                .contains("at 'deviceKey' failed to satisfy constraint: Member must not be null"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn a_pool_may_remember_none() {
    let mut t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let body = t.confirmed_device(ANN, 1).await.body();
    t.reconfigure(with_passwords()).await;
    assert_eq!(t.refusal("GetDevice", body).await, NOT_REMEMBERED);
}
