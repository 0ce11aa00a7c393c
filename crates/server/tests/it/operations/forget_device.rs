//! `ForgetDevice`.

use serde_json::{Value, json};

use crate::device::{Device, NOT_FOUND, NOT_REMEMBERED};
use crate::flows::passwords::{ANN, RIGHT, with_passwords};
use crate::test_server::TestServer;

fn refresh(device: &Device) -> Value {
    json!({"RefreshToken": device.tokens.refresh, "DeviceKey": device.key})
}

#[tokio::test]
async fn what_was_signed_in_on_it_is_not_refreshed_any_more() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let stolen = t.confirmed_device(ANN, 1).await;
    t.wait(1);
    let other = t.confirmed_device(ANN, 2).await;
    t.ok("GetTokensFromRefreshToken", refresh(&stolen)).await;
    let body = json!({"AccessToken": other.tokens.access, "DeviceKey": stolen.key});
    assert_eq!(t.ok("ForgetDevice", body.clone()).await, json!({}));
    assert_eq!(
        t.refusal("GetTokensFromRefreshToken", refresh(&stolen))
            .await,
        "NotAuthorizedException: Invalid Refresh Token"
    );
    t.ok("GetTokensFromRefreshToken", refresh(&other)).await;
    let listed = json!({"AccessToken": other.tokens.access});
    let sign_ins = t.ok("ListUserSessions", listed.clone()).await;
    assert_eq!(sign_ins["Sessions"].as_array().unwrap().len(), 1);
    let devices = t.ok("ListDevices", listed).await;
    assert_eq!(devices["Devices"][0]["DeviceKey"], other.key);
    assert_eq!(devices["Devices"].as_array().unwrap().len(), 1);
    assert_eq!(t.refusal("ForgetDevice", body).await, NOT_FOUND);
}

#[tokio::test]
async fn ones_own_access_token_is_good_until_it_expires() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    t.ok("ForgetDevice", device.body()).await;
    t.wait(3599);
    let me = json!({"AccessToken": device.tokens.access});
    t.ok("GetUser", me.clone()).await;
    t.wait(1);
    assert_eq!(
        t.refusal("GetUser", me).await,
        "NotAuthorizedException: Access Token has expired"
    );
}

#[tokio::test]
async fn nobody_forgets_anothers_device() {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    let unconfirmed = t.new_device(ANN, 2).await;
    let bobs = t.confirmed_device("bob@example.com", 3).await;
    for key in [&bobs.key, &unconfirmed.key, "us-east-1_0"] {
        let body = json!({"AccessToken": device.tokens.access, "DeviceKey": key});
        assert_eq!(t.refusal("ForgetDevice", body).await, NOT_FOUND, "{key}");
    }
    t.ok("GetTokensFromRefreshToken", refresh(&bobs)).await;
}

#[tokio::test]
async fn a_pool_may_remember_none() {
    let mut t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let body = t.confirmed_device(ANN, 1).await.body();
    t.reconfigure(with_passwords()).await;
    assert_eq!(t.refusal("ForgetDevice", body).await, NOT_REMEMBERED);
}
