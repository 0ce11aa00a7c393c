//! Answers that are none, and configurations that cannot be right.

use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use poolhouse_client::{Client, Config, Error, Exception};
use serde_json::{Value, json};

use crate::front::{ANN, answering, listen, words};

const ANY: [(&str, &str); 1] = [("x-any", "any")];

async fn told(body: &'static str, headers: [(&'static str, &'static str); 1]) -> Error {
    let (client, _listening) = answering(StatusCode::BAD_REQUEST, headers, body).await;
    client.sign_in(ANN).await.unwrap_err()
}

#[tokio::test]
async fn the_exception_is_in_the_header_or_else_in_the_body() {
    let body = r#"{"__type":"com.amazonaws.cognito#LimitExceededException","message":"m"}"#;
    let limit = told(body, ANY).await;
    assert_eq!(limit.to_string(), "InitiateAuth: LimitExceededException: m");
    assert!(limit.is(&Exception::LimitExceeded));
    let header = [("x-amzn-errortype", "CodeMismatchException:http://internal")];
    assert!(told(body, header).await.is(&Exception::CodeMismatch));
    let Error::Refused(refusal) = told(body, [("x-amzn-requestid", "7")]).await else {
        panic!("expected a refusal");
    };
    assert_eq!(
        (refusal.status, refusal.request_id.as_deref()),
        (400, Some("7"))
    );
}

#[tokio::test]
async fn an_exception_of_another_day_is_told_by_its_name() {
    let other = told(r#"{"__type":"NewerException","Message":"m"}"#, ANY).await;
    assert!(other.is(&Exception::Other("NewerException".to_owned())));
    assert_eq!(other.to_string(), "InitiateAuth: NewerException: m");
}

#[tokio::test]
async fn a_page_of_a_proxy_is_no_answer() {
    assert_eq!(
        told("<html>not found</html>", ANY).await.to_string(),
        "InitiateAuth: got HTTP status 400 Bad Request, expected an answer of this API"
    );
    for body in ["<html>", "[]", r#"{"ChallengeName":7}"#] {
        let (client, _listening) = answering(StatusCode::OK, ANY, body).await;
        let error = client.sign_in(ANN).await.unwrap_err();
        assert!(matches!(error, Error::Answer { .. }), "{body}: {error}");
    }
}

#[tokio::test]
async fn a_reply_without_anything_leads_nowhere() {
    let (client, _listening) = answering(StatusCode::OK, ANY, "{}").await;
    assert_eq!(
        words(client.sign_in(ANN).await),
        "the sign-in: got neither, expected tokens or a challenge"
    );
    let body = r#"{"AuthenticationResult":{"AccessToken":"a","IdToken":"i","ExpiresIn":1}}"#;
    let (client, _listening) = answering(StatusCode::OK, ANY, body).await;
    assert_eq!(
        words(client.sign_in(ANN).await),
        "AuthenticationResult: got no RefreshToken, expected one"
    );
}

#[tokio::test]
async fn a_challenge_of_another_day_is_told_by_its_name() {
    let body = r#"{"ChallengeName":"RIDDLE","Session":"s","ChallengeParameters":{"Q":"why"}}"#;
    let (client, _listening) = answering(StatusCode::OK, ANY, body).await;
    let challenge = crate::front::asked(client.sign_in(ANN).await);
    let poolhouse_client::Challenge::Other(other) = challenge else {
        panic!("expected another challenge");
    };
    assert_eq!(
        (other.name(), other.parameters()["Q"].as_str()),
        ("RIDDLE", "why")
    );
    let next = other.answer(&[("ANSWER", "because")]).await;
    assert_eq!(crate::front::asked(next).name(), "RIDDLE");
}

#[tokio::test]
async fn an_empty_answer_is_one() {
    let (client, _listening) = answering(StatusCode::OK, ANY, "").await;
    let reply: Value = client.call("ForgetDevice", json!({})).await.unwrap();
    assert_eq!(reply, json!({}));
}

#[tokio::test]
async fn nobody_there_is_said() {
    let (endpoint, listening) = listen(Router::new()).await;
    drop(listening);
    let client = Client::new(Config::new(&*endpoint, "us-east-1_x", "client")).unwrap();
    let error = client.sign_in(ANN).await.unwrap_err();
    assert_eq!(error.to_string(), format!("no answer from {endpoint}"));
    assert!(std::error::Error::source(&error).is_some());
}

#[tokio::test]
async fn who_is_silent_is_not_waited_for() {
    let silent = Router::new().fallback(std::future::pending::<()>);
    let (endpoint, _listening) = listen(silent).await;
    let config = Config::new(&*endpoint, "us-east-1_x", "client");
    let client = Client::new(config.with_timeout(Duration::from_millis(1))).unwrap();
    assert_eq!(
        words(client.sign_in(ANN).await),
        format!("no answer from {endpoint}")
    );
}

#[test]
fn an_endpoint_is_a_url() {
    for endpoint in ["", "localhost:7400", "/", "ftp://localhost/", "http//x"] {
        let refused = words(Client::new(Config::new(endpoint, "us-east-1_x", "client")));
        assert_eq!(
            refused,
            format!("the endpoint: got {endpoint}, expected a URL like https://auth.example.com/")
        );
    }
}

#[test]
fn outputs_without_an_endpoint_are_not_enough() {
    let outputs = json!({"Auth": {"Cognito": {
        "userPoolId": "us-east-1_x",
        "userPoolClientId": "client",
        "userPoolEndpoint": "http://localhost:7400/",
        "loginWith": {"email": true},
    }}});
    let config = Config::from_outputs(&outputs.to_string()).unwrap();
    assert_eq!(
        format!("{config:?}"),
        r#"Config { endpoint: "http://localhost:7400/", user_pool_id: "us-east-1_x", client_id: "client", .. }"#
    );
    let official = json!({"auth": {"user_pool_id": "us-east-1_x"}, "version": "1.5"});
    let refused = words(Config::from_outputs(&official.to_string()));
    assert!(
        refused.contains("poolhouse outputs --format js"),
        "{refused}"
    );
}
