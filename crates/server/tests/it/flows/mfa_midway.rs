//! What changes between the first factor and the second: the Session goes by what is true now.

use poolhouse_domain::pool::{ContactAttribute, Mfa, MfaMethod, PoolConfig};
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use crate::mfa::{ANN, App, NUMBER, PASSWORD, answer, first_code, in_clear, pool, session_of};
use crate::test_server::{TestServer, Tokens, pool_of};

const INVALID: &str = "NotAuthorizedException: Invalid session for the user.";
const EXPIRED: &str = "NotAuthorizedException: Invalid session for the user, session is expired.";
const DISABLED: &str = "NotAuthorizedException: User is disabled.";

/// Somebody with an app and a number, who is asked for these.
async fn ann(wishes: Value) -> (TestServer, String, String, App) {
    let t = TestServer::with(pool()).await;
    let (sub, token) = t.member(ANN).await;
    t.give_number(&token).await;
    let app = t.register_app(&token).await;
    t.prefer(&token, wishes).await;
    (t, sub, token, app)
}

fn on(members: &[&str]) -> Value {
    let wishes = members
        .iter()
        .map(|name| ((*name).to_owned(), json!({"Enabled": true})));
    Value::Object(wishes.collect())
}

const APP: &str = "SoftwareTokenMfaSettings";
const TEXT: &str = "SMSMfaSettings";
const MAIL: &str = "EmailMfaSettings";

/// The right answer to each second factor, each with its own Session.
async fn right_answers(t: &TestServer, app: &App) -> Vec<Value> {
    let mut answers = Vec::new();
    for (choice, place) in [
        ("SMS_MFA", NUMBER),
        ("EMAIL_OTP", ANN),
        ("SOFTWARE_TOKEN_MFA", ""),
    ] {
        t.wait(30);
        let session = session_of(&t.first_factor(ANN).await);
        let body = answer("SELECT_MFA_TYPE", ANN, &session, json!({"ANSWER": choice}));
        let session = session_of(&t.ok("RespondToAuthChallenge", body).await);
        let code = match place {
            "" => app.shows(t, 0),
            place => t.code_for(place).await,
        };
        answers.push(answer(
            choice,
            ANN,
            &session,
            json!({format!("{choice}_CODE"): code}),
        ));
    }
    answers
}

async fn refused(t: &TestServer, bodies: &[Value], expected: &str) {
    for body in bodies {
        let refusal = t.refusal("RespondToAuthChallenge", body.clone()).await;
        assert_eq!(refusal, expected, "{body}");
    }
}

#[tokio::test]
async fn a_switched_off_account_gets_nothing() {
    let (t, sub, _, app) = ann(on(&[APP, TEXT, MAIL])).await;
    let select = session_of(&t.first_factor(ANN).await);
    let mut answers = right_answers(&t, &app).await;
    let choice = json!({"ANSWER": "SMS_MFA"});
    answers.push(answer("SELECT_MFA_TYPE", ANN, &select, choice));
    let texts = t.mail_to(NUMBER).await.len();
    t.disable(&sub).await;
    t.wait(30);
    refused(&t, &answers, DISABLED).await;
    assert_eq!(t.mail_to(NUMBER).await.len(), texts);
    t.change(&sub, |user| user.enabled = true).await;
    t.set_status(&sub, UserStatus::ResetRequired).await;
    refused(
        &t,
        &answers,
        "PasswordResetRequiredException: Password reset required for the user",
    )
    .await;
    // None of it was counted or spent.
    t.set_status(&sub, UserStatus::Confirmed).await;
    t.ok("RespondToAuthChallenge", answers.swap_remove(0)).await;
}

#[tokio::test]
async fn a_deleted_account_gets_nothing() {
    let (t, _, token, app) = ann(on(&[APP, TEXT, MAIL])).await;
    let select = session_of(&t.first_factor(ANN).await);
    let mut answers = right_answers(&t, &app).await;
    let choice = json!({"ANSWER": "SMS_MFA"});
    answers.push(answer("SELECT_MFA_TYPE", ANN, &select, choice));
    t.ok("DeleteUser", json!({"AccessToken": token})).await;
    refused(&t, &answers, INVALID).await;
    // Who signs up anew is somebody else.
    t.register_with_password(ANN, PASSWORD).await;
    refused(&t, &answers, INVALID).await;
}

#[tokio::test]
async fn what_was_given_up_is_no_answer_any_more() {
    let (t, _, token, app) = ann(on(&[APP, TEXT, MAIL])).await;
    let answers = right_answers(&t, &app).await;
    let off = json!({"Enabled": false});
    t.prefer(&token, json!({TEXT: off, APP: off})).await;
    refused(&t, &[answers[0].clone(), answers[2].clone()], INVALID).await;
    t.ok("RespondToAuthChallenge", answers[1].clone()).await;
}

#[tokio::test]
async fn who_decided_against_second_factors_begins_anew() {
    let (t, _, token, app) = ann(on(&[APP, TEXT, MAIL])).await;
    let answers = right_answers(&t, &app).await;
    let off = json!({"Enabled": false});
    t.prefer(&token, json!({TEXT: off, APP: off, MAIL: off}))
        .await;
    refused(&t, &answers, INVALID).await;
    assert!(!Tokens::of(&t.first_factor(ANN).await).access.is_empty());
}

#[tokio::test]
async fn an_app_that_was_replaced_shows_wrong_codes() {
    let (t, _, token, old) = ann(on(&[APP])).await;
    let session = session_of(&t.first_factor(ANN).await);
    let new = t.associate(&token).await;
    let body = |app: &App| {
        let code = json!({"SOFTWARE_TOKEN_MFA_CODE": app.shows(&t, 0)});
        answer("SOFTWARE_TOKEN_MFA", ANN, &session, code)
    };
    let wrong = "CodeMismatchException: Invalid code received for user";
    refused(&t, &[body(&new)], wrong).await;
    t.ok("VerifySoftwareToken", first_code(&token, &new.shows(&t, 0)))
        .await;
    t.wait(30);
    refused(&t, &[body(&old)], wrong).await;
    t.ok("RespondToAuthChallenge", body(&new)).await;
}

/// A pool for people with a number, that asks all of them for an app or an address.
fn required() -> PoolConfig {
    let mut phone = pool_of(&[ContactAttribute::PhoneNumber]);
    phone.schema.0.retain(|spec| spec.name != "email");
    PoolConfig {
        mfa: Mfa::On,
        mfa_methods: vec![MfaMethod::SoftwareTokenMfa, MfaMethod::EmailOtp],
        first_factors: Vec::new(),
        clients: pool().clients,
        ..phone
    }
}

async fn set_up_session(t: &TestServer) -> String {
    let reply = t.first_factor(NUMBER).await;
    assert_eq!(reply["ChallengeName"], "MFA_SETUP");
    session_of(&reply)
}

async fn associate(t: &TestServer, session: &str) -> (App, String) {
    let body = json!({"Session": session});
    let reply = t.ok("AssociateSoftwareToken", body).await;
    let app = App::of(reply["SecretCode"].as_str().unwrap());
    (app, session_of(&reply))
}

/// Two people know the password. Once one of them has set up a second factor, the other's Sessions
/// add none.
#[tokio::test]
async fn who_comes_second_sets_up_nothing() {
    let t = TestServer::with(required()).await;
    t.register_with_password(NUMBER, PASSWORD).await;
    let mails = set_up_session(&t).await;
    let body = answer(
        "MFA_SETUP",
        NUMBER,
        &mails,
        json!({"EMAIL": "eve@example.com"}),
    );
    let mailed = session_of(&t.ok("RespondToAuthChallenge", body).await);
    let (_, scanned) = associate(&t, &set_up_session(&t).await).await;

    let (app, session) = associate(&t, &set_up_session(&t).await).await;
    let first = json!({"Session": session, "UserCode": app.shows(&t, 0)});
    let done = session_of(&t.ok("VerifySoftwareToken", first).await);

    let code = json!({"EMAIL_OTP_CODE": t.code_for("eve@example.com").await});
    let again = json!({"EMAIL": "eve@example.com"});
    let late = [
        answer("EMAIL_OTP", NUMBER, &mailed, code),
        answer("MFA_SETUP", NUMBER, &mails, again),
    ];
    refused(&t, &late, INVALID).await;
    for (operation, body) in [
        ("AssociateSoftwareToken", json!({"Session": scanned})),
        (
            "VerifySoftwareToken",
            json!({"Session": scanned, "UserCode": app.shows(&t, 30)}),
        ),
    ] {
        assert_eq!(t.refusal(operation, body).await, INVALID);
    }
    let done = answer("MFA_SETUP", NUMBER, &done, json!({}));
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", done).await);
    let user = t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    assert!(!user.to_string().contains("eve@example.com"), "{user}");
}

#[tokio::test]
async fn to_set_up_an_app_there_is_more_time_once() {
    let t = TestServer::with(required()).await;
    t.register_with_password(NUMBER, PASSWORD).await;
    let session = set_up_session(&t).await;
    t.wait(179);
    let (_, prolonged) = associate(&t, &session).await;
    t.wait(179);
    let (app, again) = associate(&t, &prolonged).await;
    let first = |app: &App| json!({"Session": again, "UserCode": app.shows(&t, 0)});
    let wrong = json!({"Session": again, "UserCode": app.wrong(&t)});
    assert_eq!(
        t.refusal("VerifySoftwareToken", wrong).await,
        "EnableSoftwareTokenMFAException: Code mismatch"
    );
    t.wait(1);
    assert_eq!(t.refusal("VerifySoftwareToken", first(&app)).await, EXPIRED);
    let body = json!({"Session": again});
    assert_eq!(t.refusal("AssociateSoftwareToken", body).await, EXPIRED);
}

#[tokio::test]
async fn a_switched_off_account_sets_up_nothing() {
    let t = TestServer::with(required()).await;
    let sub = t.register_with_password(NUMBER, PASSWORD).await;
    let session = set_up_session(&t).await;
    let (app, associated) = associate(&t, &session).await;
    t.disable(&sub).await;
    for (operation, body) in [
        ("AssociateSoftwareToken", json!({"Session": session})),
        (
            "VerifySoftwareToken",
            json!({"Session": associated, "UserCode": app.shows(&t, 0)}),
        ),
        (
            "RespondToAuthChallenge",
            answer("MFA_SETUP", NUMBER, &session, json!({"EMAIL": ANN})),
        ),
    ] {
        assert_eq!(t.refusal(operation, body).await, DISABLED, "{operation}");
    }
    t.change(&sub, |user| user.enabled = true).await;
    let first = json!({"Session": associated, "UserCode": app.shows(&t, 0)});
    let done = session_of(&t.ok("VerifySoftwareToken", first).await);
    t.disable(&sub).await;
    let done = answer("MFA_SETUP", NUMBER, &done, json!({}));
    assert_eq!(t.refusal("RespondToAuthChallenge", done).await, DISABLED);
    assert_eq!(
        t.refusal("InitiateAuth", in_clear(NUMBER)).await,
        "NotAuthorizedException: Incorrect username or password."
    );
}
