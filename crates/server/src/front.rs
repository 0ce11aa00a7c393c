//! The front door: calls of the user-pool API go straight to their operation, everything else through a
//! router.
//!
//! A call is a POST to the root and nothing else, so there is nothing to route; and each layer of a router
//! costs a call copies, boxes and cloned headers (docs/decisions/0057-where-the-rest-went.md).

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::request::Parts;
use axum::response::Response;
use tower::Service;

use crate::admission::Admission;
use crate::app::App;
use crate::awsjson::{decode, reply};
use crate::http::{self, Sources, Target};
use crate::listen::ClientAddress;
use crate::operations;

/// Everything at one address. Clones share it.
#[derive(Clone)]
pub struct Front(Arc<Doors>);

struct Doors {
    app: App,
    sources: Sources,
    admission: Option<Admission>,
    rest: Router,
}

impl Front {
    /// The API, behind its gate if there is one, and a router for what is none of its calls.
    pub(crate) fn new(app: &App, admission: Option<Admission>, rest: Router) -> Self {
        let sources = Sources::of(app);
        Self(Arc::new(Doors {
            rest: http::layers(rest, sources.clone()),
            app: app.clone(),
            sources,
            admission,
        }))
    }
}

impl Doors {
    async fn admit(&self, target: Target, parts: Parts, body: Bytes) -> Response {
        // Whoever serves this may say where a request comes from.
        let from = parts.extensions.get().map(|&ClientAddress(from)| from);
        // In a box: each of those that let it in and look after it would be as large as it is.
        let work = Box::pin(async {
            let answer = async {
                let operation = target?;
                let request = decode::request(operation, &parts.headers, &body)?;
                operations::dispatch(&self.app, operation, request, from).await
            };
            match answer.await {
                Ok(body) => reply::success(body),
                Err(error) => reply::failure(&error),
            }
        });
        match &self.admission {
            Some(gate) => gate.admit(from, work).await,
            None => work.await,
        }
    }
}

impl Service<Request> for Front {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let doors = Arc::clone(&self.0);
        // Whatever the request passes on the way lies in this one box.
        Box::pin(async move {
            if !http::is_call(&request) {
                return doors.rest.clone().call(request).await;
            }
            let work = |target, parts, body| doors.admit(target, parts, body);
            Ok(http::call(&doors.sources, request, work).await)
        })
    }
}
