//! From a socket to the router: connections are accepted, counted, decrypted, timed and, at the end,
//! let go when they have been answered.
//!
//! HTTP/1.1 only: behind a proxy nothing is lost by it, and of HTTP/2's floods none can happen here.
//!
//! Invariants: what a stranger can hold on to is bounded in number ([`crowd`]) and in time
//! ([`patience`]), before anything of ours has run.

mod address;
mod crowd;
mod patience;
pub mod tls;

#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tower::Service;

pub use self::address::{ClientAddress, Network, Proxies};
pub(crate) use self::crowd::Crowd;
use self::crowd::Place;
use self::patience::{Patient, Turns};
use crate::metrics::{Metrics, Refused};

/// How long accepted requests may take once we are told to stop.
pub const GRACE: Duration = Duration::from_secs(10);

/// How long to wait when no connection can be accepted: usually there are too many open files.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(100);

/// Headers are at most as long as this, all together, in bytes.
const MOST_HEADER_BYTES: usize = 16 * 1024;

/// What a client may hold on to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time.
    pub connections: usize,
    /// Of these, from one address. Proxies that are trusted are exempt.
    pub connections_per_address: usize,
    /// From the first byte of a request to the end of its headers, for a TLS handshake, and for a
    /// reply that the client does not read.
    pub headers: Duration,
    /// Between requests.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 4096,
            connections_per_address: 256,
            headers: Duration::from_secs(10),
            idle: Duration::from_secs(75),
        }
    }
}

/// A socket that is being listened on, and what is done with those who come.
pub struct Listen {
    /// The socket.
    pub socket: TcpListener,
    /// The certificates, where connections are encrypted.
    pub tls: Option<TlsAcceptor>,
    /// Whose word about clients' addresses is taken.
    pub proxies: Proxies,
    /// What a client may hold on to.
    pub limits: Limits,
    /// Where connections are counted.
    pub metrics: Metrics,
}

/// What answers requests: a [`Front`](crate::Front) or a router.
pub trait Answers:
    Service<Request<Body>, Response = Response, Error = Infallible, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static
{
}

impl<S> Answers for S where
    S: Service<Request<Body>, Response = Response, Error = Infallible, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// What connections share.
struct Room<S> {
    everybody: Crowd<()>,
    each: Crowd<IpAddr>,
    service: S,
    tls: Option<TlsAcceptor>,
    proxies: Proxies,
    limits: Limits,
    metrics: Metrics,
}

impl Listen {
    /// Answers until `stopping` says so; then takes nothing new, and finishes what was accepted,
    /// within [`GRACE`].
    pub async fn run(self, service: impl Answers, stopping: watch::Receiver<bool>) {
        let room = Arc::new(Room {
            everybody: Crowd::new(self.limits.connections),
            each: Crowd::new(self.limits.connections_per_address),
            service,
            tls: self.tls,
            proxies: self.proxies,
            limits: self.limits,
            metrics: self.metrics,
        });
        let mut stop = std::pin::pin!(told(stopping.clone()));
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                () = &mut stop => break,
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => {
                        if let Some(places) = room.admit(peer.ip()) {
                            let room = Arc::clone(&room);
                            connections.spawn(room.host(stream, peer, places, stopping.clone()));
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "no connection can be accepted");
                        sleep(OUT_OF_SOCKETS).await;
                    }
                },
                Some(_) = connections.join_next() => {}
            }
        }
        // Whoever connects from now on is told at once, by a port that is closed.
        drop(self.socket);
        let drained = async { while connections.join_next().await.is_some() {} };
        if timeout(GRACE, drained).await.is_err() {
            let seconds = GRACE.as_secs();
            tracing::warn!("some requests were not finished after {seconds} s");
        }
    }
}

/// A place among all connections, and one among those of an address.
type Places = (Place<()>, Option<Place<IpAddr>>);

impl<S: Answers> Room<S> {
    /// A place for one more connection. Without one it is closed unanswered: to say why would cost
    /// what the limit is there to save.
    fn admit(&self, peer: IpAddr) -> Option<Places> {
        let refused = |why| self.metrics.connection_refused(why);
        let Some(place) = self.everybody.enter(()) else {
            refused(Refused::Full);
            return None;
        };
        if self.proxies.trust(peer) {
            return Some((place, None));
        }
        let Some(own) = self.each.enter(peer.to_canonical()) else {
            refused(Refused::OfAddress);
            return None;
        };
        Some((place, Some(own)))
    }

    /// Serves one connection to its end.
    async fn host(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        places: Places,
        stopping: watch::Receiver<bool>,
    ) {
        let open = self.metrics.connection_opened();
        // A reply is written at once: nothing is gained by waiting for more of it.
        let _ = stream.set_nodelay(true);
        let ended = match &self.tls {
            None => self.converse(stream, peer.ip(), stopping).await,
            Some(tls) => match timeout(self.limits.headers, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.converse(stream, peer.ip(), stopping).await,
                Ok(Err(error)) => Err(error.into()),
                Err(late) => Err(late.into()),
            },
        };
        if let Err(error) = ended {
            tracing::debug!(error = &*error, "a connection was given up");
        }
        drop((open, places));
    }

    /// Answers request after request.
    async fn converse(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send,
        peer: IpAddr,
        stopping: watch::Receiver<bool>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let turns = Turns::default();
        let stream = Patient::new(stream, turns.clone(), &self.limits);
        let service = service_fn(|request: Request<Incoming>| {
            turns.next();
            let mut request = request.map(Body::new);
            let address = self.proxies.client(peer, request.headers());
            request.extensions_mut().insert(ClientAddress(address));
            let answer = self.service.clone().call(request);
            let turns = turns.clone();
            async move {
                let answer: Result<Response, Infallible> = answer.await;
                turns.next();
                answer
            }
        });
        let connection = http1::Builder::new()
            .half_close(true)
            .header_read_timeout(None)
            .max_buf_size(MOST_HEADER_BYTES)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => return Ok(ended?),
            () = told(stopping) => connection.as_mut().graceful_shutdown(),
        }
        Ok(connection.await?)
    }
}

async fn told(mut stopping: watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}
