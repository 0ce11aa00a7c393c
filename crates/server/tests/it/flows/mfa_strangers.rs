//! Strangers where people may have second factors (D9): some of them seem to.

use std::collections::BTreeSet;

use poolhouse_domain::passkey::FactorConfiguration;
use poolhouse_domain::pool::{FirstFactor, Mfa, PoolConfig};
use serde_json::{Value, json};

use crate::mfa::{ANN, pool};
use crate::passkeys;
use crate::test_server::TestServer;

const PASSWORDS: &str = r#"["PASSWORD_SRP","PASSWORD"]"#;

fn ruled(mfa: Mfa) -> PoolConfig {
    let mut config = PoolConfig {
        mfa,
        first_factors: vec![
            FirstFactor::Password,
            FirstFactor::EmailOtp,
            FirstFactor::WebAuthn,
        ],
        relying_party: passkeys::pool().relying_party,
        passkeys: passkeys::pool().passkeys,
        ..pool()
    };
    config.passkeys.factor = FactorConfiguration::MultiFactorWithUserVerification;
    config
}

async fn offered(t: &TestServer, name: &str) -> String {
    t.start_any(name).await["AvailableChallenges"].to_string()
}

async fn shapes(mfa: Mfa) -> BTreeSet<String> {
    let t = TestServer::with(ruled(mfa)).await;
    let mut shapes = BTreeSet::new();
    for number in 0..60 {
        let name = format!("nobody{number}@example.com");
        let shape = offered(&t, &name).await;
        assert_eq!(offered(&t, &name).await, shape, "always the same");
        shapes.insert(shape);
    }
    shapes
}

fn set(shapes: &[&str]) -> BTreeSet<String> {
    shapes.iter().map(|shape| (*shape).to_owned()).collect()
}

const ONE_IS_ENOUGH: [&str; 4] = [
    r#"["EMAIL_OTP"]"#,
    r#"["EMAIL_OTP","WEB_AUTHN"]"#,
    r#"["PASSWORD_SRP","PASSWORD","EMAIL_OTP"]"#,
    r#"["PASSWORD_SRP","PASSWORD","EMAIL_OTP","WEB_AUTHN"]"#,
];
const TWO_ARE_NEEDED: [&str; 2] = [PASSWORDS, r#"["PASSWORD_SRP","PASSWORD","WEB_AUTHN"]"#];

#[tokio::test]
async fn where_nobody_is_asked_none_seems_to_have_one() {
    assert_eq!(shapes(Mfa::Off).await, set(&ONE_IS_ENOUGH));
}

#[tokio::test]
async fn where_people_may_some_seem_to() {
    let all = [&ONE_IS_ENOUGH[..], &TWO_ARE_NEEDED].concat();
    assert_eq!(shapes(Mfa::Optional).await, set(&all));
}

#[tokio::test]
async fn where_everybody_must_all_seem_to() {
    assert_eq!(shapes(Mfa::On).await, set(&TWO_ARE_NEEDED));
}

/// The whole of what a name gets to hear before anything is proved.
async fn told(t: &TestServer, name: &str, sub: &str) -> Vec<String> {
    let mut told = vec![t.start_any(name).await];
    for preferred in ["EMAIL_OTP", "WEB_AUTHN", "PASSWORD", "PASSWORD_SRP"] {
        told.push(t.start_with(name, preferred).await);
    }
    for body in [
        json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": name, "PASSWORD": "Wr0ng-horse"}}),
        json!({"AuthFlow": "USER_AUTH", "AuthParameters":
            {"USERNAME": name, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Wr0ng-horse"}}),
    ] {
        told.push(json!(t.refusal("InitiateAuth", body).await));
    }
    let plain = |mut reply: Value| {
        if reply["Session"].is_string() {
            reply["Session"] = json!("");
        }
        reply.to_string().replace(sub, "")
    };
    told.into_iter().map(plain).collect()
}

#[tokio::test]
async fn who_has_one_is_told_what_a_stranger_is_told() {
    let t = TestServer::with(ruled(Mfa::Optional)).await;
    let (sub, token) = t.member(ANN).await;
    t.register_app(&token).await;
    t.prefer(
        &token,
        json!({"SoftwareTokenMfaSettings": {"Enabled": true}}),
    )
    .await;
    let mut stranger = None;
    for number in 0..60 {
        let name = format!("nobody{number}@example.com");
        if offered(&t, &name).await == PASSWORDS {
            stranger = Some(name);
        }
    }
    let stranger = stranger.unwrap();
    assert_eq!(told(&t, ANN, &sub).await, told(&t, &stranger, "-").await);
}
