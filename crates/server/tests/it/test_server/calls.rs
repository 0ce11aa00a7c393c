//! Asking the server, as clients do.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::TestServer;
use crate::errors_seen;

/// An answer of the server.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl TestServer {
    /// Sends any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, HeaderMap, Vec<u8>) {
        if !self.others.is_empty() {
            // Messages of one moment are ordered on one node only.
            self.clock.advance(Duration::from_millis(1));
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % (1 + self.others.len());
        let router = match turn.checked_sub(1) {
            None => &self.router,
            Some(other) => &self.others[other].router,
        };
        let response = router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        (
            parts.status,
            parts.headers,
            to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        )
    }

    /// GETs a page.
    pub(crate) async fn get(&self, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    /// Calls an operation as a client does, by its name or its whole target; `ClientId` is filled in where there is no access token.
    pub(crate) async fn call(&self, operation: &str, body: Value) -> Answer {
        self.answer(operation, self.request(operation, body)).await
    }

    /// The answer to a request that calls `operation`.
    pub(crate) async fn answer(&self, operation: &str, request: Request<Body>) -> Answer {
        let (status, headers, body) = self.send(request).await;
        let body = serde_json::from_slice(&body).unwrap();
        errors_seen::note(operation, &body);
        Answer {
            status,
            headers,
            body,
        }
    }

    /// What [`TestServer::call`] sends.
    pub(crate) fn request(&self, operation: &str, mut body: Value) -> Request<Body> {
        if body.get("AccessToken").is_none() && body.get("ClientId").is_none() {
            body["ClientId"] = json!(self.client_id());
        }
        let target = if operation.contains('.') {
            operation.to_owned()
        } else {
            format!("AWSCognitoIdentityProviderService.{operation}")
        };
        Request::post("/")
            .header("content-type", "application/x-amz-json-1.1")
            .header("x-amz-target", target)
            .body(Body::from(body.to_string()))
            .unwrap()
    }

    /// The body of an answer that must be a success.
    pub(crate) async fn ok(&self, operation: &str, body: Value) -> Value {
        let answer = self.call(operation, body).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{operation}: {}",
            answer.body
        );
        answer.body
    }

    /// `"Exception: message"` of an answer that must be a refusal.
    pub(crate) async fn refusal(&self, operation: &str, body: Value) -> String {
        let answer = self.call(operation, body).await;
        assert_eq!(
            answer.status,
            StatusCode::BAD_REQUEST,
            "{operation}: {}",
            answer.body
        );
        let part = |name: &str| answer.body[name].as_str().unwrap_or_default().to_owned();
        format!("{}: {}", part("__type"), part("message"))
    }
}
