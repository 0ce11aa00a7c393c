//! Every path of the server on one screen, but for the one that all calls of the API share: that is
//! [`Front`]'s.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use poolhouse_delivery::{Inbox, Worker};
use poolhouse_domain::PoolId;

use crate::admission::Admission;
use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::awsjson::reply;
use crate::dev_pages::{self, DevPages};
use crate::front::Front;
use crate::http::{self, Sources};
use crate::relying_party::Association;
use crate::{metrics, oauth};

/// Everything at one address, as `dev` serves it, with its pages, and tests without.
pub fn router(app: &App, dev: Option<DevPages>) -> Front {
    let mut router = documents().merge(health()).with_state(app.clone());
    if let Some(dev) = dev {
        router = router.merge(dev.routes(app.clone()));
    }
    Front::new(app, None, router)
}

/// What the world sees of a server: the API behind its gate, and what is read without signing in.
pub fn public_router(app: &App, admission: Admission) -> Front {
    Front::new(app, Some(admission), documents().with_state(app.clone()))
}

/// What its operators see, at an address of its own: health, metrics, and the inbox where there is one.
pub fn operations_router(app: &App, worker: &Worker, inbox: Option<Inbox>) -> Router {
    let metrics = Router::new()
        .route("/metrics", get(metrics))
        .with_state((app.clone(), worker.clone()));
    let router = health().with_state(app.clone()).merge(metrics);
    let inbox = inbox.map_or_else(Router::new, dev_pages::inbox_messages);
    http::layers(router.merge(inbox), Sources::of(app))
}

fn documents() -> Router<App> {
    Router::new()
        .route("/{pool}/.well-known/jwks.json", get(jwks))
        .route(
            "/{pool}/.well-known/openid-configuration",
            get(openid_configuration),
        )
        // webauthn, apple-app-site-association and assetlinks.json.
        .route("/.well-known/{document}", get(association))
}

fn health() -> Router<App> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
}

async fn jwks(State(app): State<App>, Path(pool): Path<String>) -> Response {
    document(oauth::jwks(&app, &PoolId::new(pool)))
}

async fn openid_configuration(State(app): State<App>, Path(pool): Path<String>) -> Response {
    let json = oauth::openid_configuration(&app, &PoolId::new(pool));
    document(json.map(|json| json.to_string()))
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
    let json = asked.and_then(|(kind, authority)| app.association(kind, authority.host()));
    document(json.map(|json| json.to_string()))
}

fn document(json: Option<impl IntoResponse>) -> Response {
    let Some(json) = json else {
        return (StatusCode::NOT_FOUND, "there is no such document\n").into_response();
    };
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, json).into_response()
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

async fn metrics(State((app, worker)): State<(App, Worker)>) -> Response {
    // Without its store a server has figures all the same, and they are wanted then.
    let queues = worker.figures().await.unwrap_or_default();
    match app.metrics().text(app.store(), &queues) {
        Ok(text) => ([(CONTENT_TYPE, metrics::CONTENT_TYPE)], text).into_response(),
        Err(error) => reply::failure(&ApiError::internal(error)),
    }
}
