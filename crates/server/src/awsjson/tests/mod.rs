//! The protocol's tests: what goes in and what comes out, in whole texts.

mod constraints;
mod errors;
mod fuzz;
mod patterns;
mod protocol;
mod samples;
mod wording;

use axum::http::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::error::ApiError;
use super::model::Operation;
use super::{decode, target};

fn headers(target: &str, content_type: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-target", HeaderValue::from_str(target).unwrap());
    headers.insert("content-type", HeaderValue::from_str(content_type).unwrap());
    headers
}

/// Sends `body` to the operation as an SDK does; the answer is what the operation would get.
fn send(operation: &str, body: &[u8]) -> Result<Value, ApiError> {
    let target = format!("AWSCognitoIdentityProviderService.{operation}");
    let headers = headers(&target, "application/x-amz-json-1.1");
    let operation: &'static Operation = target::operation(&headers)?;
    decode::request(operation, &headers, body)
}

fn call(operation: &str, input: &Value) -> Result<Value, ApiError> {
    send(operation, input.to_string().as_bytes())
}

/// What the operation's caller is told: the exception's name and the text.
fn refusal(operation: &str, input: &Value) -> (&'static str, String) {
    let error = call(operation, input).expect_err("the input is refused");
    (error.exception(), error.to_string())
}
