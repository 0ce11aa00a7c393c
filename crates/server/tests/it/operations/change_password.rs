//! `ChangePassword`.

use std::sync::Arc;

use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::flows::passwords::{ANN, RIGHT, WRONG, in_clear, with_passwords};
use crate::test_server::{Answer, TestServer, Tokens};

const NEW: &str = "New-passw0rd";
const INCORRECT: &str = "NotAuthorizedException: Incorrect username or password.";
const USED: &str =
    "PasswordHistoryPolicyViolationException: Password has been used before: choose another.";

fn change(tokens: &Tokens, previous: &str, proposed: &str) -> Value {
    json!({
        "AccessToken": tokens.access, "PreviousPassword": previous, "ProposedPassword": proposed,
    })
}

async fn sign_in(t: &TestServer, password: &str) -> Tokens {
    Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, password)).await)
}

async fn ann(config: PoolConfig) -> (TestServer, Tokens) {
    let t = TestServer::with(config).await;
    t.register_with_password(ANN, RIGHT).await;
    let tokens = sign_in(&t, RIGHT).await;
    (t, tokens)
}

#[tokio::test]
async fn who_knows_the_old_one_sets_a_new_one() {
    let (t, tokens) = ann(with_passwords()).await;
    let reply = t.ok("ChangePassword", change(&tokens, RIGHT, NEW)).await;
    assert_eq!(reply, json!({}));
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        INCORRECT
    );
    sign_in(&t, NEW).await;
}

#[tokio::test]
async fn other_sign_ins_go_on() {
    let (t, tokens) = ann(with_passwords()).await;
    let other = sign_in(&t, RIGHT).await;
    t.ok("ChangePassword", change(&tokens, RIGHT, NEW)).await;
    for tokens in [&tokens, &other] {
        t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
        let refresh = json!({"RefreshToken": tokens.refresh});
        t.ok("GetTokensFromRefreshToken", refresh).await;
    }
}

#[tokio::test]
async fn a_passwordless_user_sets_the_first_one() {
    let t = TestServer::with(with_passwords()).await;
    for (name, previous) in [("bob@example.com", None), ("eve@example.com", Some(WRONG))] {
        let tokens = t.register(name).await;
        let mut body = json!({"AccessToken": tokens.access, "ProposedPassword": NEW});
        if let Some(previous) = previous {
            body["PreviousPassword"] = json!(previous);
        }
        assert_eq!(t.ok("ChangePassword", body.clone()).await, json!({}));
        t.ok("InitiateAuth", in_clear(name, NEW)).await;
        body["PreviousPassword"] = json!(WRONG);
        assert_eq!(t.refusal("ChangePassword", body).await, INCORRECT);
    }
}

#[tokio::test]
async fn strangers_guesses_do_not_keep_a_user_from_the_first_one() {
    let t = TestServer::with(with_passwords()).await;
    let tokens = t.register(ANN).await;
    for _ in 0..5 {
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
    }
    let body = json!({"AccessToken": tokens.access, "ProposedPassword": NEW});
    t.ok("ChangePassword", body).await;
    sign_in(&t, NEW).await;
}

#[tokio::test]
async fn the_old_one_is_needed_where_there_is_one() {
    let (t, tokens) = ann(with_passwords()).await;
    let body = json!({"AccessToken": tokens.access, "ProposedPassword": NEW});
    assert_eq!(
        t.refusal("ChangePassword", body).await,
        "InvalidParameterException: Missing required parameter PreviousPassword"
    );
}

#[tokio::test]
async fn guesses_at_the_old_one_are_counted_with_the_others() {
    let (t, tokens) = ann(with_passwords()).await;
    for _ in 0..3 {
        let refusal = t
            .refusal("ChangePassword", change(&tokens, WRONG, NEW))
            .await;
        assert_eq!(refusal, INCORRECT);
    }
    for _ in 0..2 {
        t.refusal("InitiateAuth", in_clear(ANN, WRONG)).await;
    }
    let exceeded = "NotAuthorizedException: Password attempts exceeded";
    let right = change(&tokens, RIGHT, NEW);
    assert_eq!(t.refusal("ChangePassword", right.clone()).await, exceeded);
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(ANN, RIGHT)).await,
        exceeded
    );
    t.wait(1);
    t.ok("ChangePassword", right).await;
}

#[tokio::test]
async fn a_new_one_fits_the_policy_and_is_judged_before_the_old_one() {
    let (t, tokens) = ann(with_passwords()).await;
    for previous in [RIGHT, WRONG] {
        assert_eq!(
            t.refusal("ChangePassword", change(&tokens, previous, "short"))
                .await,
            "InvalidPasswordException: Password did not conform with policy: Password not long enough"
        );
    }
    sign_in(&t, RIGHT).await;
}

#[tokio::test]
async fn the_newest_passwords_are_not_set_again() {
    let mut config = with_passwords();
    config.password_policy.history = 3;
    let (t, tokens) = ann(config).await;
    let passwords = [
        RIGHT,
        "Second-passw0rd",
        "Third-passw0rd",
        "Fourth-passw0rd",
    ];
    for pair in passwords.windows(2) {
        for used in passwords.iter().take_while(|used| **used != pair[1]) {
            let body = change(&tokens, pair[0], used);
            assert_eq!(t.refusal("ChangePassword", body).await, USED, "{used}");
        }
        t.ok("ChangePassword", change(&tokens, pair[0], pair[1]))
            .await;
    }
    t.ok("ChangePassword", change(&tokens, passwords[3], RIGHT))
        .await;
    sign_in(&t, RIGHT).await;
}

#[tokio::test]
async fn without_the_right_password_nobody_hears_what_was_used() {
    let mut config = with_passwords();
    config.password_policy.history = 24;
    let (t, tokens) = ann(config).await;
    for _ in 0..5 {
        let refusal = t
            .refusal("ChangePassword", change(&tokens, WRONG, RIGHT))
            .await;
        assert_eq!(refusal, INCORRECT);
    }
}

#[tokio::test]
async fn a_pool_without_memory_takes_the_same_again() {
    let (t, tokens) = ann(with_passwords()).await;
    t.ok("ChangePassword", change(&tokens, RIGHT, RIGHT)).await;
    sign_in(&t, RIGHT).await;
}

#[tokio::test]
async fn a_token_that_is_no_good_changes_nothing() {
    let (t, tokens) = ann(with_passwords()).await;
    let sub = crate::test_server::claims(&tokens.id)["sub"].clone();
    t.set_status(sub.as_str().unwrap(), UserStatus::ResetRequired)
        .await;
    assert_eq!(
        t.refusal("ChangePassword", change(&tokens, RIGHT, NEW))
            .await,
        "PasswordResetRequiredException: Password reset required for the user"
    );
    t.set_status(sub.as_str().unwrap(), UserStatus::Confirmed)
        .await;
    t.ok("GlobalSignOut", json!({"AccessToken": tokens.access}))
        .await;
    assert_eq!(
        t.refusal("ChangePassword", change(&tokens, RIGHT, NEW))
            .await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    t.wait(3600);
    assert_eq!(
        t.refusal("ChangePassword", change(&tokens, RIGHT, NEW))
            .await,
        "NotAuthorizedException: Access Token has expired"
    );
    let tokens = sign_in(&t, RIGHT).await;
    t.ok("DeleteUser", json!({"AccessToken": tokens.access}))
        .await;
    assert_eq!(
        t.refusal("ChangePassword", change(&tokens, RIGHT, NEW))
            .await,
        "UserNotFoundException: User does not exist."
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_16_changes_one_replaces_the_old_one() {
    let (t, tokens) = ann(with_passwords()).await;
    let t = Arc::new(t);
    let mut calls = JoinSet::new();
    for number in 10..26 {
        let password = format!("{NEW}-{number}");
        let (t, body) = (Arc::clone(&t), change(&tokens, RIGHT, &password));
        calls.spawn(async move { (password, t.call("ChangePassword", body).await) });
    }
    let answers = calls.join_all().await;
    let won: Vec<&(String, Answer)> = answers
        .iter()
        .filter(|(_, answer)| answer.status.is_success())
        .collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    // Who came too late guessed wrong, and enough of them lock the password out.
    t.wait(900);
    sign_in(&t, &won[0].0).await;
}
