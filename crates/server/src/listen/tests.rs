//! Connections as clients make them: right ones, slow ones, too many.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::*;

/// A server that is running.
struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    ended: JoinSet<()>,
    metrics: Metrics,
    /// What `/slow` waits for.
    go: Arc<Notify>,
    /// Told when somebody waits there.
    waits: Arc<Notify>,
}

impl Running {
    async fn start(limits: Limits, proxies: Proxies) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let metrics = Metrics::default();
        let (go, waits) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (released, waiting) = (Arc::clone(&go), Arc::clone(&waits));
        let slow = move || async move {
            waiting.notify_one();
            released.notified().await;
            "slow"
        };
        let who = |Extension(client): Extension<ClientAddress>| async move { client.0.to_string() };
        let router = Router::new()
            .route("/who", get(who))
            .route("/echo", post(|body: String| async move { body }))
            .route("/slow", get(slow));
        let listen = Listen {
            socket,
            tls: None,
            proxies,
            limits,
            metrics: metrics.clone(),
        };
        let (stop, stopping) = watch::channel(false);
        let mut ended = JoinSet::new();
        ended.spawn(listen.run(router, stopping));
        Self {
            address,
            stop,
            ended,
            metrics,
            go,
            waits,
        }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection on which `text` was sent.
    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }
}

/// All that the server still says; nothing if it hangs up without a word.
async fn rest(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// Asks who we are on a connection that stays open.
async fn who(stream: &mut TcpStream) -> bool {
    if stream
        .write_all(b"GET /who HTTP/1.1\r\nhost: x\r\n\r\n")
        .await
        .is_err()
    {
        return false;
    }
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n127.0.0.1") {
        if stream.read_exact(&mut byte).await.is_err() {
            return false;
        }
        answer.push(byte[0]);
    }
    true
}

fn few(connections: usize, connections_per_address: usize) -> Limits {
    Limits {
        connections,
        connections_per_address,
        ..Limits::default()
    }
}

#[tokio::test]
async fn a_client_is_known_by_its_address_or_by_its_proxys_word() {
    let request =
        "GET /who HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 192.0.2.1\r\nconnection: close\r\n\r\n";
    for (proxies, address) in [
        (Proxies::default(), "127.0.0.1"),
        (Proxies::loopback(), "192.0.2.1"),
    ] {
        let running = Running::start(Limits::default(), proxies).await;
        let answer = rest(&mut running.send(request).await).await;
        assert!(answer.ends_with(&format!("\r\n\r\n{address}")), "{answer}");
    }
}

#[tokio::test]
async fn connections_are_bounded_and_who_goes_makes_room() {
    for (limits, why) in [(few(2, 9), "Full"), (few(9, 2), "OfAddress")] {
        let running = Running::start(limits, Proxies::default()).await;
        let mut first = running.connect().await;
        let mut second = running.connect().await;
        assert!(who(&mut first).await && who(&mut second).await);
        assert!(!who(&mut running.connect().await).await);
        let refused = running.metrics.refused(why);
        assert_eq!(refused, 1, "{why}");
        drop(first);
        while !who(&mut running.connect().await).await {}
        assert!(who(&mut second).await, "who is there stays");
    }
}

#[tokio::test]
async fn a_proxy_brings_as_many_as_there_is_room_for() {
    let running = Running::start(few(3, 1), Proxies::loopback()).await;
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut stream = running.connect().await;
        assert!(who(&mut stream).await);
        kept.push(stream);
    }
    assert!(!who(&mut running.connect().await).await);
}

/// How long the server waits for more than `sent`, and what it says then.
async fn patience(sent: &str) -> (Duration, String) {
    let running = Running::start(Limits::default(), Proxies::default()).await;
    let mut stream = running.send(sent).await;
    let start = Instant::now();
    let answer = rest(&mut stream).await;
    (start.elapsed(), answer)
}

#[tokio::test(start_paused = true)]
async fn who_sends_nothing_or_half_a_request_is_given_up() {
    for sent in ["", "GET /who HTT", "GET /who HTTP/1.1\r\nhost: x\r\n"] {
        let (waited, answer) = patience(sent).await;
        assert_eq!(waited.as_secs(), 10, "{sent:?}");
        assert_eq!(answer, "", "{sent:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_byte_now_and_then_gains_no_time() {
    let running = Running::start(Limits::default(), Proxies::default()).await;
    let mut stream = running.send("GET /who HTTP/1.1\r\nx: ").await;
    let start = Instant::now();
    let mut turn = tokio::time::interval(Duration::from_secs(1));
    let mut sent = 0;
    while stream.write_all(b"x").await.is_ok() && sent < 60 {
        sent += 1;
        turn.tick().await;
    }
    assert!((10..=12).contains(&start.elapsed().as_secs()), "{sent}");
}

#[tokio::test(start_paused = true)]
async fn between_requests_there_is_more_time() {
    let running = Running::start(Limits::default(), Proxies::default()).await;
    let mut stream = running.connect().await;
    assert!(who(&mut stream).await);
    sleep(Duration::from_secs(74)).await;
    assert!(who(&mut stream).await);
    let start = Instant::now();
    assert_eq!(rest(&mut stream).await, "");
    assert_eq!(start.elapsed().as_secs(), 75);
}

#[tokio::test(start_paused = true)]
async fn an_answer_may_take_its_time() {
    let running = Running::start(Limits::default(), Proxies::default()).await;
    let mut stream = running.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    running.waits.notified().await;
    sleep(Duration::from_mins(5)).await;
    running.go.notify_one();
    let start = Instant::now();
    let answer = rest(&mut stream).await;
    assert!(answer.ends_with("\r\n\r\nslow"), "{answer}");
    assert_eq!(
        start.elapsed().as_secs(),
        75,
        "and then the next is waited for"
    );
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let running = Running::start(Limits::default(), Proxies::default()).await;
    let mut stream = running.connect().await;
    let endless = format!("GET /who HTTP/1.1\r\nx: {}", "x".repeat(64 * 1024));
    let _reset = stream.write_all(endless.as_bytes()).await;
    let answer = rest(&mut stream).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
}

/// Where a length and chunks, or two lengths, could be read in two ways, nobody gets to choose.
#[tokio::test]
async fn an_ambiguous_request_is_refused() {
    let running = Running::start(Limits::default(), Proxies::default()).await;
    for head in [
        "content-length: 4\r\ncontent-length: 5",
        "content-length: 4, 5",
        "content-length: -4",
        "content-length: 0x4",
        "transfer-encoding: chunked\r\ntransfer-encoding: x",
        "transfer-encoding: xchunked",
        "transfer-encoding : chunked",
        "content-length: 99999999999999999999",
        "x\0y: z",
    ] {
        let request = format!("POST /echo HTTP/1.1\r\nhost: x\r\n{head}\r\n\r\nabcde");
        let answer = rest(&mut running.send(&request).await).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{head}: {answer}");
    }
}

#[tokio::test]
async fn what_was_accepted_is_answered_and_nothing_after_it() {
    let mut running = Running::start(Limits::default(), Proxies::default()).await;
    let mut slow = running.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    running.waits.notified().await;
    let mut idle = running.connect().await;
    assert!(who(&mut idle).await);
    running.stop.send(true).unwrap();
    assert_eq!(rest(&mut idle).await, "", "who asks for nothing is let go");
    assert!(TcpStream::connect(running.address).await.is_err());
    running.go.notify_one();
    let answer = rest(&mut slow).await;
    assert!(answer.ends_with("\r\n\r\nslow"), "{answer}");
    running.ended.join_next().await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn the_end_does_not_wait_for_ever() {
    let mut running = Running::start(Limits::default(), Proxies::default()).await;
    let _slow = running.send("GET /slow HTTP/1.1\r\nhost: x\r\n\r\n").await;
    running.waits.notified().await;
    let start = Instant::now();
    running.stop.send(true).unwrap();
    running.ended.join_next().await.unwrap().unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
}
