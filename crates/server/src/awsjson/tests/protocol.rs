//! Routing by header, and responses byte for byte.

use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::response::Response;
use poolhouse_domain::Timestamp;

use super::super::error::ApiError;
use super::super::model::Operation;
use super::super::{decode, reply, target};
use super::headers;

/// Status, headers in alphabetical order, and body.
async fn written(response: Response) -> (u16, Vec<String>, String) {
    let (parts, body) = response.into_parts();
    let headers = parts.headers.iter();
    let mut headers: Vec<_> = headers
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (
        parts.status.as_u16(),
        headers,
        String::from_utf8(body.into()).unwrap(),
    )
}

#[test]
fn the_target_names_the_operation() {
    for (target, name) in [
        (
            "AWSCognitoIdentityProviderService.InitiateAuth",
            Some("InitiateAuth"),
        ),
        (
            "AWSCognitoIdentityProviderService.AdminGetUser",
            Some("AdminGetUser"),
        ),
        ("AWSCognitoIdentityProviderService.NoSuch", None),
        ("AWSCognitoIdentityProviderService.initiateAuth", None),
        ("AWSCognitoIdentityProviderService.", None),
        ("AWSCognitoIdentityService.GetId", None),
        ("InitiateAuth", None),
        ("", None),
    ] {
        let found = target::operation(&headers(target, ""));
        assert_eq!(found.map(|operation| operation.name).ok(), name, "{target}");
    }
    let error = target::operation(&HeaderMap::new()).unwrap_err();
    assert_eq!(error.exception(), "UnknownOperationException");
}

#[test]
fn the_model_knows_who_must_sign() {
    let unsigned: Vec<_> = Operation::all()
        .filter(|operation| !operation.signed)
        .collect();
    assert_eq!((Operation::all().count(), unsigned.len()), (141, 34));
    assert!(Operation::find("AdminCreateUser").unwrap().signed);
    assert!(!Operation::find("SignUp").unwrap().signed);
}

#[test]
fn only_aws_json_is_read() {
    let operation = Operation::find("GetUser").unwrap();
    for (content_type, is_read) in [
        ("application/x-amz-json-1.1", true),
        ("application/x-amz-json-1.1; charset=utf-8", true),
        ("Application/X-Amz-Json-1.1", true),
        ("application/x-amz-json-1.0", false),
        ("application/json", false),
        ("text/plain", false),
        ("", false),
    ] {
        let read = decode::request(
            operation,
            &headers("", content_type),
            b"{\"AccessToken\":\"a\"}",
        );
        let exception = read.err().map(|error| error.exception());
        let expected = if is_read {
            None
        } else {
            Some("UnknownOperationException")
        };
        assert_eq!(exception, expected, "{content_type}");
    }
    assert!(decode::request(operation, &HeaderMap::new(), b"{}").is_err());
}

#[tokio::test]
async fn success_is_its_body() {
    let (status, headers, body) = written(reply::success("{}")).await;
    assert_eq!((status, body.as_str()), (200, "{}"));
    assert_eq!(
        headers,
        [
            "cache-control: no-store",
            "content-type: application/x-amz-json-1.1"
        ]
    );
}

#[tokio::test]
async fn failure_is_told_in_headers_and_body() {
    let (status, headers, body) = written(reply::failure(&ApiError::IncorrectCredentials)).await;
    assert_eq!(status, 400);
    assert_eq!(
        headers,
        [
            "cache-control: no-store",
            "content-type: application/x-amz-json-1.1",
            "x-amzn-errormessage: Incorrect username or password.",
            "x-amzn-errortype: NotAuthorizedException:",
        ]
    );
    assert_eq!(
        body,
        r#"{"__type":"NotAuthorizedException","message":"Incorrect username or password."}"#
    );
}

#[tokio::test]
async fn an_error_without_a_text_has_no_message() {
    let (status, headers, body) = written(reply::failure(&ApiError::UnknownOperation)).await;
    assert_eq!(
        (status, body.as_str()),
        (400, r#"{"__type":"UnknownOperationException"}"#)
    );
    assert!(
        !headers
            .iter()
            .any(|header| header.starts_with("x-amzn-errormessage"))
    );
}

#[tokio::test]
async fn a_cause_stays_inside() {
    let (status, headers, body) = written(reply::failure(&ApiError::internal("secret path"))).await;
    assert_eq!(status, 500);
    assert_eq!(
        body,
        r#"{"__type":"InternalErrorException","message":"Something went wrong"}"#
    );
    assert!(!headers.concat().contains("secret"));
}

#[tokio::test]
async fn a_header_stays_one_short_line_of_ascii() {
    let text = format!("Value 'a\r\nset-cookie: x=ü\0' {}", "y".repeat(5000));
    let (_, headers, body) = written(reply::failure(&ApiError::Validation(text.clone()))).await;
    let message = headers
        .iter()
        .find(|header| header.starts_with("x-amzn-errormessage"))
        .unwrap();
    assert!(
        message.starts_with("x-amzn-errormessage: Value 'a??set-cookie: x=??' yyy"),
        "{message}"
    );
    assert_eq!(message.len(), "x-amzn-errormessage: ".len() + 1024);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["message"], text);
}

#[test]
fn moments_are_seconds_with_a_fraction() {
    let moment = |micros| reply::epoch_seconds(Timestamp::from_micros(micros)).to_string();
    assert_eq!(moment(1_736_293_876_115_000), "1736293876.115");
    assert_eq!(moment(1_736_293_876_000_000), "1736293876.0");
}
