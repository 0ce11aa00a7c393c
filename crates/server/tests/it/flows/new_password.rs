//! `NEW_PASSWORD_REQUIRED`: the first sign-in with a password that an administrator gave.

use std::sync::Arc;

use axum::http::StatusCode;
use poolhouse_domain::attributes::{AttributeKind, AttributeSpec};
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::passwords::{ANN, RIGHT, WRONG, in_clear, respond, with_passwords};
use crate::test_server::{TestServer, Tokens, claims};

const NEW: &str = "New-passw0rd";

/// Somebody whose password was given to them.
async fn invited(config: PoolConfig) -> (TestServer, String) {
    let t = TestServer::with(config).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    (t, sub)
}

/// A pool in which everybody has a name, and an employee number that never changes.
fn with_required() -> PoolConfig {
    let mut config = with_passwords();
    for (name, mutable) in [("name", true), ("custom:employee", false)] {
        config.schema.0.push(AttributeSpec {
            name: name.to_owned(),
            required: true,
            mutable,
            kind: AttributeKind::String {
                min: None,
                max: None,
            },
        });
    }
    config
}

fn new_password(session: &Value, responses: &Value) -> Value {
    let mut all = json!({"USERNAME": ANN, "NEW_PASSWORD": NEW});
    all.as_object_mut()
        .unwrap()
        .extend(responses.as_object().unwrap().clone());
    respond("NEW_PASSWORD_REQUIRED", session, &all)
}

#[tokio::test]
async fn it_is_asked_for_and_replaces_the_given_one() {
    let (t, sub) = invited(with_passwords()).await;
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    let session = asked["Session"].clone();
    assert_eq!(
        asked,
        json!({
            "ChallengeName": "NEW_PASSWORD_REQUIRED",
            "Session": session,
            "ChallengeParameters": {
                "requiredAttributes": "[]",
                "userAttributes": r#"{"email":"ann@example.com","email_verified":"true"}"#,
                "USER_ID_FOR_SRP": sub,
            },
        })
    );
    let body = new_password(&session, &json!({}));
    let reply = t.ok("RespondToAuthChallenge", body.clone()).await;
    let tokens = Tokens::of(&reply);
    assert_eq!(claims(&tokens.id)["amr"], json!(["pwd"]));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, NEW)).await);
}

#[tokio::test]
async fn the_user_id_is_a_name_too() {
    let (t, sub) = invited(with_passwords()).await;
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    let body = new_password(&asked["Session"], &json!({"USERNAME": sub}));
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
}

#[tokio::test]
async fn a_wrong_given_password_asks_for_nothing() {
    let (t, _) = invited(with_passwords()).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await,
        "NotAuthorizedException: Incorrect username or password."
    );
}

#[tokio::test]
async fn what_is_wrong_with_the_answer_leaves_the_session() {
    let (t, _) = invited(with_passwords()).await;
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    let session = &asked["Session"];
    for (responses, refusal) in [
        (
            json!({"NEW_PASSWORD": "short"}),
            "InvalidPasswordException: Password did not conform with policy: Password not long enough",
        ),
        (
            json!({"NEW_PASSWORD": ""}),
            "InvalidParameterException: Missing required parameter NEW_PASSWORD",
        ),
        (
            json!({"userAttributes.custom:none": "x"}),
            "InvalidParameterException: Attributes did not conform to the schema: custom:none: Attribute does not exist in the schema.",
        ),
        (
            json!({"userAttributes.email": "eve@example.com"}),
            "InvalidParameterException: Cannot modify an already provided email",
        ),
        (
            json!({"userAttributes.phone_number_verified": "true"}),
            "NotAuthorizedException: A client attempted to write unauthorized attribute",
        ),
    ] {
        let body = new_password(session, &responses);
        assert_eq!(t.refusal("RespondToAuthChallenge", body).await, refusal);
    }
    let body = new_password(session, &json!({}));
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
}

#[tokio::test]
async fn required_attributes_are_asked_for_and_taken() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    let mut t = t;
    t.reconfigure(with_required()).await;
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    assert_eq!(
        asked["ChallengeParameters"]["requiredAttributes"],
        r#"["userAttributes.name","userAttributes.custom:employee"]"#
    );
    let session = &asked["Session"];
    let body = new_password(session, &json!({"userAttributes.name": "Ann"}));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "InvalidParameterException: Invalid attributes given, custom:employee is missing"
    );
    let given = json!({
        "userAttributes.name": "Ann", "userAttributes.custom:employee": "7",
        "userAttributes.email": ANN,
    });
    let tokens = Tokens::of(
        &t.ok("RespondToAuthChallenge", new_password(session, &given))
            .await,
    );
    let id = claims(&tokens.id);
    assert_eq!(
        (&id["name"], &id["custom:employee"]),
        (&json!("Ann"), &json!("7"))
    );

    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    let asked = t.ok("InitiateAuth", in_clear(ANN, NEW)).await;
    let body = new_password(
        &asked["Session"],
        &json!({"userAttributes.custom:employee": "8"}),
    );
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "InvalidParameterException: Cannot modify an already provided custom:employee"
    );
}

#[tokio::test]
async fn only_the_password_is_a_way_in() {
    let (t, _) = invited(with_passwords()).await;
    t.wait(30);
    let parameters = json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "EMAIL_OTP"});
    let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    let asked = t.ok("InitiateAuth", start).await;
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(
        asked["AvailableChallenges"],
        json!(["PASSWORD_SRP", "PASSWORD"])
    );
}

#[tokio::test]
async fn a_code_on_its_way_does_not_get_around_it() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.wait(30);
    let session = t.ask_for_code(ANN).await;
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    let code = t.code_for(ANN).await;
    let body = TestServer::email_otp(ANN, &session, &code);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "NotAuthorizedException: Incorrect username or password."
    );
}

#[tokio::test]
async fn its_time_is_the_sessions() {
    let (t, _) = invited(with_passwords()).await;
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    t.wait(180);
    let body = new_password(&asked["Session"], &json!({}));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "NotAuthorizedException: Invalid session for the user, session is expired."
    );
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    t.wait(179);
    let t = t.restart().await;
    let body = new_password(&asked["Session"], &json!({}));
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_16_answers_sets_it() {
    let (t, _) = invited(with_passwords()).await;
    let t = Arc::new(t);
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    let mut calls = JoinSet::new();
    for number in 10..26 {
        let password = format!("{NEW}-{number}");
        let body = new_password(&asked["Session"], &json!({"NEW_PASSWORD": password}));
        let t = Arc::clone(&t);
        calls.spawn(async move { (t.call("RespondToAuthChallenge", body).await, password) });
    }
    let answers = calls.join_all().await;
    let won: Vec<_> = answers
        .iter()
        .filter(|(answer, _)| answer.status == StatusCode::OK)
        .collect();
    assert_eq!(won.len(), 1);
    Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, &won[0].1)).await);
}

#[tokio::test]
async fn the_given_password_is_not_a_new_one_where_the_pool_remembers() {
    let mut config = with_passwords();
    config.password_policy.history = 1;
    let (t, _) = invited(config).await;
    let asked = t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await;
    let session = &asked["Session"];
    let same = new_password(session, &json!({"NEW_PASSWORD": RIGHT}));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", same).await,
        "PasswordHistoryPolicyViolationException: Password has been used before: choose another."
    );
    let body = new_password(session, &json!({}));
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
}
