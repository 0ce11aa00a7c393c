//! A forgotten password of somebody with a second factor: the code goes where the second factor does
//! not, or nowhere.

use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::{Mfa, MfaMethod, PoolConfig};
use serde_json::{Value, json};

use crate::mfa::{ANN, NUMBER, PASSWORD, pool};
use crate::test_server::TestServer;

const NEW: &str = "New-passw0rd";
const APP: MfaMethod = MfaMethod::SoftwareTokenMfa;
const TEXT: MfaMethod = MfaMethod::SmsMfa;
const MAIL: MfaMethod = MfaMethod::EmailOtp;

/// By address, or else by number.
fn ruled(mfa: Mfa, conceals: bool) -> PoolConfig {
    let mut config = PoolConfig {
        mfa,
        recovery: vec![Email, PhoneNumber],
        ..pool()
    };
    config.clients[0].prevent_user_existence_errors = conceals;
    config
}

/// Somebody with everything.
async fn ann() -> (TestServer, String) {
    let t = TestServer::with(ruled(Mfa::Optional, false)).await;
    let (_, token) = t.member(ANN).await;
    t.give_number(&token).await;
    t.register_app(&token).await;
    (t, token)
}

async fn decide(t: &TestServer, token: &str, enabled: &[MfaMethod], preferred: Option<MfaMethod>) {
    let wish = |method| {
        let preferred = preferred == Some(method);
        json!({"Enabled": enabled.contains(&method), "PreferredMfa": preferred})
    };
    let wishes = json!({
        "SMSMfaSettings": wish(TEXT),
        "SoftwareTokenMfaSettings": wish(APP),
        "EmailMfaSettings": wish(MAIL),
    });
    t.prefer(token, wishes).await;
}

fn reset(code: &str) -> Value {
    json!({"Username": ANN, "ConfirmationCode": code, "Password": NEW})
}

#[tokio::test]
async fn the_code_goes_where_the_second_factor_does_not() {
    let (mut t, token) = ann().await;
    for (mfa, enabled, preferred, medium) in [
        (Mfa::Optional, &[][..], None, "EMAIL"),
        (Mfa::Optional, &[APP], None, "EMAIL"),
        (Mfa::Optional, &[TEXT], None, "EMAIL"),
        (Mfa::Optional, &[MAIL], None, "SMS"),
        (Mfa::Optional, &[APP, MAIL], None, "SMS"),
        (Mfa::Optional, &[APP, MAIL], Some(MAIL), "SMS"),
        // What is not asked for may be used.
        (Mfa::Optional, &[APP, MAIL], Some(APP), "EMAIL"),
        (Mfa::Optional, &[TEXT, MAIL], Some(TEXT), "EMAIL"),
        (Mfa::Optional, &[TEXT, MAIL], None, ""),
        (Mfa::On, &[APP], Some(APP), "EMAIL"),
        (Mfa::On, &[MAIL], Some(MAIL), "SMS"),
        // Everything that she has is asked for.
        (Mfa::On, &[APP], None, ""),
        (Mfa::Off, &[TEXT, MAIL], None, "EMAIL"),
    ] {
        let row = format!("{mfa:?} {enabled:?} {preferred:?}");
        t.reconfigure(ruled(Mfa::Optional, false)).await;
        decide(&t, &token, enabled, preferred).await;
        t.wait(30);
        t.reconfigure(ruled(mfa, false)).await;
        let body = json!({"Username": ANN});
        if medium.is_empty() {
            assert_eq!(
                t.refusal("ForgotPassword", body).await,
                "InvalidParameterException: Cannot reset password for the user as there is no \
                 registered/verified email or phone_number",
                "{row}"
            );
        } else {
            let reply = t.ok("ForgotPassword", body).await;
            assert_eq!(
                reply["CodeDeliveryDetails"]["DeliveryMedium"], medium,
                "{row}"
            );
        }
    }
}

#[tokio::test]
async fn who_gets_none_is_answered_like_a_stranger() {
    let (mut t, token) = ann().await;
    decide(&t, &token, &[TEXT, MAIL], None).await;
    t.reconfigure(ruled(Mfa::Optional, true)).await;
    let before = (t.mail_to(ANN).await.len(), t.mail_to(NUMBER).await.len());
    let told = t.ok("ForgotPassword", json!({"Username": ANN})).await;
    let stranger = t
        .ok("ForgotPassword", json!({"Username": "ada@example.com"}))
        .await;
    assert_eq!(told, stranger);
    let after = (t.mail_to(ANN).await.len(), t.mail_to(NUMBER).await.len());
    assert_eq!(before, after);
}

#[tokio::test]
async fn a_code_is_worth_nothing_once_it_would_be_the_second_factor() {
    let (t, token) = ann().await;
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    let code = t.code_for(ANN).await;
    decide(&t, &token, &[MAIL], None).await;
    assert_eq!(
        t.refusal("ConfirmForgotPassword", reset(&code)).await,
        "CodeMismatchException: Invalid verification code provided, please try again."
    );
    decide(&t, &token, &[APP], None).await;
    t.ok("ConfirmForgotPassword", reset(&code)).await;
}

#[tokio::test]
async fn a_new_password_is_still_one_factor() {
    let (t, token) = ann().await;
    decide(&t, &token, &[APP], Some(APP)).await;
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    t.ok("ConfirmForgotPassword", reset(&t.code_for(ANN).await))
        .await;
    let parameters = |password: &str| {
        let parameters = json!({"USERNAME": ANN, "PASSWORD": password});
        json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})
    };
    let reply = t.ok("InitiateAuth", parameters(NEW)).await;
    assert_eq!(reply["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    assert_eq!(
        t.refusal("InitiateAuth", parameters(PASSWORD)).await,
        "NotAuthorizedException: Incorrect username or password."
    );
}
