//! `ForgotPassword`.

use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use crate::flows::passwords::{ANN, NOBODY, RIGHT, with_passwords};
use crate::test_server::{TestServer, pool_of};

const PHONE: &str = "+12065550123";

fn forgot(name: &str) -> Value {
    json!({"Username": name})
}

/// A pool that tells who exists.
fn telling() -> PoolConfig {
    let mut config = with_passwords();
    config.clients[0].prevent_user_existence_errors = false;
    config
}

#[tokio::test]
async fn a_code_goes_to_the_address_that_was_proved() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    let reply = t.ok("ForgotPassword", forgot("Ann@Example.com")).await;
    assert_eq!(
        reply,
        json!({"CodeDeliveryDetails": {
            "Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email",
        }})
    );
    let mail = &t.mail_to(ANN).await[0];
    assert_eq!(mail.subject, "Your password reset code");
    assert_eq!(mail.code.len(), 6);
    assert_eq!(
        mail.text,
        format!("Your password reset code is {}", mail.code)
    );
}

#[tokio::test]
async fn asking_again_at_once_sends_nothing_new() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    let before = t.mail_to(ANN).await.len();
    let first = t.ok("ForgotPassword", forgot(ANN)).await;
    let code = t.code_for(ANN).await;
    t.wait(29);
    assert_eq!(t.ok("ForgotPassword", forgot(ANN)).await, first);
    assert_eq!(t.mail_to(ANN).await.len(), before + 1);
    t.wait(1);
    t.ok("ForgotPassword", forgot(ANN)).await;
    assert_eq!(t.mail_to(ANN).await.len(), before + 2);
    assert_ne!(t.code_for(ANN).await, code);
}

#[tokio::test]
async fn strangers_and_the_unconfirmed_seem_to_get_one() {
    let t = TestServer::with(with_passwords()).await;
    t.register_with_password(ANN, RIGHT).await;
    t.sign_up_with_password("art@example.com", RIGHT).await;
    let mails = t.mail_to("art@example.com").await.len();
    let known = t.ok("ForgotPassword", forgot(ANN)).await;
    for name in [NOBODY, "art@example.com"] {
        assert_eq!(t.ok("ForgotPassword", forgot(name)).await, known, "{name}");
    }
    assert!(t.mail_to(NOBODY).await.is_empty());
    assert_eq!(t.mail_to("art@example.com").await.len(), mails);
}

#[tokio::test]
async fn where_the_unknown_are_told_they_are_told_why() {
    let t = TestServer::with(telling()).await;
    assert_eq!(
        t.refusal("ForgotPassword", forgot(NOBODY)).await,
        "UserNotFoundException: User does not exist."
    );
    let sub = t.sign_up_with_password(ANN, RIGHT).await;
    assert_eq!(
        t.refusal("ForgotPassword", forgot(ANN)).await,
        "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number"
    );
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    assert_eq!(
        t.refusal("ForgotPassword", forgot(ANN)).await,
        "NotAuthorizedException: User password cannot be reset in the current state."
    );
}

#[tokio::test]
async fn who_never_replaced_a_given_password_gets_none() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.set_status(&sub, UserStatus::ForceChangePassword).await;
    let before = t.mail_to(ANN).await.len();
    t.ok("ForgotPassword", forgot(ANN)).await;
    assert_eq!(t.mail_to(ANN).await.len(), before);
}

#[tokio::test]
async fn a_disabled_user_gets_none() {
    let t = TestServer::with(with_passwords()).await;
    let sub = t.register_with_password(ANN, RIGHT).await;
    t.disable(&sub).await;
    let before = t.mail_to(ANN).await.len();
    t.ok("ForgotPassword", forgot(ANN)).await;
    assert_eq!(t.mail_to(ANN).await.len(), before);
}

#[tokio::test]
async fn only_administrators_help_where_the_pool_says_so() {
    let t = TestServer::with(PoolConfig {
        recovery: Vec::new(),
        ..with_passwords()
    })
    .await;
    t.register_with_password(ANN, RIGHT).await;
    for name in [ANN, NOBODY] {
        assert_eq!(
            t.refusal("ForgotPassword", forgot(name)).await,
            "NotAuthorizedException: Only an administrator can reset passwords in this user pool."
        );
    }
}

/// Somebody with an address, which is proved, and a number.
async fn with_both(
    recovery: Vec<poolhouse_domain::pool::ContactAttribute>,
) -> (TestServer, String) {
    let mut config = pool_of(&[Email, PhoneNumber]);
    config.recovery = recovery;
    let t = TestServer::with(config).await;
    let attributes = json!([
        {"Name": "email", "Value": ANN}, {"Name": "phone_number", "Value": PHONE},
    ]);
    let body = json!({"Username": ANN, "Password": RIGHT, "UserAttributes": attributes});
    let sub = t.ok("SignUp", body).await["UserSub"].clone();
    let code = t.code_for(ANN).await;
    t.ok(
        "ConfirmSignUp",
        json!({"Username": ANN, "ConfirmationCode": code}),
    )
    .await;
    (t, sub.as_str().unwrap().to_owned())
}

#[tokio::test]
async fn the_first_choice_that_was_proved_gets_it() {
    let medium = |reply: &Value| reply["CodeDeliveryDetails"]["DeliveryMedium"].clone();
    for (recovery, proved, expected) in [
        (vec![PhoneNumber, Email], false, "EMAIL"),
        (vec![PhoneNumber, Email], true, "SMS"),
        (vec![Email, PhoneNumber], true, "EMAIL"),
        (vec![PhoneNumber], true, "SMS"),
    ] {
        let (t, sub) = with_both(recovery.clone()).await;
        t.change(&sub, move |user| {
            let attribute = PhoneNumber.verified().to_owned();
            user.attributes.insert(attribute, proved.to_string());
        })
        .await;
        let reply = t.ok("ForgotPassword", forgot(ANN)).await;
        assert_eq!(medium(&reply), expected, "{recovery:?} {proved}");
        if expected == "SMS" {
            let text = &t.mail_to(PHONE).await[0];
            assert_eq!(
                text.text,
                format!("Your password reset code is {}", text.code)
            );
        }
    }
}

#[tokio::test]
async fn an_unproved_contact_is_never_used() {
    let (t, _) = with_both(vec![PhoneNumber]).await;
    let reply = t.ok("ForgotPassword", forgot(ANN)).await;
    assert_eq!(reply["CodeDeliveryDetails"]["DeliveryMedium"], "SMS");
    assert!(t.mail_to(PHONE).await.is_empty());
}

/// Or else a new address would get around the cooldown.
#[tokio::test]
async fn while_a_code_is_on_its_way_none_goes_elsewhere() {
    let (t, sub) = with_both(vec![PhoneNumber, Email]).await;
    t.ok("ForgotPassword", forgot(ANN)).await;
    t.change(&sub, |user| {
        let attribute = PhoneNumber.verified().to_owned();
        user.attributes.insert(attribute, true.to_string());
    })
    .await;
    assert_eq!(
        t.refusal("ForgotPassword", forgot(ANN)).await,
        "LimitExceededException: Attempt limit exceeded, please try after some time."
    );
    t.wait(30);
    t.ok("ForgotPassword", forgot(ANN)).await;
    assert_eq!(t.mail_to(PHONE).await.len(), 1);
}
