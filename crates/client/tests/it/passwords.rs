//! Passwords: sent, proved, replaced.

use std::time::UNIX_EPOCH;

use poolhouse_client::{Challenge, Client, Config, Exception, Factor};
use poolhouse_domain::attributes::{AttributeKind, AttributeSpec};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::{FirstFactor, PoolConfig};
use poolhouse_domain::user::UserStatus;

use crate::front::{ANN, Front, asked, claims, words};

const RIGHT: &str = "Correct-h0rse";
const WRONG: &str = "Battery-5taple";
const INCORRECT: &str = "NotAuthorizedException: Incorrect username or password.";

/// Passwords in every way, beside e-mail codes.
fn pool() -> PoolConfig {
    let mut config = PoolConfig::default();
    config.first_factors.push(FirstFactor::Password);
    let flows = &mut config.clients[0].auth_flows;
    flows.push(AuthFlow::AllowUserPasswordAuth);
    if !flows.contains(&AuthFlow::AllowUserSrpAuth) {
        flows.push(AuthFlow::AllowUserSrpAuth);
    }
    config
}

async fn front() -> Front {
    let front = Front::with(pool()).await;
    front.register_with_password(ANN, RIGHT).await;
    front
}

#[tokio::test]
async fn it_is_proved_without_being_sent() {
    let front = front().await;
    let tokens = front
        .client
        .sign_in_with_srp(ANN, RIGHT)
        .await
        .unwrap()
        .done()
        .unwrap();
    assert_eq!(claims(&tokens.access)["amr"][0], "pwd");
    let wrong = words(front.client.sign_in_with_srp(ANN, WRONG).await);
    assert_eq!(wrong, format!("RespondToAuthChallenge: {INCORRECT}"));
}

#[tokio::test]
async fn a_stranger_cannot_prove_one_either() {
    let front = front().await;
    let refused = words(
        front
            .client
            .sign_in_with_srp("bob@example.com", RIGHT)
            .await,
    );
    assert_eq!(refused, format!("RespondToAuthChallenge: {INCORRECT}"));
}

#[tokio::test]
async fn it_is_sent() {
    let front = front().await;
    front
        .client
        .sign_in_with_password(ANN, RIGHT)
        .await
        .unwrap()
        .done()
        .unwrap();
    let wrong = words(front.client.sign_in_with_password(ANN, WRONG).await);
    assert_eq!(wrong, format!("InitiateAuth: {INCORRECT}"));
}

#[tokio::test]
async fn it_may_be_chosen_in_both_ways() {
    let front = front().await;
    let Challenge::PasswordSrp(srp) =
        asked(front.client.sign_in_with(ANN, Factor::PasswordSrp).await)
    else {
        panic!("expected PASSWORD_SRP");
    };
    srp.answer(RIGHT).await.unwrap().done().unwrap();
    let sign_in = front.client.sign_in_with(ANN, Factor::Password).await;
    let Challenge::Password(password) = asked(sign_in) else {
        panic!("expected PASSWORD");
    };
    assert_eq!(
        words(password.answer(WRONG).await),
        format!("RespondToAuthChallenge: {INCORRECT}")
    );
    password.answer(RIGHT).await.unwrap().done().unwrap();
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_said_to_be() {
    let front = front().await;
    let late = front.config().with_clock(|| UNIX_EPOCH);
    let client = Client::new(late).unwrap();
    assert_eq!(
        words(client.sign_in_with_srp(ANN, RIGHT).await),
        "RespondToAuthChallenge: InvalidParameterException: TIMESTAMP is more than five minutes from the server's time."
    );
}

#[tokio::test]
async fn a_pool_without_a_name_has_no_proofs() {
    let front = front().await;
    let client = front.pool.clients[0].id.as_str();
    let client = Client::new(Config::new(front.endpoint(), "pool", client)).unwrap();
    assert_eq!(
        words(client.sign_in_with_srp(ANN, RIGHT).await),
        "the user pool's id: got pool, expected an id like us-east-1_AbCdEf123"
    );
}

#[tokio::test]
async fn one_that_was_given_is_replaced() {
    let mut config = pool();
    config.schema.0.push(AttributeSpec {
        name: "name".to_owned(),
        required: true,
        mutable: true,
        kind: AttributeKind::String {
            min: None,
            max: None,
        },
    });
    let front = Front::with(config).await;
    let attributes = [("email", ANN), ("name", "Ann")];
    let sign_up = front
        .client
        .sign_up(ANN, Some(RIGHT), &attributes)
        .await
        .unwrap();
    front
        .change(sign_up.sub(), |user| {
            user.attributes.remove("name");
            user.status = UserStatus::ForceChangePassword;
        })
        .await;
    let sign_in = front.client.sign_in_with_srp(ANN, RIGHT).await;
    let Challenge::NewPassword(challenge) = asked(sign_in) else {
        panic!("expected NEW_PASSWORD_REQUIRED");
    };
    assert_eq!(challenge.required_attributes(), ["name"]);
    let short = challenge.answer("short", &[("name", "Ann")]).await;
    assert!(short.unwrap_err().is(&Exception::InvalidPassword));
    let next = challenge.answer(WRONG, &[("name", "Ann")]).await.unwrap();
    let tokens = next.done().unwrap();
    assert_eq!(claims(&tokens.id)["name"], "Ann");
    front
        .client
        .sign_in_with_srp(ANN, WRONG)
        .await
        .unwrap()
        .done()
        .unwrap();
}

#[tokio::test]
async fn a_forgotten_one_is_replaced_by_mail() {
    let front = front().await;
    let delivery = front.client.forgot_password(ANN).await.unwrap();
    assert_eq!(delivery.destination, "a***@e***");
    let code = front.code_for(ANN).await;
    front
        .client
        .confirm_forgot_password(ANN, &code, WRONG)
        .await
        .unwrap();
    front
        .client
        .sign_in_with_srp(ANN, WRONG)
        .await
        .unwrap()
        .done()
        .unwrap();
}

#[tokio::test]
async fn it_is_changed_and_set_for_the_first_time() {
    let front = front().await;
    let tokens = front
        .client
        .sign_in_with_srp(ANN, RIGHT)
        .await
        .unwrap()
        .done()
        .unwrap();
    let account = front.client.account(&tokens.access);
    account.change_password(Some(RIGHT), WRONG).await.unwrap();
    front
        .client
        .sign_in_with_srp(ANN, WRONG)
        .await
        .unwrap()
        .done()
        .unwrap();

    let bob = "bob@example.com";
    let tokens = front.register(bob).await;
    let account = front.client.account(&tokens.access);
    account.change_password(None, RIGHT).await.unwrap();
    front
        .client
        .sign_in_with_srp(bob, RIGHT)
        .await
        .unwrap()
        .done()
        .unwrap();
}
