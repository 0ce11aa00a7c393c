//! Every path of the server on one screen.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use poolhouse_domain::PoolId;
use serde_json::Value;

use crate::app::App;
use crate::awsjson::{decode, reply, target};
use crate::dev_pages::DevPages;
use crate::relying_party::Association;
use crate::{http, oauth, operations};

/// The server as a service. `dev` adds the pages of `poolhouse dev`.
pub fn router(app: &App, dev: Option<DevPages>) -> Router {
    let (clock, random) = app.sources();
    let mut router = Router::new()
        .route("/", post(api))
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route(
            "/{pool}/.well-known/openid-configuration",
            get(openid_configuration),
        )
        // webauthn, apple-app-site-association and assetlinks.json.
        .route("/.well-known/{document}", get(association))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .with_state(app.clone());
    if let Some(dev) = dev {
        router = router.merge(dev.routes(app.clone()));
    }
    http::layers(router, clock, random)
}

/// The user-pool API: every operation is a POST to the root.
async fn api(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    let answer = async {
        let operation = target::operation(&headers)?;
        let request = decode::request(operation, &headers, &body)?;
        operations::dispatch(&app, operation, request).await
    };
    match answer.await {
        Ok(body) => reply::success(&body),
        Err(error) => reply::failure(&error),
    }
}

async fn jwks(State(app): State<App>, Path(pool): Path<String>) -> Response {
    document(oauth::jwks(&app, &PoolId::new(pool)))
}

async fn openid_configuration(State(app): State<App>, Path(pool): Path<String>) -> Response {
    document(oauth::openid_configuration(&app, &PoolId::new(pool)))
}

/// What the relying party at this host says of its origins and apps.
async fn association(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = host.and_then(|host| host.parse::<Authority>().ok());
    let asked = Association::parse(&name).zip(authority);
    document(asked.and_then(|(kind, authority)| app.association(kind, authority.host())))
}

fn document(json: Option<Value>) -> Response {
    let Some(json) = json else {
        return (StatusCode::NOT_FOUND, "there is no such document\n").into_response();
    };
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, json.to_string()).into_response()
}

/// Able to serve: the store answers.
async fn readyz(State(app): State<App>) -> Response {
    match app.store().check().await {
        Ok(()) => "ok\n".into_response(),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the store does not answer\n",
        )
            .into_response(),
    }
}
