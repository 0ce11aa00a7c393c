//! Signing in with a password in clear: `USER_PASSWORD_AUTH`, and `USER_AUTH` with `PASSWORD`.

use poolhouse_domain::client::{AuthFlow, ClientConfig};
use poolhouse_domain::pool::{FirstFactor, PoolConfig};
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens, claims};

pub(crate) const ANN: &str = "ann@example.com";
/// A stranger who seems to have a password.
pub(crate) const NOBODY: &str = "ada@example.com";
pub(crate) const RIGHT: &str = "Correct-h0rse";
pub(crate) const WRONG: &str = "Battery-5taple";

const INCORRECT: &str = "NotAuthorizedException: Incorrect username or password.";
const EXCEEDED: &str = "NotAuthorizedException: Password attempts exceeded";

/// A pool for passwords of every kind, beside e-mail codes.
pub(crate) fn with_passwords() -> PoolConfig {
    let mut config = PoolConfig::default();
    config.clients[0]
        .auth_flows
        .push(AuthFlow::AllowUserPasswordAuth);
    config
}

/// A pool with passwords alone.
fn passwords_only() -> PoolConfig {
    PoolConfig {
        first_factors: Vec::new(),
        ..with_passwords()
    }
}

pub(crate) fn in_clear(name: &str, password: &str) -> Value {
    json!({
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": name, "PASSWORD": password},
    })
}

fn preferred(name: &str, password: &str) -> Value {
    json!({
        "AuthFlow": "USER_AUTH",
        "AuthParameters": {
            "USERNAME": name, "PASSWORD": password, "PREFERRED_CHALLENGE": "PASSWORD",
        },
    })
}

pub(crate) fn respond(challenge: &str, session: &Value, responses: &Value) -> Value {
    json!({"ChallengeName": challenge, "Session": session, "ChallengeResponses": responses})
}

#[tokio::test]
async fn the_first_call_signs_in() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    for name in [ANN, "Ann@Example.COM", &sub] {
        let reply = t.ok("InitiateAuth", in_clear(name, RIGHT)).await;
        assert_eq!(reply["ChallengeParameters"], json!({}));
        assert!(reply.get("Session").is_none() && reply.get("AvailableChallenges").is_none());
        let tokens = Tokens::of(&reply);
        for token in [&tokens.id, &tokens.access] {
            assert_eq!(claims(token)["sub"], sub);
            assert_eq!(claims(token)["amr"], json!(["pwd"]));
            assert_eq!(claims(token)["acr"], "urn:cognito:loa:1");
        }
        t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    }
}

#[tokio::test]
async fn a_flow_that_the_client_may_not_use_is_refused() {
    let t = TestServer::start().await;
    t.register_with_password(ANN, RIGHT).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client"
    );
    let client = ClientConfig {
        auth_flows: vec![AuthFlow::AllowUserPasswordAuth],
        ..ClientConfig::default()
    };
    let t = TestServer::with(PoolConfig {
        clients: vec![client],
        ..PoolConfig::default()
    })
    .await;
    assert_eq!(
        t.refusal("InitiateAuth", preferred(ANN, RIGHT)).await,
        "InvalidParameterException: USER_AUTH flow not enabled for this client"
    );
}

#[tokio::test]
async fn name_and_password_are_needed() {
    let t = TestServer::with(with_passwords()).await;
    for (parameters, missing) in [
        (json!({"PASSWORD": RIGHT}), "USERNAME"),
        (json!({"USERNAME": ANN}), "PASSWORD"),
        (json!({"USERNAME": ANN, "PASSWORD": ""}), "PASSWORD"),
    ] {
        let body = json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            format!("InvalidParameterException: Missing required parameter {missing}")
        );
    }
}

#[tokio::test]
async fn everything_wrong_sounds_alike() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    t.register("bob@example.com").await;
    let long = "x".repeat(5_000);
    for (name, password) in [
        (ANN, WRONG),
        (ANN, &RIGHT.to_lowercase()),
        (ANN, &format!("{RIGHT} ")),
        (ANN, &long),
        (NOBODY, RIGHT),
        ("bob@example.com", RIGHT),
    ] {
        let refusal = t.refusal("InitiateAuth", in_clear(name, password)).await;
        assert_eq!(refusal, INCORRECT, "{name}");
    }
}

#[tokio::test]
async fn user_auth_takes_it_in_one_call_or_two() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    let reply = t.ok("InitiateAuth", preferred(ANN, RIGHT)).await;
    assert_eq!(claims(&Tokens::of(&reply).id)["amr"], json!(["pwd"]));

    let parameters = json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "PASSWORD"});
    let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    let asked = t.ok("InitiateAuth", start).await;
    let session = asked["Session"].clone();
    assert_eq!(
        asked,
        json!({
            "ChallengeName": "PASSWORD", "Session": session, "ChallengeParameters": {},
            "AvailableChallenges": ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"],
        })
    );
    let answer = |password: &str| {
        respond(
            "PASSWORD",
            &session,
            &json!({"USERNAME": ANN, "PASSWORD": password}),
        )
    };
    assert_eq!(
        t.refusal("RespondToAuthChallenge", answer(WRONG)).await,
        INCORRECT
    );
    let reply = t.ok("RespondToAuthChallenge", answer(RIGHT)).await;
    assert_eq!(claims(&Tokens::of(&reply).id)["amr"], json!(["pwd"]));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", answer(RIGHT)).await,
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
    );
}

#[tokio::test]
async fn a_password_is_chosen_with_it_without_it_or_by_its_name() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    let choose = || async {
        let asked = t.ok("InitiateAuth", start.clone()).await;
        assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
        assert_eq!(
            asked["AvailableChallenges"],
            json!(["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP"])
        );
        asked["Session"].clone()
    };
    let with = json!({"USERNAME": ANN, "ANSWER": "PASSWORD", "PASSWORD": RIGHT});
    let body = respond("SELECT_CHALLENGE", &choose().await, &with);
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);

    let by_name = json!({"USERNAME": ANN, "PASSWORD": RIGHT});
    let body = respond("PASSWORD", &choose().await, &by_name);
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);

    let without = json!({"USERNAME": ANN, "ANSWER": "PASSWORD"});
    let body = respond("SELECT_CHALLENGE", &choose().await, &without);
    let asked = t.ok("RespondToAuthChallenge", body).await;
    assert_eq!(asked["ChallengeName"], "PASSWORD");
    let body = respond("PASSWORD", &asked["Session"], &by_name);
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
}

#[tokio::test]
async fn a_wrong_password_leaves_the_choice() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    t.wait(30);
    let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    let session = t.ok("InitiateAuth", start).await["Session"].clone();
    let guess = json!({"USERNAME": ANN, "ANSWER": "PASSWORD", "PASSWORD": WRONG});
    let body = respond("SELECT_CHALLENGE", &session, &guess);
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, INCORRECT);
    let code = json!({"USERNAME": ANN, "ANSWER": "EMAIL_OTP"});
    let body = respond("SELECT_CHALLENGE", &session, &code);
    let asked = t.ok("RespondToAuthChallenge", body).await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn who_has_no_password_is_not_asked_for_one() {
    let t = TestServer::with(with_passwords()).await;
    t.register("bob@example.com").await;
    let asked = t
        .ok("InitiateAuth", preferred("bob@example.com", RIGHT))
        .await;
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(asked["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let responses = json!({"USERNAME": "bob@example.com", "PASSWORD": RIGHT});
    let body = respond("PASSWORD", &asked["Session"], &responses);
    assert_eq!(t.refusal("RespondToAuthChallenge", body).await, INCORRECT);
}

#[tokio::test]
async fn a_pool_without_passwordless_factors_has_passwords() {
    let t = TestServer::with(passwords_only()).await;
    t.register_with_password(ANN, RIGHT).await;
    for name in [ANN, NOBODY, "eve@example.com", "mallory@example.com"] {
        let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
        let asked = t.ok("InitiateAuth", start).await;
        assert_eq!(
            asked["AvailableChallenges"],
            json!(["PASSWORD_SRP", "PASSWORD"]),
            "{name}"
        );
    }
    Tokens::of(&t.ok("InitiateAuth", preferred(ANN, RIGHT)).await);
}

#[tokio::test]
async fn the_sixth_guess_waits_and_each_wait_doubles() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    for name in [ANN, NOBODY] {
        let guess = |password| t.refusal("InitiateAuth", in_clear(name, password));
        for _ in 0..5 {
            assert_eq!(guess(WRONG).await, INCORRECT);
        }
        for seconds in [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900] {
            assert_eq!(guess(RIGHT).await, EXCEEDED, "{name} {seconds}");
            t.wait(seconds - 1);
            assert_eq!(guess(RIGHT).await, EXCEEDED, "{name} {seconds}");
            t.wait(1);
            assert_eq!(guess(WRONG).await, INCORRECT, "{name} {seconds}");
        }
    }
    t.wait(900);
    Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
    for _ in 0..5 {
        assert_eq!(
            t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await,
            INCORRECT
        );
    }
}

#[tokio::test]
async fn a_hundred_guesses_switch_passwords_off_and_nothing_else() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.fail(&sub, FirstFactor::Password, 100).await;
    t.wait(86_399);
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        EXCEEDED
    );
    let start = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    let asked = t.ok("InitiateAuth", start).await;
    assert_eq!(asked["AvailableChallenges"], json!(["EMAIL_OTP"]));
    t.wait(1);
    Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
}

#[tokio::test]
async fn a_lockout_outlives_a_restart() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    for _ in 0..5 {
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
    }
    let t = t.restart().await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        EXCEEDED
    );
    t.wait(1);
    Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
}

#[tokio::test]
async fn a_proved_code_forgives_no_guesses() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    t.wait(30);
    for _ in 0..5 {
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
    }
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    let body = TestServer::email_otp(ANN, &session, &code);
    Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        EXCEEDED
    );
}

#[tokio::test]
async fn an_unconfirmed_account_says_so_to_who_knows_the_password() {
    let t = TestServer::with(with_passwords()).await;
    t.sign_up_with_password(ANN, RIGHT).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await,
        INCORRECT
    );
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        "UserNotConfirmedException: User is not confirmed."
    );
}

#[tokio::test]
async fn a_required_reset_is_told_to_who_knows_the_password() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    let tokens = Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
    t.set_status(&sub, UserStatus::ResetRequired).await;
    let required = "PasswordResetRequiredException: Password reset required for the user";
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await,
        INCORRECT
    );
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        required
    );
    let refresh = json!({"RefreshToken": tokens.refresh});
    assert_eq!(
        t.refusal("GetTokensFromRefreshToken", refresh).await,
        required
    );
    let get = json!({"AccessToken": tokens.access});
    assert_eq!(t.refusal("GetUser", get).await, required);
}

#[tokio::test]
async fn a_code_signs_in_whose_password_must_be_reset_and_it_is_gone() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.set_status(&sub, UserStatus::ResetRequired).await;
    let session = t.ask_for_code(ANN).await;
    let wrong = TestServer::other_code(&t.code_for(ANN).await);
    let body = TestServer::email_otp(ANN, &session, &wrong);
    let refusal = t.refusal("RespondToAuthChallenge", body).await;
    assert!(refusal.starts_with("CodeMismatchException"), "{refusal}");
    let body = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", body).await);
    t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        INCORRECT
    );
    let new = json!({"AccessToken": tokens.access, "ProposedPassword": "An0ther-horse"});
    t.ok("ChangePassword", new).await;
    t.ok("InitiateAuth", in_clear(ANN, "An0ther-horse")).await;
}

/// It would be somebody's who can read that mailbox.
#[tokio::test]
async fn a_code_to_an_address_that_was_not_proved_does_not_stand_for_a_reset() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.change(&sub, |user| {
        user.status = UserStatus::ResetRequired;
        let unproved = ("email_verified".to_owned(), "false".to_owned());
        user.attributes.extend([unproved]);
    })
    .await;
    let session = t.ask_for_code(ANN).await;
    let body = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "PasswordResetRequiredException: Password reset required for the user"
    );
}

#[tokio::test]
async fn who_was_brought_without_a_password_must_reset_it() {
    let t = TestServer::with(with_passwords()).await;
    let tokens = t.register("bob@example.com").await;
    let sub = claims(&tokens.id)["sub"].as_str().unwrap().to_owned();
    t.set_status(&sub, UserStatus::ResetRequired).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear("bob@example.com", RIGHT))
            .await,
        "PasswordResetRequiredException: Password reset required for the user"
    );
}

#[tokio::test]
async fn a_disabled_account_is_nobodys() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.disable(&sub).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        INCORRECT
    );
}

#[tokio::test]
async fn where_the_unknown_are_told_they_are_told() {
    let mut config = with_passwords();
    config.clients[0].prevent_user_existence_errors = false;
    let t = TestServer::with(config).await;
    t.register("bob@example.com").await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(NOBODY, RIGHT)).await,
        "UserNotFoundException: User does not exist."
    );
    assert_eq!(
        t.refusal("InitiateAuth", in_clear("bob@example.com", RIGHT))
            .await,
        INCORRECT
    );
}
