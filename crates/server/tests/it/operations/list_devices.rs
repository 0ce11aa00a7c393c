//! `ListDevices`.

use serde_json::{Value, json};

use crate::device::{Device, NOT_REMEMBERED};
use crate::flows::passwords::{ANN, RIGHT, with_passwords};
use crate::test_server::TestServer;

async fn page(t: &TestServer, access: &str, limit: usize, token: &Value) -> (Vec<String>, Value) {
    let body = json!({"AccessToken": access, "Limit": limit, "PaginationToken": token});
    let reply = t.ok("ListDevices", body).await;
    let devices = reply["Devices"].as_array().unwrap().iter();
    let keys = devices.map(|device| device["DeviceKey"].as_str().unwrap().to_owned());
    (keys.collect(), reply["PaginationToken"].clone())
}

/// So many devices of Ann's, oldest first.
async fn devices(t: &TestServer, count: u8) -> Vec<Device> {
    t.register_with_password(ANN, RIGHT).await;
    let mut devices = Vec::new();
    for seed in 0..count {
        devices.push(t.confirmed_device(ANN, seed).await);
        t.wait(1);
    }
    devices
}

fn keys(devices: &[Device]) -> Vec<String> {
    devices.iter().map(|device| device.key.clone()).collect()
}

#[tokio::test]
async fn each_is_described_as_by_get_device() {
    let t = TestServer::with_devices().await;
    let devices = devices(&t, 2).await;
    let access = &devices[0].tokens.access;
    let mut described = Vec::new();
    for device in &devices {
        let body = json!({"AccessToken": access, "DeviceKey": device.key});
        described.push(t.ok("GetDevice", body).await["Device"].clone());
    }
    assert_eq!(
        t.ok("ListDevices", json!({"AccessToken": access})).await,
        json!({"Devices": described})
    );
}

#[tokio::test]
async fn comes_in_pages() {
    let t = TestServer::with_devices().await;
    let devices = devices(&t, 5).await;
    let access = &devices[0].tokens.access;
    let (mut seen, mut pages, mut next) = (Vec::new(), 0, Value::Null);
    loop {
        let (keys, token) = page(&t, access, 2, &next).await;
        seen.extend(keys);
        pages += 1;
        next = token;
        if next.is_null() {
            break;
        }
    }
    assert_eq!((&seen, pages), (&keys(&devices), 3));
    // A page that ends with the last has no successor; 0 asks for no particular number.
    for limit in [5, 0] {
        let whole = page(&t, access, limit, &Value::Null).await;
        assert_eq!(whole, (seen.clone(), Value::Null));
    }
}

#[tokio::test]
async fn a_page_goes_on_where_the_last_one_ended() {
    let t = TestServer::with_devices().await;
    let devices = devices(&t, 3).await;
    let access = &devices[2].tokens.access;
    let (_, next) = page(&t, access, 1, &Value::Null).await;
    t.ok("ForgetDevice", devices[0].body()).await;
    let (rest, _) = page(&t, access, 60, &next).await;
    assert_eq!(rest, keys(&devices[1..]));
}

#[tokio::test]
async fn only_what_is_remembered_is_listed() {
    let t = TestServer::with_devices().await;
    let devices = devices(&t, 2).await;
    let access = &devices[0].tokens.access;
    t.new_device(ANN, 9).await;
    t.remember(&devices[0], "not_remembered").await;
    let (listed, _) = page(&t, access, 60, &Value::Null).await;
    assert_eq!(listed, keys(&devices[1..]));
    t.remember(&devices[0], "remembered").await;
    let (listed, _) = page(&t, access, 60, &Value::Null).await;
    assert_eq!(listed, keys(&devices));
}

#[tokio::test]
async fn tokens_of_pages_must_be_ours() {
    let t = TestServer::with_devices().await;
    let access = devices(&t, 1).await.remove(0).tokens.access;
    for token in ["x", "AAAAAAAAAAA", "!!!!", "AAAAAAAAAAAAAAA"] {
        let body = json!({"AccessToken": access, "PaginationToken": token});
        assert_eq!(
            t.refusal("ListDevices", body).await,
            "InvalidParameterException: Invalid PaginationToken.",
            "{token}"
        );
    }
    let body = json!({"AccessToken": access, "Limit": 61});
    let refusal = t.refusal("ListDevices", body).await;
    assert!(refusal.contains("less than or equal to 60"), "{refusal}");
}

#[tokio::test]
async fn everybody_sees_their_own() {
    let t = TestServer::with_devices().await;
    devices(&t, 1).await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let bob = t.new_device("bob@example.com", 1).await.tokens.access;
    assert_eq!(
        t.ok("ListDevices", json!({"AccessToken": bob})).await,
        json!({"Devices": []})
    );
}

#[tokio::test]
async fn a_pool_may_remember_none() {
    let t = TestServer::with(with_passwords()).await;
    let body = json!({"AccessToken": t.register(ANN).await.access});
    assert_eq!(t.refusal("ListDevices", body).await, NOT_REMEMBERED);
}
