//! Every path of the server on one screen.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use poolhouse_delivery::{Inbox, Worker};
use poolhouse_domain::PoolId;

use crate::admission::{self, Admission};
use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::awsjson::{decode, reply, target};
use crate::dev_pages::{self, DevPages};
use crate::listen::ClientAddress;
use crate::relying_party::Association;
use crate::{http, metrics, oauth, operations};

/// Everything at one address, as `dev` serves it, with its pages, and tests without.
pub fn router(app: &App, dev: Option<DevPages>) -> Router {
    let mut router = api_routes(post(api))
        .merge(health())
        .with_state(app.clone());
    if let Some(dev) = dev {
        router = router.merge(dev.routes(app.clone()));
    }
    layers(app, router)
}

/// What the world sees of a server: the API behind its gate, and what is read without signing in.
pub fn public_router(app: &App, admission: Admission) -> Router {
    let gate = from_fn_with_state(admission, admission::admit);
    layers(
        app,
        api_routes(post(api).layer(gate)).with_state(app.clone()),
    )
}

/// What its operators see, at an address of its own: health, metrics, and the inbox where there is one.
pub fn operations_router(app: &App, worker: &Worker, inbox: Option<Inbox>) -> Router {
    let metrics = Router::new()
        .route("/metrics", get(metrics))
        .with_state((app.clone(), worker.clone()));
    let router = health().with_state(app.clone()).merge(metrics);
    layers(
        app,
        router.merge(inbox.map_or_else(Router::new, dev_pages::inbox_messages)),
    )
}

fn layers(app: &App, router: Router) -> Router {
    let (clock, random) = app.sources();
    http::layers(router, clock, random, app.metrics().clone())
}

fn api_routes(api: MethodRouter<App>) -> Router<App> {
    Router::new()
        .route("/", api)
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

/// The user-pool API: every operation is a POST to the root. Whoever serves the router may say where a
/// request comes from.
async fn api(
    State(app): State<App>,
    from: Option<Extension<ClientAddress>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let from = from.map(|Extension(ClientAddress(address))| address);
    let answer = async {
        let operation = target::operation(&headers)?;
        let request = decode::request(operation, &headers, &body)?;
        operations::dispatch(&app, operation, request, from).await
    };
    match answer.await {
        Ok(body) => reply::success(body),
        Err(error) => reply::failure(&error),
    }
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
