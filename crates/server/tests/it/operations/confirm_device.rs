//! `ConfirmDevice`.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse_domain::device::DeviceConfig;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::device::{NOT_REMEMBERED, with_devices};
use crate::flows::passwords::{ANN, RIGHT};
use crate::test_server::TestServer;

const INVALID_KEY: &str = "InvalidParameterException: Invalid device key given.";

#[tokio::test]
async fn a_device_is_remembered_at_once_unless_the_user_is_to_be_asked() {
    for asks_user in [false, true] {
        let config = DeviceConfig {
            asks_user,
            ..DeviceConfig::default()
        };
        let t = TestServer::with(with_devices(config)).await;
        t.register_with_password(ANN, RIGHT).await;
        let device = t.new_device(ANN, 1).await;
        assert_eq!(
            t.ok("ConfirmDevice", device.confirmation()).await,
            json!({"UserConfirmationNecessary": asks_user})
        );
        let listed = json!({"AccessToken": device.tokens.access});
        let listed = t.ok("ListDevices", listed).await;
        let count = usize::from(!asks_user);
        assert_eq!(listed["Devices"].as_array().unwrap().len(), count);
        t.ok("GetDevice", device.body()).await;
    }
}

#[tokio::test]
async fn a_key_is_confirmed_once() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    assert_eq!(
        t.refusal("ConfirmDevice", device.confirmation()).await,
        "DeviceKeyExistsException: The device key was confirmed already."
    );
}

#[tokio::test]
async fn only_the_key_of_this_sign_in_is_taken() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let (device, other) = (t.new_device(ANN, 1).await, t.new_device(ANN, 2).await);
    let bobs = t.new_device("bob@example.com", 3).await;
    for key in [
        &other.key,
        &bobs.key,
        "us-east-1_6b0e7c1e-3f5a-4d0c-9b1d-2f6f0d9a7c11",
    ] {
        let mut body = device.confirmation();
        body["DeviceKey"] = json!(key);
        assert_eq!(t.refusal("ConfirmDevice", body).await, INVALID_KEY);
    }
}

#[tokio::test]
async fn a_sign_in_before_the_pool_remembered_has_no_key() {
    let mut t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    t.reconfigure(with_devices(DeviceConfig::default())).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let mut body = t.new_device("bob@example.com", 1).await.confirmation();
    body["AccessToken"] = json!(tokens.access);
    assert_eq!(t.refusal("ConfirmDevice", body).await, INVALID_KEY);
}

#[tokio::test]
async fn a_device_that_was_forgotten_does_not_come_back_by_itself() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    t.ok("ForgetDevice", device.body()).await;
    assert_eq!(
        t.refusal("ConfirmDevice", device.confirmation()).await,
        INVALID_KEY
    );
}

#[tokio::test]
async fn salt_and_verifier_are_needed_and_numbers() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.new_device(ANN, 1).await;
    let missing =
        |name: &str| format!("InvalidParameterException: Missing required parameter {name}");
    let wrong = |name: &str| {
        format!(
            "InvalidParameterException: Invalid DeviceSecretVerifierConfig: {name} is not the \
             base64 of such a number"
        )
    };
    let with = |name: &str, value: Value| {
        let mut body = device.confirmation();
        body["DeviceSecretVerifierConfig"][name] = value;
        body
    };
    let mut without = device.confirmation();
    without
        .as_object_mut()
        .unwrap()
        .remove("DeviceSecretVerifierConfig");
    let refusal = t.refusal("ConfirmDevice", without).await;
    assert_eq!(refusal, missing("DeviceSecretVerifierConfig"));
    let one = STANDARD.encode([1]);
    let long = STANDARD.encode([0x7f; 400]);
    for name in ["Salt", "PasswordVerifier"] {
        let refusal = t.refusal("ConfirmDevice", with(name, Value::Null)).await;
        assert_eq!(refusal, missing(name));
        for value in ["", "%", &long] {
            let refusal = t.refusal("ConfirmDevice", with(name, json!(value))).await;
            assert_eq!(refusal, wrong(name), "{value}");
        }
    }
    // Whoever knows that it is 1 needs no secret.
    let trivial = with("PasswordVerifier", json!(one));
    assert_eq!(
        t.refusal("ConfirmDevice", trivial).await,
        wrong("PasswordVerifier")
    );
    // Nothing of it was kept.
    t.ok("ConfirmDevice", device.confirmation()).await;
}

#[tokio::test]
async fn a_name_need_not_be_given() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.new_device(ANN, 1).await;
    let mut body = device.confirmation();
    body["DeviceName"] = Value::Null;
    t.ok("ConfirmDevice", body).await;
    let described = t.ok("GetDevice", device.body()).await;
    assert_eq!(
        described["Device"]["DeviceAttributes"],
        json!([{"Name": "device_status", "Value": "valid"}])
    );
}

#[tokio::test]
async fn a_pool_may_remember_none() {
    let mut t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let body = t.new_device(ANN, 1).await.confirmation();
    t.reconfigure(crate::flows::passwords::with_passwords())
        .await;
    assert_eq!(t.refusal("ConfirmDevice", body).await, NOT_REMEMBERED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_16_confirms_a_key() {
    let t = Arc::new(TestServer::with_devices().await);
    t.register_with_password(ANN, RIGHT).await;
    let device = t.new_device(ANN, 1).await;
    let mut calls = JoinSet::new();
    for _ in 0..16 {
        let (t, body) = (Arc::clone(&t), device.confirmation());
        calls.spawn(async move { t.call("ConfirmDevice", body).await });
    }
    let answers = calls.join_all().await;
    let confirmed = answers.iter().filter(|answer| answer.status.is_success());
    assert_eq!(confirmed.count(), 1);
    let exist =
        |answer: &&crate::test_server::Answer| answer.body["__type"] == "DeviceKeyExistsException";
    assert_eq!(answers.iter().filter(exist).count(), 15);
}
