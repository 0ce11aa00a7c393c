//! `UpdateDeviceStatus`.

use serde_json::{Value, json};

use crate::device::{NOT_FOUND, NOT_REMEMBERED};
use crate::flows::passwords::{ANN, RIGHT, with_passwords};
use crate::test_server::TestServer;

fn with_status(mut body: Value, status: &str) -> Value {
    body["DeviceRememberedStatus"] = json!(status);
    body
}

#[tokio::test]
async fn a_change_is_dated() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    let dates = async || {
        let device = t.ok("GetDevice", device.body()).await["Device"].clone();
        let date = |name: &str| device[name].as_f64().unwrap();
        (date("DeviceCreateDate"), date("DeviceLastModifiedDate"))
    };
    let (created, _) = dates().await;
    for (second, status) in [(1.0, "not_remembered"), (2.0, "remembered")] {
        t.wait(1);
        t.remember(&device, status).await;
        assert_eq!(dates().await, (created, created + second));
    }
}

#[tokio::test]
async fn it_works_on_ones_own_devices_from_any_of_them() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let one = t.confirmed_device(ANN, 1).await;
    let two = t.new_device(ANN, 2).await;
    let bobs = t.confirmed_device("bob@example.com", 3).await;
    let of = |key: &str| {
        let body = json!({"AccessToken": two.tokens.access, "DeviceKey": key});
        with_status(body, "not_remembered")
    };
    t.ok("UpdateDeviceStatus", of(&one.key)).await;
    for key in [&two.key, &bobs.key, "us-east-1_0"] {
        let refusal = t.refusal("UpdateDeviceStatus", of(key)).await;
        assert_eq!(refusal, NOT_FOUND, "{key}");
    }
    let listed = json!({"AccessToken": bobs.tokens.access});
    let listed = t.ok("ListDevices", listed).await;
    assert_eq!(listed["Devices"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_status_is_needed() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    assert_eq!(
        t.refusal("UpdateDeviceStatus", device.body()).await,
        "InvalidParameterException: Missing required parameter DeviceRememberedStatus"
    );
    let refusal = t.refusal("UpdateDeviceStatus", with_status(device.body(), "kept"));
    let refusal = refusal.await;
    assert!(refusal.contains("enum value set"), "{refusal}");
}

#[tokio::test]
async fn a_pool_may_remember_none() {
    let mut t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let body = with_status(t.confirmed_device(ANN, 1).await.body(), "remembered");
    t.reconfigure(with_passwords()).await;
    assert_eq!(t.refusal("UpdateDeviceStatus", body).await, NOT_REMEMBERED);
}
