//! The pages of `poolhouse dev`, wired: home, inbox, and the files that they load.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::middleware::{from_fn, map_response};
use axum::response::sse::{Event, Sse};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use poolhouse_delivery::Inbox;
use poolhouse_domain::PoolId;
use poolhouse_store::{SentMessage, StoreError};
use serde::Deserialize;
use tokio::sync::watch;

use crate::app::App;
use crate::awsjson::error::ApiError;
use crate::awsjson::reply;
use crate::http::host;
use crate::web::home::{self, HomeView};
use crate::web::inbox::{self, InboxMessageView, InboxView};
use crate::web::{self, assets};

/// What the pages need beyond the server itself.
pub struct DevPages {
    /// The pool that they show.
    pub pool: PoolId,
    /// Where its mail goes.
    pub inbox: Inbox,
    /// Where the definition was read from, as a person would type it.
    pub definition: String,
    /// Where the client configuration was written to, as a person would type it.
    pub outputs: String,
    /// Becomes true when the server stops: pages that listen for mail must let go then.
    pub stopping: watch::Receiver<bool>,
}

/// The newest messages that the inbox shows.
const SHOWN: usize = 200;

type Shared = State<Arc<(App, DevPages)>>;

impl DevPages {
    pub(crate) fn routes(self, app: App) -> Router {
        let messages = inbox_messages(self.inbox.clone());
        Router::new()
            .route("/", get(home_page))
            .route("/inbox", get(inbox_page))
            .route("/inbox/events", get(events))
            .route("/assets/{name}", get(asset))
            .route(
                "/favicon.ico",
                get(|| asset(Path("favicon.svg".to_owned()))),
            )
            .layer(from_fn(host::only_local))
            .with_state(Arc::new((app, self)))
            .merge(messages)
            .layer(map_response(secure))
    }
}

/// The inbox's messages alone, for a server that is told to keep mail instead of sending it.
pub(crate) fn inbox_messages(inbox: Inbox) -> Router {
    Router::new()
        .route("/inbox/messages", get(messages).delete(clear))
        .layer(from_fn(host::only_local))
        .with_state(inbox)
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

async fn home_page(State(shared): Shared) -> Result<Response, Failed> {
    let (app, pages) = &*shared;
    let pool = app
        .pool(&pages.pool)
        .ok_or(Failed(ApiError::UnknownOperation))?;
    let client_id = pool.clients.first().map_or("", |client| client.id.as_str());
    let page = home::page(&HomeView {
        pool_id: pool.id.as_str(),
        client_id,
        endpoint: app.public_url(),
        issuer: &pool.issuer,
        pool: &pool.config,
        factors: pool.config.first_factors(),
        definition: &pages.definition,
        outputs: &pages.outputs,
        inbox_count: pages.inbox.list(None, SHOWN).await?.len(),
    });
    Ok(Html(page).into_response())
}

async fn inbox_page(
    State(shared): Shared,
    Query(filter): Query<Filter>,
) -> Result<Response, Failed> {
    let (app, pages) = &*shared;
    let all = pages.inbox.list(None, SHOWN).await?.len();
    let messages = pages.inbox.list(filter.to.as_deref(), SHOWN).await?;
    let page = inbox::page(&InboxView {
        messages: &views(&messages),
        count: all,
        to: filter.to.as_deref(),
        now: app.now(),
    });
    Ok(Html(page).into_response())
}

async fn messages(
    State(inbox): State<Inbox>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failed> {
    let messages = inbox.list(filter.to.as_deref(), SHOWN).await?;
    let json = inbox::messages_json(&views(&messages));
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, json).into_response())
}

async fn clear(State(inbox): State<Inbox>) -> Result<StatusCode, Failed> {
    inbox.clear().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says `changed` each time the inbox did, until the page goes or the server stops.
async fn events(State(shared): Shared) -> Response {
    let (changes, stopping) = (shared.1.inbox.changes(), shared.1.stopping.clone());
    let stream =
        futures_util::stream::unfold((changes, stopping), |(mut changes, mut stopping)| async {
            tokio::select! {
                changed = changes.changed() => changed.ok()?,
                _ = stopping.wait_for(|stop| *stop) => return None,
            }
            let event = Ok::<_, std::convert::Infallible>(Event::default().data("changed"));
            Some((event, (changes, stopping)))
        });
    Sse::new(stream).into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some(asset) = assets::find(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, asset.content_type),
        (CACHE_CONTROL, "no-cache"),
    ];
    (headers, asset.bytes).into_response()
}

fn views(messages: &[SentMessage]) -> Vec<InboxMessageView<'_>> {
    messages.iter().map(view).collect()
}

fn view(sent: &SentMessage) -> InboxMessageView<'_> {
    let link = sent.message.link.as_ref();
    InboxMessageView {
        channel: sent.message.channel,
        to: &sent.message.to,
        subject: &sent.message.subject,
        text: sent.message.text.expose(),
        code: sent.message.code.expose(),
        link: link.map(|link| link.url.expose().as_str()),
        sent_at: sent.sent_at,
    }
}

async fn secure(mut response: Response<Body>) -> Response<Body> {
    for (name, value) in web::HEADERS {
        let (name, value) = (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
        response.headers_mut().insert(name, value);
    }
    response
}

/// A page that cannot be shown: the cause is in the log.
struct Failed(ApiError);

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        reply::failure(&self.0)
    }
}
