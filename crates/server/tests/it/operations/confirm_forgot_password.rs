//! `ConfirmForgotPassword`.

use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use crate::flows::passwords::{ANN, NOBODY, RIGHT, WRONG, in_clear, with_passwords};
use crate::test_server::{TestServer, Tokens};

const NEW: &str = "New-passw0rd";
const MISMATCH: &str =
    "CodeMismatchException: Invalid verification code provided, please try again.";
const EXHAUSTED: &str =
    "LimitExceededException: Attempt limit exceeded, please try after some time.";

fn confirm(name: &str, code: &str, password: &str) -> Value {
    json!({"Username": name, "ConfirmationCode": code, "Password": password})
}

/// Somebody who forgot the password, and the code.
async fn forgetful(config: PoolConfig) -> (TestServer, String, String) {
    let t = TestServer::with(config).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    let code = t.code_for(ANN).await;
    (t, sub, code)
}

async fn sign_in(t: &TestServer, password: &str) -> Tokens {
    Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, password)).await)
}

async fn refused(t: &TestServer, name: &str, code: &str) -> String {
    t.refusal("ConfirmForgotPassword", confirm(name, code, NEW))
        .await
}

#[tokio::test]
async fn the_code_sets_a_new_password_once() {
    let (t, sub, code) = forgetful(with_passwords()).await;
    let reply = t
        .ok("ConfirmForgotPassword", confirm(&sub, &code, NEW))
        .await;
    assert_eq!(reply, json!({}));
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    sign_in(&t, NEW).await;
    assert_eq!(refused(&t, ANN, &code).await, MISMATCH);
}

#[tokio::test]
async fn a_wrong_code_leaves_the_right_one() {
    let (t, _, code) = forgetful(with_passwords()).await;
    let wrong = TestServer::other_code(&code);
    for _ in 0..4 {
        assert_eq!(refused(&t, ANN, &wrong).await, MISMATCH);
    }
    t.ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
    sign_in(&t, NEW).await;
}

#[tokio::test]
async fn five_answers_are_looked_at_of_strangers_too() {
    let (t, _, code) = forgetful(with_passwords()).await;
    let wrong = TestServer::other_code(&code);
    t.ok("ForgotPassword", json!({"Username": NOBODY})).await;
    for name in [ANN, NOBODY, "never.asked@example.com"] {
        let mut refusals = Vec::new();
        for _ in 0..6 {
            refusals.push(refused(&t, name, &wrong).await);
        }
        let mut expected = vec![MISMATCH; 5];
        expected.push(EXHAUSTED);
        assert_eq!(refusals, expected, "{name}");
    }
    assert_eq!(refused(&t, ANN, &code).await, EXHAUSTED);
    sign_in(&t, RIGHT).await;
}

#[tokio::test]
async fn a_code_holds_for_an_hour() {
    let (t, _, code) = forgetful(with_passwords()).await;
    t.wait(3600);
    assert_eq!(
        refused(&t, ANN, &code).await,
        "ExpiredCodeException: Invalid code provided, please request a code again."
    );
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    let code = t.code_for(ANN).await;
    t.wait(3599);
    let t = t.restart().await;
    t.ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
}

#[tokio::test]
async fn what_is_wrong_with_the_password_costs_no_answer() {
    let (t, _, code) = forgetful(with_passwords()).await;
    for _ in 0..6 {
        for name in [ANN, NOBODY] {
            let body = confirm(name, &code, "short");
            assert_eq!(
                t.refusal("ConfirmForgotPassword", body).await,
                "InvalidPasswordException: Password did not conform with policy: Password not long enough"
            );
        }
    }
    t.ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
}

#[tokio::test]
async fn what_was_used_before_is_told_for_the_right_code_which_stays_good() {
    let mut config = with_passwords();
    config.password_policy.history = 2;
    let (t, _, code) = forgetful(config).await;
    let wrong = TestServer::other_code(&code);
    let body = confirm(ANN, &wrong, RIGHT);
    assert_eq!(t.refusal("ConfirmForgotPassword", body).await, MISMATCH);
    let body = confirm(ANN, &code, RIGHT);
    assert_eq!(
        t.refusal("ConfirmForgotPassword", body).await,
        "PasswordHistoryPolicyViolationException: Password has been used before: choose another."
    );
    t.ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
    sign_in(&t, NEW).await;
}

#[tokio::test]
async fn a_lockout_ends_with_the_old_password() {
    let (t, _, code) = forgetful(with_passwords()).await;
    for _ in 0..5 {
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
    }
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        "NotAuthorizedException: Password attempts exceeded"
    );
    t.ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
    sign_in(&t, NEW).await;
}

#[tokio::test]
async fn asking_for_a_code_ends_no_lockout_and_changes_nothing() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    for _ in 0..5 {
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
    }
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        "NotAuthorizedException: Password attempts exceeded"
    );
    t.wait(1);
    sign_in(&t, RIGHT).await;
}

#[tokio::test]
async fn a_required_reset_is_done_with_it() {
    let (t, sub, code) = forgetful(with_passwords()).await;
    t.set_status(&sub, UserStatus::ResetRequired).await;
    t.ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
    sign_in(&t, NEW).await;
}

#[tokio::test]
async fn a_user_without_a_password_sets_the_first_one() {
    let t = TestServer::with(with_passwords()).await;
    t.register(ANN).await;
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    let code = t.code_for(ANN).await;
    t.ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
    sign_in(&t, NEW).await;
}

#[tokio::test]
async fn a_code_is_for_this_and_for_whom_it_was_sent() {
    let (t, _, code) = forgetful(with_passwords()).await;
    t.register_with_password("eve@example.com", RIGHT).await;
    t.ok("ForgotPassword", json!({"Username": "eve@example.com"}))
        .await;
    assert_eq!(refused(&t, "eve@example.com", &code).await, MISMATCH);
    let session = t.ask_for_code(ANN).await;
    let sign_in_code = t.code_for(ANN).await;
    assert_eq!(refused(&t, ANN, &sign_in_code).await, MISMATCH);
    let body = TestServer::email_otp(ANN, &session, &code);
    assert_eq!(
        t.refusal("RespondToAuthChallenge", body).await,
        "CodeMismatchException: Invalid code or auth state for the user."
    );
}

#[tokio::test]
async fn an_address_that_was_replaced_meanwhile_resets_nothing() {
    let (t, sub, code) = forgetful(with_passwords()).await;
    t.change(&sub, |user| {
        user.attributes
            .insert("email_verified".to_owned(), "false".to_owned());
    })
    .await;
    assert_eq!(refused(&t, ANN, &code).await, MISMATCH);
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    assert_eq!(refused(&t, ANN, &code).await, MISMATCH);
}

#[tokio::test]
async fn nobody_signs_in_by_a_reset() {
    let (t, _, code) = forgetful(with_passwords()).await;
    let tokens = sign_in(&t, RIGHT).await;
    let reply = t
        .ok("ConfirmForgotPassword", confirm(ANN, &code, NEW))
        .await;
    assert!(reply.get("AuthenticationResult").is_none());
    // As in Cognito, sign-ins from before go on.
    t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
}

#[tokio::test]
async fn where_the_unknown_are_told_they_are_told() {
    let mut config = with_passwords();
    config.clients[0].prevent_user_existence_errors = false;
    let t = TestServer::with(config).await;
    assert_eq!(
        refused(&t, NOBODY, "123456").await,
        "UserNotFoundException: Username/client id combination not found."
    );
}
