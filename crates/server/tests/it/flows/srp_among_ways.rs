//! SRP as one of the ways of `USER_AUTH` and `CUSTOM_AUTH`, and what comes after the right password.

use poolhouse_domain::client::{AuthFlow, ClientConfig};
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use super::passwords::{ANN, RIGHT, WRONG, respond};
use super::srp::{
    INCORRECT, INVALID, USED, a, answer, attempt, begin, claim, refused, said, start, verifier,
};
use crate::test_server::TestServer;

#[tokio::test]
async fn user_auth_takes_a_in_one_call_or_two() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let preferred = |more: Value| {
        let mut parameters = json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "PASSWORD_SRP"});
        let more = more.as_object().unwrap().clone();
        parameters.as_object_mut().unwrap().extend(more);
        json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters})
    };
    let asked = t.ok("InitiateAuth", preferred(json!({"SRP_A": a()}))).await;
    assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER");
    assert!(answer(&t, &asked, RIGHT).await.status.is_success());

    let asked = t.ok("InitiateAuth", preferred(json!({}))).await;
    let session = asked["Session"].clone();
    assert_eq!(
        asked,
        json!({
            "ChallengeName": "PASSWORD_SRP", "Session": session, "ChallengeParameters": {},
            "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"],
        })
    );
    let body = respond(
        "PASSWORD_SRP",
        &session,
        &json!({"USERNAME": ANN, "SRP_A": a()}),
    );
    let asked = t.ok("RespondToAuthChallenge", body).await;
    assert!(answer(&t, &asked, RIGHT).await.status.is_success());
}

#[tokio::test]
async fn srp_is_chosen_with_a_without_it_or_by_its_name() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let choices = [
        (
            "SELECT_CHALLENGE",
            json!({"USERNAME": ANN, "ANSWER": "PASSWORD_SRP", "SRP_A": a()}),
        ),
        ("PASSWORD_SRP", json!({"USERNAME": ANN, "SRP_A": a()})),
    ];
    for (challenge, responses) in choices {
        let begin = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
        let asked = t.ok("InitiateAuth", begin).await;
        let body = respond(challenge, &asked["Session"], &responses);
        let asked = t.ok("RespondToAuthChallenge", body).await;
        assert!(answer(&t, &asked, RIGHT).await.status.is_success());
    }
    let begin = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    let asked = t.ok("InitiateAuth", begin).await;
    let body = respond(
        "SELECT_CHALLENGE",
        &asked["Session"],
        &json!({"USERNAME": ANN, "ANSWER": "PASSWORD_SRP"}),
    );
    let asked = t.ok("RespondToAuthChallenge", body).await;
    assert_eq!(asked["ChallengeName"], "PASSWORD_SRP");
}

#[tokio::test]
async fn a_session_of_another_step_takes_no_claim() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    t.wait(30);
    let asked = begin(&t, ANN).await;
    let mut body = verifier(&asked, &claim(&t, &asked, RIGHT));
    body["Session"] = json!(t.ask_for_code(ANN).await);
    assert_eq!(refused(&t, body).await, INVALID);
    let code = respond(
        "EMAIL_OTP",
        &asked["Session"],
        &json!({"USERNAME": ANN, "EMAIL_OTP_CODE": "12345678"}),
    );
    assert_eq!(refused(&t, code).await, INVALID);
    let new = respond(
        "NEW_PASSWORD_REQUIRED",
        &asked["Session"],
        &json!({"USERNAME": ANN, "NEW_PASSWORD": RIGHT}),
    );
    assert_eq!(refused(&t, new).await, INVALID);
}

#[tokio::test]
async fn what_the_account_demands_is_told_after_the_right_password() {
    let t = TestServer::start().await;
    let sub = t.sign_up_with_password(ANN, RIGHT).await;
    assert_eq!(said(&attempt(&t, ANN, WRONG).await), INCORRECT);
    assert_eq!(
        said(&attempt(&t, ANN, RIGHT).await),
        "UserNotConfirmedException: User is not confirmed."
    );
    t.set_status(&sub, UserStatus::ResetRequired).await;
    assert_eq!(said(&attempt(&t, ANN, WRONG).await), INCORRECT);
    assert_eq!(
        said(&attempt(&t, ANN, RIGHT).await),
        "PasswordResetRequiredException: Password reset required for the user"
    );
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    let asked = attempt(&t, ANN, RIGHT).await.body;
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let responses = json!({"USERNAME": sub, "NEW_PASSWORD": "New-passw0rd"});
    let body = respond("NEW_PASSWORD_REQUIRED", &asked["Session"], &responses);
    t.ok("RespondToAuthChallenge", body).await;
    assert!(attempt(&t, ANN, "New-passw0rd").await.status.is_success());
    let asked = begin(&t, ANN).await;
    t.disable(&sub).await;
    let gone = answer(&t, &asked, "New-passw0rd").await;
    assert_eq!(said(&gone), INVALID);
}

#[tokio::test]
async fn custom_auth_proves_the_password_and_ends() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    let custom =
        |parameters: Value| json!({"AuthFlow": "CUSTOM_AUTH", "AuthParameters": parameters});
    let ends = "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.";
    let without = custom(json!({"USERNAME": ANN}));
    assert_eq!(t.refusal("InitiateAuth", without).await, ends);
    let with = custom(json!({"USERNAME": ANN, "SRP_A": a(), "CHALLENGE_NAME": "SRP_A"}));
    for (password, expected) in [(WRONG, INCORRECT), (RIGHT, ends)] {
        let asked = t.ok("InitiateAuth", with.clone()).await;
        assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER");
        assert_eq!(said(&answer(&t, &asked, password).await), expected);
        assert_eq!(said(&answer(&t, &asked, RIGHT).await), USED);
    }
}

#[tokio::test]
async fn a_flow_that_the_client_may_not_use_is_refused() {
    let client = ClientConfig {
        auth_flows: vec![AuthFlow::AllowUserAuth],
        ..ClientConfig::default()
    };
    let t = TestServer::with(PoolConfig {
        clients: vec![client],
        ..PoolConfig::default()
    })
    .await;
    for flow in ["USER_SRP_AUTH", "CUSTOM_AUTH"] {
        let mut body = start(ANN);
        body["AuthFlow"] = json!(flow);
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            format!("InvalidParameterException: {flow} is not enabled for the client.")
        );
    }
}
