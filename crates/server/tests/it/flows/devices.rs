//! Which device a sign-in is on, and what its tokens are then good for.

use poolhouse_domain::Sub;
use poolhouse_domain::device::DeviceConfig;
use poolhouse_store::StoreError;
use serde_json::{Value, json};

use super::passwords::{ANN, NOBODY, RIGHT, WRONG, in_clear, with_passwords};
use crate::device::{Device, NOT_FOUND, with_devices};
use crate::test_server::{TestServer, Tokens, claims};

const NO_DEVICE: &str = "us-east-1_6b0e7c1e-3f5a-4d0c-9b1d-2f6f0d9a7c11";
const INVALID: &str = "NotAuthorizedException: Invalid Refresh Token";

#[tokio::test]
async fn a_new_device_is_given_a_key_and_its_group_s() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let reply = t.sign_in_on(ANN, None).await.body;
    let new = reply["AuthenticationResult"]["NewDeviceMetadata"].clone();
    assert_eq!(new.as_object().unwrap().len(), 2);
    let device = Device::of(&reply, 1);
    assert_eq!(device.key.len(), "us-east-1_".len() + 36);
    assert!(device.key.starts_with("us-east-1_"), "{}", device.key);
    assert!(device.group.starts_with('-') && device.group.len() == 9);
    assert_eq!(claims(&device.tokens.access)["device_key"], device.key);
    assert_eq!(claims(&device.tokens.id)["device_key"], Value::Null);
    let again = t.new_device(ANN, 1).await;
    assert_ne!(again.key, device.key);
    assert_eq!(again.group, device.group);
    let bobs = t.new_device("bob@example.com", 1).await;
    assert_ne!(bobs.group, device.group);
}

#[tokio::test]
async fn every_way_in_gives_one() {
    let t = TestServer::with_devices().await;
    let session = t.confirm(ANN).await;
    let start = json!({
        "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}, "Session": session,
    });
    let after_sign_up = Device::of(&t.ok("InitiateAuth", start).await, 1);
    t.wait(30);
    let session = t.ask_for_code(ANN).await;
    let answer = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    let by_code = Device::of(&t.ok("RespondToAuthChallenge", answer).await, 2);
    assert_ne!(after_sign_up.key, by_code.key);
    t.ok("ConfirmDevice", after_sign_up.confirmation()).await;
    t.ok("ConfirmDevice", by_code.confirmation()).await;
}

#[tokio::test]
async fn a_pool_that_remembers_none_knows_no_devices() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    for key in [None, Some(NO_DEVICE), Some("anything")] {
        let reply = t.sign_in_on(ANN, key).await.body;
        let tokens = Tokens::of(&reply);
        let result = &reply["AuthenticationResult"];
        assert_eq!(result["NewDeviceMetadata"], Value::Null);
        assert_eq!(claims(&tokens.access)["device_key"], Value::Null);
        t.ok(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": tokens.refresh}),
        )
        .await;
    }
}

#[tokio::test]
async fn a_device_of_the_user_is_not_new() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    t.remember(&device, "not_remembered").await;
    t.wait(60);
    let mut body = in_clear(ANN, RIGHT);
    body["AuthParameters"]["DEVICE_KEY"] = json!(device.key);
    let reply = t.call_from("2001:db8::7", "InitiateAuth", body).await;
    let result = &reply["AuthenticationResult"];
    assert_eq!(result["NewDeviceMetadata"], Value::Null);
    let access = result["AccessToken"].as_str().unwrap();
    assert_eq!(claims(access)["device_key"], device.key);
    let known = t.ok("GetDevice", device.body()).await["Device"].clone();
    let created = known["DeviceCreateDate"].as_f64().unwrap();
    assert_eq!(known["DeviceLastAuthenticatedDate"], created + 60.0);
    assert_eq!(known["DeviceLastModifiedDate"], created);
    let last_ip = json!({"Name": "last_ip_used", "Value": "2001:db8::7"});
    assert_eq!(known["DeviceAttributes"][2], last_ip);
}

/// A key that nobody has, one that was forgotten, one of somebody else's, and one that was never
/// confirmed.
async fn strange_keys(t: &TestServer) -> Vec<String> {
    let forgotten = t.confirmed_device(ANN, 1).await;
    t.ok("ForgetDevice", forgotten.body()).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let bobs = t.confirmed_device("bob@example.com", 2).await;
    let unconfirmed = t.new_device(ANN, 3).await;
    let keys = [forgotten.key, bobs.key, unconfirmed.key];
    keys.into_iter().chain([NO_DEVICE.to_owned()]).collect()
}

#[tokio::test]
async fn a_device_that_the_user_does_not_have_is_told_and_nothing_is_spent_or_counted() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    for key in strange_keys(&t).await {
        // More often than a code or a password may be wrong.
        for typed in [&code, &TestServer::other_code(&code)].repeat(4) {
            let mut answer = TestServer::email_otp(ANN, &session, typed);
            answer["ChallengeResponses"]["DEVICE_KEY"] = json!(key);
            let refusal = t.refusal("RespondToAuthChallenge", answer).await;
            assert_eq!(refusal, NOT_FOUND);
        }
        for password in [RIGHT, WRONG].repeat(4) {
            let mut body = in_clear(ANN, password);
            body["AuthParameters"]["DEVICE_KEY"] = json!(key);
            assert_eq!(t.refusal("InitiateAuth", body).await, NOT_FOUND);
        }
    }
    assert!(t.sign_in_on(ANN, None).await.status.is_success());
    // What clients do then: the same again on the same Session, without the key.
    let answer = TestServer::email_otp(ANN, &session, &code);
    Device::of(&t.ok("RespondToAuthChallenge", answer).await, 4);
}

#[tokio::test]
async fn nobody_is_told_from_somebody_by_their_devices() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let key = t.confirmed_device(ANN, 1).await.key;
    for (name, key) in [(NOBODY, NO_DEVICE), (NOBODY, &key), (ANN, NO_DEVICE)] {
        let mut body = in_clear(name, RIGHT);
        body["AuthParameters"]["DEVICE_KEY"] = json!(key);
        assert_eq!(t.refusal("InitiateAuth", body).await, NOT_FOUND, "{name}");
        let session = t.ask_for_code(name).await;
        let mut answer = TestServer::email_otp(name, &session, "12345678");
        answer["ChallengeResponses"]["DEVICE_KEY"] = json!(key);
        let refusal = t.refusal("RespondToAuthChallenge", answer).await;
        assert_eq!(refusal, NOT_FOUND, "{name}");
        t.wait(30);
    }
}

#[tokio::test]
async fn what_begins_a_sign_in_names_no_device_that_must_be_there() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let parameters = json!({
        "USERNAME": ANN, "PREFERRED_CHALLENGE": "EMAIL_OTP", "DEVICE_KEY": NO_DEVICE,
    });
    t.wait(30);
    let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    let asked = t.ok("InitiateAuth", start).await;
    let code = t.code_for(ANN).await;
    let session = asked["Session"].as_str().unwrap();
    let answer = TestServer::email_otp(ANN, session, &code);
    Device::of(&t.ok("RespondToAuthChallenge", answer).await, 1);
}

#[tokio::test]
async fn a_device_that_was_named_at_the_beginning_counts_at_the_end() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    t.remember(&device, "not_remembered").await;
    t.wait(30);
    let parameters = json!({
        "USERNAME": ANN, "PREFERRED_CHALLENGE": "EMAIL_OTP", "DEVICE_KEY": device.key,
    });
    let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    let asked = t.ok("InitiateAuth", start).await;
    let code = t.code_for(ANN).await;
    let session = asked["Session"].as_str().unwrap();
    let answer = TestServer::email_otp(ANN, session, &code);
    let reply = t.ok("RespondToAuthChallenge", answer).await;
    let result = &reply["AuthenticationResult"];
    assert_eq!(result["NewDeviceMetadata"], Value::Null);
    let access = Tokens::of(&reply).access;
    assert_eq!(claims(&access)["device_key"], device.key);
}

#[tokio::test]
async fn what_is_no_key_at_all_is_refused_as_such() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    for key in ["phone", "us-east-1_XYZ", &"1_".repeat(40)] {
        let mut body = in_clear(ANN, RIGHT);
        body["AuthParameters"]["DEVICE_KEY"] = json!(key);
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            "InvalidParameterException: Invalid device key given."
        );
    }
    let empty = t.sign_in_on(ANN, Some("")).await;
    assert!(empty.status.is_success(), "{}", empty.body);
}

fn by_flow(tokens: &Tokens, key: Option<&str>) -> Value {
    let parameters = json!({"REFRESH_TOKEN": tokens.refresh, "DEVICE_KEY": key.unwrap_or("")});
    json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters})
}

fn by_operation(tokens: &Tokens, key: Option<&str>) -> Value {
    json!({"RefreshToken": tokens.refresh, "DeviceKey": key})
}

#[tokio::test]
async fn tokens_are_refreshed_on_the_device_that_they_were_given_to() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    let other = t.confirmed_device(ANN, 2).await.key;
    t.register_with_password("bob@example.com", RIGHT).await;
    let bobs = t.confirmed_device("bob@example.com", 3).await.key;
    for key in [None, Some(&*other), Some(&*bobs), Some(NO_DEVICE)] {
        let body = by_flow(&device.tokens, key);
        assert_eq!(t.refusal("InitiateAuth", body).await, INVALID, "{key:?}");
        let body = by_operation(&device.tokens, key);
        let refusal = t.refusal("GetTokensFromRefreshToken", body).await;
        assert_eq!(refusal, INVALID, "{key:?}");
    }
    let key = Some(&*device.key);
    let refreshed = [
        t.ok("InitiateAuth", by_flow(&device.tokens, key)).await,
        t.ok(
            "GetTokensFromRefreshToken",
            by_operation(&device.tokens, key),
        )
        .await,
    ];
    for reply in refreshed {
        let result = &reply["AuthenticationResult"];
        assert_eq!(result["NewDeviceMetadata"], Value::Null);
        let access = Tokens::of(&reply).access;
        assert_eq!(claims(&access)["device_key"], device.key);
    }
    t.remember(&device, "not_remembered").await;
    t.ok("InitiateAuth", by_flow(&device.tokens, key)).await;
}

#[tokio::test]
async fn a_device_that_was_not_confirmed_refreshes_nothing() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.new_device(ANN, 1).await;
    for key in [None, Some(&*device.key)] {
        let body = by_operation(&device.tokens, key);
        let refusal = t.refusal("GetTokensFromRefreshToken", body).await;
        assert_eq!(refusal, INVALID);
    }
    t.ok("ConfirmDevice", device.confirmation()).await;
    let body = by_operation(&device.tokens, Some(&device.key));
    t.ok("GetTokensFromRefreshToken", body).await;
}

#[tokio::test]
async fn the_definition_may_begin_and_cease_to_remember() {
    let mut t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    let before = Tokens::of(&t.sign_in_on(ANN, None).await.body);
    t.reconfigure(with_devices(DeviceConfig::default())).await;
    let body = by_operation(&before, None);
    t.ok("GetTokensFromRefreshToken", body).await;
    let device = t.confirmed_device(ANN, 1).await;
    t.reconfigure(with_passwords()).await;
    let body = by_operation(&device.tokens, None);
    t.ok("GetTokensFromRefreshToken", body).await;
}

#[tokio::test]
async fn a_device_is_kept_over_a_restart_and_gone_with_its_user() {
    let t = TestServer::with_devices().await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    let t = t.restart().await;
    let again = t.new_device(ANN, 2).await;
    assert_eq!(again.group, device.group);
    t.ok("GetDevice", device.body()).await;
    t.ok("DeleteUser", json!({"AccessToken": device.tokens.access}))
        .await;
    let pool = t.pool.id.clone();
    let left = t.store.read::<_, StoreError, _>(move |txn| {
        txn.device_list_remembered(&pool, &Sub::new(&sub), None, 9)
    });
    assert!(left.await.unwrap().is_empty());
}
