//! A link beside the code: what is in which mail, and that to open it does nothing. Only an answer signs
//! in, from where the Session is.

use axum::http::StatusCode;
use poolhouse_domain::message::LinkPage;
use poolhouse_domain::pool::ContactAttribute::{Email, PhoneNumber};
use poolhouse_domain::pool::PoolConfig;
use serde_json::json;

use crate::test_server::{Mail, TestServer, Tokens, claims, pool_of};

const ANN: &str = "ann@example.com";
const PAGE: &str = "https://app.example.com/sign-in";

fn linked(mut pool: PoolConfig) -> PoolConfig {
    pool.messages.link_to(LinkPage::parse(PAGE).unwrap());
    pool
}

/// Ann has an account and asked for a code: the Session of her browser, and the mail.
async fn asked() -> (TestServer, String, Mail) {
    let t = TestServer::with(linked(pool_of(&[Email]))).await;
    t.register(ANN).await;
    t.wait(30);
    let session = t.ask_for_code(ANN).await;
    let mail = t.mail_to(ANN).await.remove(0);
    (t, session, mail)
}

/// What the page finds in the fragment.
fn code_in(mail: &Mail) -> String {
    let link = mail.link.as_deref().unwrap();
    let (page, code) = link.split_once("#code=").unwrap();
    assert_eq!(page, PAGE);
    code.to_owned()
}

#[tokio::test]
async fn the_link_brings_the_code_and_nothing_else() {
    let (_, session, mail) = asked().await;
    assert_eq!(code_in(&mail), mail.code);
    let link = mail.link.unwrap();
    assert_eq!(
        mail.text,
        format!(
            "Your sign-in code is {}\n\nOr sign in without typing it, in the browser where you \
             asked for it:\n\n{link}",
            mail.code
        )
    );
    assert!(!mail.text.contains(&session) && !mail.text.contains(ANN));
}

#[tokio::test]
async fn opening_spends_nothing_and_the_answer_spends_it_once() {
    let (t, session, mail) = asked().await;
    // A scanner goes where the link leads, as often as it likes, with all of it or without the fragment.
    for path in ["/sign-in", "/", "/sign-in?code=1"] {
        for _ in 0..2 {
            assert_ne!(t.get(path).await.0, StatusCode::INTERNAL_SERVER_ERROR);
        }
    }
    let answer = TestServer::email_otp(ANN, &session, &code_in(&mail));
    let reply = t.ok("RespondToAuthChallenge", answer.clone()).await;
    assert_eq!(claims(&Tokens::of(&reply).id)["email"], ANN);
    for _ in 0..2 {
        let refusal = t.refusal("RespondToAuthChallenge", answer.clone()).await;
        assert!(refusal.starts_with("NotAuthorizedException"), "{refusal}");
    }
}

#[tokio::test]
async fn another_browser_has_no_session_to_answer_with() {
    let (t, session, mail) = asked().await;
    let code = code_in(&mail);
    for other in ["x".repeat(40), session.to_uppercase()] {
        let answer = TestServer::email_otp(ANN, &other, &code);
        t.refusal("RespondToAuthChallenge", answer).await;
    }
    let answer = json!({"ChallengeName": "EMAIL_OTP", "ChallengeResponses": {
        "USERNAME": ANN, "EMAIL_OTP_CODE": code,
    }});
    t.refusal("RespondToAuthChallenge", answer).await;
    // None of it was in the way of hers.
    let answer = TestServer::email_otp(ANN, &session, &code);
    t.ok("RespondToAuthChallenge", answer).await;
}

#[tokio::test]
async fn a_link_is_good_for_as_long_as_its_code() {
    let (t, session, mail) = asked().await;
    t.wait(3 * 60);
    let answer = TestServer::email_otp(ANN, &session, &code_in(&mail));
    let refusal = t.refusal("RespondToAuthChallenge", answer).await;
    assert!(refusal.starts_with("NotAuthorizedException"), "{refusal}");
}

#[tokio::test]
async fn an_older_link_is_a_wrong_code() {
    let (t, _, before) = asked().await;
    t.wait(30);
    let session = t.ask_for_code(ANN).await;
    let answer = TestServer::email_otp(ANN, &session, &code_in(&before));
    let refusal = t.refusal("RespondToAuthChallenge", answer).await;
    assert!(refusal.starts_with("CodeMismatchException"), "{refusal}");
    let mail = t.mail_to(ANN).await.remove(0);
    let answer = TestServer::email_otp(ANN, &session, &code_in(&mail));
    t.ok("RespondToAuthChallenge", answer).await;
}

#[tokio::test]
async fn only_mails_that_sign_in_have_it() {
    let t = TestServer::with(linked(pool_of(&[Email]))).await;
    t.sign_up(ANN).await;
    assert!(t.mail_to(ANN).await.remove(0).link.is_none());
    let number = "+12065550123";
    let t = TestServer::with(linked(pool_of(&[PhoneNumber]))).await;
    t.register(number).await;
    t.wait(30);
    t.ask_for_code(number).await;
    let text = t.mail_to(number).await.remove(0);
    assert!(text.link.is_none() && !text.text.contains("http"));
    let t = TestServer::start().await;
    t.register(ANN).await;
    t.wait(30);
    t.ask_for_code(ANN).await;
    assert!(t.mail_to(ANN).await.remove(0).link.is_none());
}

#[tokio::test]
async fn a_stranger_is_answered_the_same() {
    let (t, _, _) = asked().await;
    t.wait(30);
    let (known, unknown) = (
        t.start_otp(ANN).await,
        t.start_otp("nobody@example.com").await,
    );
    let shape = |mut reply: serde_json::Value| {
        let length = reply["Session"].as_str().map(str::len);
        reply["Session"] = json!(null);
        reply["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] = json!(null);
        (reply, length.is_some())
    };
    assert_eq!(shape(known), shape(unknown));
    assert!(t.mail_to("nobody@example.com").await.is_empty());
}
