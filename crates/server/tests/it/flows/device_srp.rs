//! A device that is remembered shows that it is the one: `DEVICE_SRP_AUTH`, `DEVICE_PASSWORD_VERIFIER`.

use std::sync::Arc;

use axum::http::StatusCode;
use poolhouse_domain::device::DeviceConfig;
use poolhouse_domain::pool::{Mfa, MfaMethod, PoolConfig};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::mfa_attempts::{app_code, give_app};
use super::passwords::{ANN, RIGHT, WRONG, in_clear, respond};
use crate::device::{Device, NOT_FOUND, with_devices};
use crate::mfa::{App, session_of};
use crate::test_server::{TestServer, Tokens, claims};

const RESPOND: &str = "RespondToAuthChallenge";
const INCORRECT: &str = "NotAuthorizedException: Incorrect username or password.";
const INVALID: &str = "NotAuthorizedException: Invalid session for the user.";
const USED: &str =
    "NotAuthorizedException: Invalid session for the user, session can only be used once.";

/// A server on which Ann has a device that is remembered.
async fn with_device() -> (TestServer, Device) {
    let t = TestServer::with_devices().await;
    t.register_with_password(ANN, RIGHT).await;
    let device = t.confirmed_device(ANN, 1).await;
    (t, device)
}

/// What a right password on the device is answered with.
async fn first(t: &TestServer, device: &Device) -> Value {
    let answer = t.sign_in_on(ANN, Some(&device.key)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

/// What the device is then asked to claim.
async fn begun(t: &TestServer, device: &Device) -> Value {
    let first = first(t, device).await;
    t.ok(RESPOND, device.begin(&first)).await
}

#[tokio::test]
async fn it_is_asked_for_after_the_password_and_signs_in() {
    let (t, device) = with_device().await;
    let first = first(&t, &device).await;
    assert_eq!(
        first,
        json!({
            "ChallengeName": "DEVICE_SRP_AUTH",
            "ChallengeParameters": {},
            "Session": first["Session"],
        })
    );
    let asked = t.ok(RESPOND, device.begin(&first)).await;
    let parameters = &asked["ChallengeParameters"];
    let names: Vec<_> = parameters.as_object().unwrap().keys().collect();
    assert_eq!(
        names,
        ["DEVICE_KEY", "SALT", "SECRET_BLOCK", "SRP_B", "USERNAME"]
    );
    assert_eq!(parameters["DEVICE_KEY"], device.key);
    assert_eq!(parameters["USERNAME"], claims(&device.tokens.id)["sub"]);
    t.wait(60);
    let reply = t.ok(RESPOND, device.claim(&t, &asked)).await;
    let tokens = Tokens::of(&reply);
    let result = &reply["AuthenticationResult"];
    assert_eq!(result["NewDeviceMetadata"], Value::Null);
    assert_eq!(claims(&tokens.access)["device_key"], device.key);
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd"]));
    let known = t.ok("GetDevice", device.body()).await["Device"].clone();
    let created = known["DeviceCreateDate"].as_f64().unwrap();
    assert_eq!(known["DeviceLastAuthenticatedDate"], created + 60.0);
    let refresh = json!({"RefreshToken": tokens.refresh, "DeviceKey": device.key});
    t.ok("GetTokensFromRefreshToken", refresh).await;
}

#[tokio::test]
async fn it_is_asked_for_after_every_first_factor() {
    let (t, device) = with_device().await;
    t.wait(30);
    let session = t.ask_for_code(ANN).await;
    let mut answer = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    answer["ChallengeResponses"]["DEVICE_KEY"] = json!(device.key);
    let first = t.ok(RESPOND, answer).await;
    let tokens = Tokens::of(&device.prove(&t, &first).await);
    assert_eq!(claims(&tokens.access)["amr"], json!(["email_otp"]));
    let sent = super::srp::signs_in_on(&t, ANN, RIGHT, &device.key).await;
    let tokens = Tokens::of(&device.prove(&t, &sent).await);
    assert_eq!(claims(&tokens.access)["device_key"], device.key);
}

#[tokio::test]
async fn whoever_is_on_no_device_or_on_one_that_is_not_remembered_is_not_asked() {
    let (t, device) = with_device().await;
    Tokens::of(&t.sign_in_on(ANN, None).await.body);
    t.remember(&device, "not_remembered").await;
    Tokens::of(&first(&t, &device).await);
    t.remember(&device, "remembered").await;
    assert_eq!(first(&t, &device).await["ChallengeName"], "DEVICE_SRP_AUTH");
}

#[tokio::test]
async fn a_wrong_password_or_code_is_that() {
    let (t, device) = with_device().await;
    let mut body = in_clear(ANN, WRONG);
    body["AuthParameters"]["DEVICE_KEY"] = json!(device.key);
    assert_eq!(t.refusal("InitiateAuth", body).await, INCORRECT);
}

/// A device with the same key and other secrets, as whoever read the key in a token has.
fn forged(device: &Device) -> Device {
    let new = json!({"DeviceKey": device.key, "DeviceGroupKey": device.group});
    let reply = json!({"AuthenticationResult": {
        "NewDeviceMetadata": new, "AccessToken": device.tokens.access,
        "IdToken": device.tokens.id, "RefreshToken": device.tokens.refresh,
    }});
    Device::of(&reply, 99)
}

#[tokio::test]
async fn the_key_alone_proves_nothing_and_a_session_is_worth_one_claim() {
    let (t, device) = with_device().await;
    let first = first(&t, &device).await;
    let [one, other] = [device.begin(&first), device.begin(&first)];
    let one = t.ok(RESPOND, one).await;
    let other = t.ok(RESPOND, other).await;
    let wrong = forged(&device).claim(&t, &one);
    assert_eq!(t.refusal(RESPOND, wrong).await, INCORRECT);
    // However often it was begun.
    for asked in [&one, &other] {
        let right = device.claim(&t, asked);
        assert_eq!(t.refusal(RESPOND, right).await, USED);
    }
    assert_eq!(t.refusal(RESPOND, device.begin(&first)).await, USED);
    // And nothing is counted.
    for _ in 0..12 {
        let asked = begun(&t, &device).await;
        let wrong = forged(&device).claim(&t, &asked);
        assert_eq!(t.refusal(RESPOND, wrong).await, INCORRECT);
    }
    let asked = begun(&t, &device).await;
    let right = device.claim(&t, &asked);
    Tokens::of(&t.ok(RESPOND, right.clone()).await);
    assert_eq!(t.refusal(RESPOND, right).await, USED);
}

#[tokio::test]
async fn the_claim_is_about_the_key_that_was_named() {
    let (t, device) = with_device().await;
    let other = t.confirmed_device(ANN, 2).await;
    let first = first(&t, &device).await;
    let mut begin = device.begin(&first);
    begin["ChallengeResponses"]["DEVICE_KEY"] = json!(other.key);
    assert_eq!(t.refusal(RESPOND, begin.clone()).await, INVALID);
    begin["ChallengeResponses"]["DEVICE_KEY"] = json!("");
    assert_eq!(
        t.refusal(RESPOND, begin).await,
        "InvalidParameterException: Missing required parameter DEVICE_KEY"
    );
    let asked = t.ok(RESPOND, device.begin(&first)).await;
    let mut claim = other.claim(&t, &asked);
    assert_eq!(t.refusal(RESPOND, claim.clone()).await, INVALID);
    claim["ChallengeResponses"]["DEVICE_KEY"] = json!(device.key);
    assert_eq!(t.refusal(RESPOND, claim).await, INCORRECT);
}

#[tokio::test]
async fn every_part_of_an_answer_is_needed() {
    let (t, device) = with_device().await;
    let first = first(&t, &device).await;
    let mut begin = device.begin(&first);
    begin["ChallengeResponses"]["SRP_A"] = json!("00");
    let refusal = t.refusal(RESPOND, begin.clone()).await;
    assert!(
        refusal.starts_with("InvalidParameterException: Invalid SRP_A"),
        "{refusal}"
    );
    let asked = t.ok(RESPOND, device.begin(&first)).await;
    let claim = device.claim(&t, &asked);
    for (name, expected) in [
        ("PASSWORD_CLAIM_SIGNATURE", "InvalidParameterException"),
        ("TIMESTAMP", "InvalidParameterException"),
        ("PASSWORD_CLAIM_SECRET_BLOCK", "InvalidParameterException"),
        ("DEVICE_KEY", "InvalidParameterException"),
    ] {
        let mut without = claim.clone();
        let responses = without["ChallengeResponses"].as_object_mut().unwrap();
        responses.remove(name);
        let refusal = t.refusal(RESPOND, without).await;
        assert_eq!(
            refusal,
            format!("{expected}: Missing required parameter {name}")
        );
    }
    Tokens::of(&t.ok(RESPOND, claim).await);
}

#[tokio::test]
async fn a_device_that_is_forgotten_on_the_way_is_told_and_nothing_is_spent() {
    let (t, device) = with_device().await;
    let first = first(&t, &device).await;
    let asked = t.ok(RESPOND, device.begin(&first)).await;
    t.ok("ForgetDevice", device.body()).await;
    for _ in 0..2 {
        assert_eq!(t.refusal(RESPOND, device.begin(&first)).await, NOT_FOUND);
        let claim = device.claim(&t, &asked);
        assert_eq!(t.refusal(RESPOND, claim).await, NOT_FOUND);
    }
    Tokens::of(&t.sign_in_on(ANN, None).await.body);
}

#[tokio::test]
async fn a_device_that_its_pool_ceases_to_remember_on_the_way_is_none() {
    let (mut t, device) = with_device().await;
    let first = first(&t, &device).await;
    t.reconfigure(super::passwords::with_passwords()).await;
    assert_eq!(t.refusal(RESPOND, device.begin(&first)).await, INVALID);
    Tokens::of(&t.sign_in_on(ANN, Some(&device.key)).await.body);
}

#[tokio::test]
async fn somebody_elses_device_proves_nothing() {
    let (t, device) = with_device().await;
    t.register_with_password("bob@example.com", RIGHT).await;
    let first = first(&t, &device).await;
    let mut begin = device.begin(&first);
    begin["ChallengeResponses"]["USERNAME"] = json!("bob@example.com");
    assert_eq!(t.refusal(RESPOND, begin).await, INVALID);
    let answer = t.sign_in_on("bob@example.com", Some(&device.key)).await;
    assert_eq!(answer.body["message"], "Device does not exist.");
}

#[tokio::test]
async fn an_account_that_is_switched_off_on_the_way_stays_shut() {
    let (t, device) = with_device().await;
    let asked = begun(&t, &device).await;
    let sub = claims(&device.tokens.id)["sub"]
        .as_str()
        .unwrap()
        .to_owned();
    t.disable(&sub).await;
    let claim = device.claim(&t, &asked);
    assert_eq!(
        t.refusal(RESPOND, claim).await,
        "NotAuthorizedException: User is disabled."
    );
}

#[tokio::test]
async fn a_restart_changes_nothing_and_a_session_ends_when_it_began_to() {
    let (t, device) = with_device().await;
    let first = first(&t, &device).await;
    t.wait(100);
    let t = t.restart().await;
    let asked = t.ok(RESPOND, device.begin(&first)).await;
    let t = t.restart().await;
    t.wait(79);
    let claim = device.claim(&t, &asked);
    t.wait(1);
    let refusal = t.refusal(RESPOND, claim).await;
    assert!(refusal.contains("expired"), "{refusal}");
    let asked = begun(&t, &device).await;
    let t = t.restart().await;
    Tokens::of(&t.ok(RESPOND, device.claim(&t, &asked)).await);
}

/// A pool in which people may have an app, and whose devices stand in for it or not.
fn with_mfa(stands_for_mfa: bool) -> PoolConfig {
    PoolConfig {
        mfa: Mfa::Optional,
        mfa_methods: MfaMethod::ALL.to_vec(),
        ..with_devices(DeviceConfig {
            stands_for_mfa,
            asks_user: false,
        })
    }
}

/// Ann with an app, and a device that was remembered after it.
async fn with_app_and_device(stands_for_mfa: bool) -> (TestServer, App, Device) {
    let t = TestServer::with(with_mfa(stands_for_mfa)).await;
    let app = give_app(&t).await;
    let asked = t.sign_in_on(ANN, None).await.body;
    let code = app_code(&session_of(&asked), &app.shows(&t, 0));
    let device = Device::of(&t.ok(RESPOND, code).await, 1);
    t.ok("ConfirmDevice", device.confirmation()).await;
    t.wait(30);
    (t, app, device)
}

#[tokio::test]
async fn where_the_pool_says_so_it_stands_in_for_the_second_factor() {
    let (t, _, device) = with_app_and_device(true).await;
    let reply = device.prove(&t, &first(&t, &device).await).await;
    let tokens = Tokens::of(&reply);
    // But is none.
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd"]));
    assert_eq!(claims(&tokens.access)["device_key"], device.key);
}

#[tokio::test]
async fn where_the_pool_does_not_it_comes_after_the_second_factor() {
    let (t, app, device) = with_app_and_device(false).await;
    let asked = first(&t, &device).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = app_code(&session_of(&asked), &app.shows(&t, 0));
    let asked = t.ok(RESPOND, code).await;
    let tokens = Tokens::of(&device.prove(&t, &asked).await);
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "otp", "mfa"]));
}

#[tokio::test]
async fn a_device_that_is_new_or_not_remembered_stands_in_for_nothing() {
    let (t, _, device) = with_app_and_device(true).await;
    t.remember(&device, "not_remembered").await;
    for key in [None, Some(&*device.key)] {
        let reply = t.sign_in_on(ANN, key).await.body;
        assert_eq!(reply["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    }
}

#[tokio::test]
async fn what_is_no_longer_remembered_when_it_proves_itself_stands_in_for_nothing() {
    let (t, app, device) = with_app_and_device(true).await;
    let asked = begun(&t, &device).await;
    t.remember(&device, "not_remembered").await;
    let claim = device.claim(&t, &asked);
    let asked = t.ok(RESPOND, claim).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = app_code(&session_of(&asked), &app.shows(&t, 0));
    let tokens = Tokens::of(&t.ok(RESPOND, code).await);
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "otp", "mfa"]));
}

#[tokio::test]
async fn whoever_shows_a_second_factor_may_on_a_device_that_stands_in_for_it() {
    let (t, app, device) = with_app_and_device(true).await;
    let asked = t.sign_in_on(ANN, None).await.body;
    // Named with the code only.
    let mut code = app_code(&session_of(&asked), &app.shows(&t, 0));
    code["ChallengeResponses"]["DEVICE_KEY"] = json!(device.key);
    let asked = t.ok(RESPOND, code).await;
    let tokens = Tokens::of(&device.prove(&t, &asked).await);
    assert_eq!(claims(&tokens.access)["amr"], json!(["pwd", "otp", "mfa"]));
}

#[tokio::test]
async fn a_session_of_a_device_is_no_way_around_the_second_factor() {
    let (t, _, device) = with_app_and_device(true).await;
    let first = first(&t, &device).await;
    let session = first["Session"].clone();
    for (challenge, responses) in [
        (
            "SOFTWARE_TOKEN_MFA",
            json!({"SOFTWARE_TOKEN_MFA_CODE": "000000"}),
        ),
        ("DEVICE_PASSWORD_VERIFIER", json!({})),
        ("MFA_SETUP", json!({})),
        ("SELECT_MFA_TYPE", json!({"ANSWER": "EMAIL_OTP"})),
    ] {
        let mut responses = responses;
        responses["USERNAME"] = json!(ANN);
        responses["DEVICE_KEY"] = json!(device.key);
        let answer = respond(challenge, &session, &responses);
        let answer = t.call(RESPOND, answer).await;
        assert!(!answer.status.is_success(), "{challenge}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_claims_at_once_one_signs_in() {
    for (engine, t) in TestServer::on_each_engine(with_mfa(true)).await {
        t.register_with_password(ANN, RIGHT).await;
        let device = t.confirmed_device(ANN, 1).await;
        let t = Arc::new(t);
        for _ in 0..25 {
            let first = first(&t, &device).await;
            let mut claims = Vec::new();
            for _ in 0..4 {
                let asked = t.ok(RESPOND, device.begin(&first)).await;
                claims.extend(vec![device.claim(&t, &asked); 4]);
            }
            let mut calls = JoinSet::new();
            for claim in claims {
                let t = Arc::clone(&t);
                calls.spawn(async move { t.call(RESPOND, claim).await.status });
            }
            let statuses = calls.join_all().await;
            let in_ = statuses.iter().filter(|status| status.is_success());
            assert_eq!(in_.count(), 1, "{engine}: {statuses:?}");
        }
    }
}
