//! `InitiateAuth`.

use std::time::Duration;

use poolhouse_domain::client::{AuthFlow, ClientConfig};
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens, contact};

const ANN: &str = "ann@example.com";

fn user_auth(parameters: &Value) -> Value {
    json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters})
}

#[tokio::test]
async fn the_preferred_challenge_is_put_at_once() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    let reply = t.start_email_otp(ANN).await;
    assert_eq!(
        reply,
        json!({
            "ChallengeName": "EMAIL_OTP",
            "Session": reply["Session"],
            "ChallengeParameters": {
                "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL", "CODE_DELIVERY_DESTINATION": "a***@e***",
            },
            "AvailableChallenges": ["EMAIL_OTP"],
        })
    );
    let session = reply["Session"].as_str().unwrap();
    assert!((20..=4096).contains(&session.len()), "{}", session.len());
    let mail = t.mail_to(ANN).await;
    assert_eq!(
        (mail[0].subject.as_str(), mail[0].code.len()),
        ("Your sign-in code", 8)
    );
}

#[tokio::test]
async fn without_a_preference_or_with_another_the_person_chooses() {
    let t = TestServer::start().await;
    t.register(ANN).await;
    for parameters in [
        json!({"USERNAME": ANN}),
        json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "WEB_AUTHN"}),
        json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "x"}),
        json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "SELECT_CHALLENGE"}),
    ] {
        let reply = t.ok("InitiateAuth", user_auth(&parameters)).await;
        assert_eq!(
            reply,
            json!({
                "ChallengeName": "SELECT_CHALLENGE",
                "Session": reply["Session"],
                "ChallengeParameters": {},
                "AvailableChallenges": ["EMAIL_OTP"],
            }),
            "{parameters}"
        );
    }
    assert_eq!(t.mail_to(ANN).await.len(), 1, "only the one of the sign-up");
}

#[tokio::test]
async fn a_person_is_known_by_address_in_any_case_and_by_sub() {
    let t = TestServer::start().await;
    let sub = t.sign_up(ANN).await;
    for name in [ANN, "ANN@Example.com", &sub] {
        t.wait(30);
        let reply = t.start_email_otp(name).await;
        let code = t.code_for(ANN).await;
        let session = reply["Session"].as_str().unwrap();
        let reply = t
            .ok(
                "RespondToAuthChallenge",
                TestServer::email_otp(name, session, &code),
            )
            .await;
        assert!(!Tokens::of(&reply).access.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn a_repeated_request_counts_on_the_code_that_is_on_its_way() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        t.wait(30);
        t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        t.wait(29);
        let again = t.ask_for_code(ann).await;
        assert_eq!(t.mail_to(ann).await.len(), 2, "the sign-up's and one");
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &again, &code),
        )
        .await;
    }
}

#[tokio::test]
async fn after_the_cooldown_a_new_code_replaces_the_old() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        let first = t.ask_for_code(ann).await;
        let old = t.code_for(ann).await;
        t.wait(30);
        let second = t.ask_for_code(ann).await;
        let new = t.code_for(ann).await;
        assert_ne!(old, new);
        for (session, code) in [(&first, &old), (&first, &new), (&second, &old)] {
            assert_eq!(
                t.refusal(
                    "RespondToAuthChallenge",
                    TestServer::otp(ann, session, code)
                )
                .await,
                "CodeMismatchException: Invalid code or auth state for the user."
            );
        }
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(ann, &second, &new),
        )
        .await;
    }
}

#[tokio::test]
async fn a_used_code_does_not_hold_up_the_next() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.register(ann).await;
        for _ in 0..2 {
            let session = t.ask_for_code(ann).await;
            let code = t.code_for(ann).await;
            t.ok(
                "RespondToAuthChallenge",
                TestServer::otp(ann, &session, &code),
            )
            .await;
        }
    }
}

#[tokio::test]
async fn a_sign_in_code_also_confirms_a_new_account() {
    for (t, ann) in TestServer::of_each_contact().await {
        t.sign_up(ann).await;
        let session = t.ask_for_code(ann).await;
        let code = t.code_for(ann).await;
        let reply = t
            .ok(
                "RespondToAuthChallenge",
                TestServer::otp(ann, &session, &code),
            )
            .await;
        let token = Tokens::of(&reply).access;
        let user = t.ok("GetUser", json!({"AccessToken": token})).await;
        let verified = json!({"Name": contact(ann).verified(), "Value": "true"});
        assert!(
            user["UserAttributes"]
                .as_array()
                .unwrap()
                .contains(&verified)
        );
    }
}

#[tokio::test]
async fn the_session_of_a_confirmation_signs_in_once() {
    for (t, ann) in TestServer::of_each_contact().await {
        let session = t.confirm(ann).await;
        let body = json!({
            "AuthFlow": "USER_AUTH",
            // Whatever else is asked for is beside the point.
            "AuthParameters": {"USERNAME": ann, "PREFERRED_CHALLENGE": "PASSWORD"},
            "Session": session,
        });
        let reply = t.ok("InitiateAuth", body.clone()).await;
        assert_eq!(reply["ChallengeParameters"], json!({}));
        assert_eq!(reply["AuthenticationResult"]["ExpiresIn"], 3600);
        assert_eq!(reply["AuthenticationResult"]["TokenType"], "Bearer");
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            "NotAuthorizedException: Invalid session for the user, session can only be used once."
        );
    }
}

#[tokio::test]
async fn what_is_missing_is_named() {
    let t = TestServer::start().await;
    for parameters in [json!({}), json!({"USERNAME": ""})] {
        assert_eq!(
            t.refusal("InitiateAuth", user_auth(&parameters)).await,
            "InvalidParameterException: Missing required parameter USERNAME"
        );
    }
    assert_eq!(
        t.refusal("InitiateAuth", json!({"AuthFlow": "REFRESH_TOKEN_AUTH"}))
            .await,
        "InvalidParameterException: Missing required parameter REFRESH_TOKEN"
    );
}

#[tokio::test]
async fn flows_that_are_not_allowed_or_not_served_are_refused() {
    let client = ClientConfig {
        auth_flows: vec![AuthFlow::AllowUserSrpAuth],
        ..ClientConfig::default()
    };
    let t = TestServer::with(PoolConfig {
        clients: vec![client],
        ..PoolConfig::default()
    })
    .await;
    assert_eq!(
        t.refusal("InitiateAuth", user_auth(&json!({"USERNAME": ANN})))
            .await,
        "InvalidParameterException: USER_AUTH flow not enabled for this client"
    );
    let body = json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": "x"}});
    assert_eq!(
        t.refusal("InitiateAuth", body).await,
        "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client"
    );
    for flow in ["ADMIN_NO_SRP_AUTH", "ADMIN_USER_PASSWORD_AUTH"] {
        let parameters = json!({"USERNAME": ANN, "PASSWORD": "x"});
        let body = json!({"AuthFlow": flow, "AuthParameters": parameters});
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            "InvalidParameterException: Initiate Auth method not supported."
        );
    }
}

#[tokio::test]
async fn both_names_of_the_refresh_flow_refresh() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        let body = json!({"AuthFlow": flow, "AuthParameters": {"REFRESH_TOKEN": tokens.refresh}});
        let reply = t.ok("InitiateAuth", body).await;
        assert!(reply["AuthenticationResult"]["RefreshToken"].is_null());
        assert_eq!(reply["ChallengeParameters"], json!({}));
        assert!(!Tokens::of(&reply).id.is_empty());
    }
}

#[tokio::test]
async fn a_client_may_choose_not_to_conceal_unknown_users() {
    let mut config = PoolConfig::default();
    config.clients[0].prevent_user_existence_errors = false;
    config.clients[0].auth_session_validity = Duration::from_mins(15);
    let t = TestServer::with(config).await;
    assert_eq!(
        t.refusal("InitiateAuth", user_auth(&json!({"USERNAME": ANN})))
            .await,
        "UserNotFoundException: User does not exist."
    );
}
