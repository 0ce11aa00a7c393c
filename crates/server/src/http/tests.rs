//! The layers as a client on the socket sees them, byte for byte.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::get;
use axum::{Router, ServiceExt as _};
use poolhouse_domain::clock::TestClock;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::{Timestamp, random};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{Service, ServiceExt as _, service_fn};

use super::{MOST_BYTES, Sources, call, is_call, layers};
use crate::awsjson::reply;
use crate::metrics::Metrics;

const SEED: u64 = 7;

/// The id that the first request gets.
fn first_id() -> String {
    random::uuid(&SeededRandom::new(SEED))
}

/// The layers around pages, and around calls that say how much they were sent.
fn service() -> impl Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone
{
    let sources = Sources {
        clock: Arc::new(TestClock::at(Timestamp::from_seconds(0))),
        random: Arc::new(SeededRandom::new(SEED)),
        metrics: Metrics::default(),
    };
    let pages = Router::new()
        .route("/", get(|| async { "home" }))
        .route("/inbox/messages", get(|| async { "[]" }))
        .route("/{pool}/.well-known/jwks.json", get(|| async { "{}" }));
    let pages = layers(pages, sources.clone());
    service_fn(move |request| {
        let (pages, sources) = (pages.clone(), sources.clone());
        async move {
            if !is_call(&request) {
                return pages.oneshot(request).await;
            }
            let length = async |_, _, body: Bytes| reply::success(body.len().to_string());
            Ok(call(&sources, request, length).await)
        }
    })
}

/// Sends `request` to a server of its own and reads until it says no more.
async fn exchange(request: &[u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let client = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        // The server may answer, and close, before it has read everything.
        let _ = stream.write_all(request).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    };
    tokio::select! {
        answer = client => answer,
        ended = IntoFuture::into_future(axum::serve(listener, service().into_make_service())) => {
            panic!("the server ended: {ended:?}")
        }
    }
}

/// Status line, headers in alphabetical order without the date, and body.
fn parts(answer: &str) -> (&str, Vec<&str>, &str) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap();
    let mut headers: Vec<_> = lines
        .filter(|line| !line.starts_with("date: ") && *line != "connection: close")
        .collect();
    headers.sort_unstable();
    (status, headers, body)
}

async fn ask(head: &str, body: &str) -> String {
    let length = body.len();
    let request =
        format!("{head}\r\nhost: x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    exchange(request.as_bytes()).await
}

const ANY_ORIGIN: &str = "access-control-allow-origin: *";
const EXPOSED: &str =
    "access-control-expose-headers: x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

#[tokio::test]
async fn a_preflight_is_answered_as_the_service_answers_it() {
    let asked = "amz-sdk-invocation-id,amz-sdk-request,cache-control,content-type,x-amz-target,\
                 x-amz-user-agent";
    let head = format!(
        "OPTIONS / HTTP/1.1\r\norigin: http://localhost:5173\r\n\
         access-control-request-method: POST\r\naccess-control-request-headers: {asked}"
    );
    let answer = ask(&head, "").await;
    let (status, headers, body) = parts(&answer);
    assert_eq!((status, body), ("HTTP/1.1 200 OK", ""));
    let echo = format!("access-control-allow-headers: {asked}");
    let id = format!("x-amzn-requestid: {}", first_id());
    assert_eq!(
        headers,
        [
            &echo,
            "access-control-allow-methods: POST",
            ANY_ORIGIN,
            EXPOSED,
            "access-control-max-age: 172800",
            "content-length: 0",
            &id,
        ]
    );
}

#[tokio::test]
async fn a_preflight_echoes_names_only() {
    for asked in ["x-a;b", "<script>", "x-a\tx-b", "\"x\"", "x-ä"] {
        let head = format!("OPTIONS / HTTP/1.1\r\naccess-control-request-headers: {asked}");
        let answer = ask(&head, "").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
        assert!(!answer.contains("access-control-allow-headers"), "{answer}");
    }
}

#[tokio::test]
async fn a_call_may_be_read_by_any_origin_and_has_the_services_headers_only() {
    let answer = ask("POST / HTTP/1.1", "{}").await;
    let (status, headers, body) = parts(&answer);
    let id = first_id();
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert_eq!(body, "2");
    assert_eq!(
        headers,
        [
            ANY_ORIGIN,
            EXPOSED,
            "cache-control: no-store",
            &format!("content-length: {}", body.len()),
            "content-type: application/x-amz-json-1.1",
            &format!("x-amzn-requestid: {id}"),
        ]
    );
}

#[tokio::test]
async fn keys_may_be_read_by_any_origin() {
    let answer = ask("GET /eu-west-1_a/.well-known/jwks.json HTTP/1.1", "").await;
    assert!(answer.contains(ANY_ORIGIN), "{answer}");
}

#[tokio::test]
async fn pages_and_the_inbox_stay_same_origin() {
    for head in [
        "GET /inbox/messages HTTP/1.1",
        "GET / HTTP/1.1",
        "OPTIONS /inbox/messages HTTP/1.1\r\naccess-control-request-method: GET",
        "GET /nothing HTTP/1.1",
    ] {
        let answer = ask(head, "").await;
        assert!(!answer.contains("access-control-"), "{answer}");
        assert!(
            answer.contains("x-content-type-options: nosniff"),
            "{answer}"
        );
        assert!(answer.contains("referrer-policy: no-referrer"), "{answer}");
        assert!(
            answer.contains(&format!("x-amzn-requestid: {}", first_id())),
            "{answer}"
        );
    }
}

const TOO_LARGE: &str = r#"{"__type":"RequestEntityTooLargeException","message":"The request is larger than 262144 bytes"}"#;

#[tokio::test]
async fn the_largest_body_is_read() {
    let answer = ask("POST / HTTP/1.1", &"x".repeat(MOST_BYTES)).await;
    assert_eq!(parts(&answer).2, "262144");
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_unread() {
    let head = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 262145\r\n\r\n";
    let answer = exchange(head.as_bytes()).await;
    let (status, headers, body) = parts(&answer);
    assert_eq!(
        (status, body),
        ("HTTP/1.1 413 Payload Too Large", TOO_LARGE)
    );
    assert!(
        headers.contains(&"x-amzn-errortype: RequestEntityTooLargeException:"),
        "{headers:?}"
    );
    assert!(headers.contains(&ANY_ORIGIN), "{headers:?}");
}

#[tokio::test]
async fn a_body_that_grows_too_large_is_refused() {
    let chunk = "x".repeat(MOST_BYTES + 1);
    let request = format!(
        "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n\
         {:x}\r\n{chunk}",
        chunk.len()
    );
    let answer = exchange(request.as_bytes()).await;
    assert_eq!(parts(&answer).2, TOO_LARGE);
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let start = tokio::time::Instant::now();
    let head = "POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 5\r\n\r\n{";
    let answer = exchange(head.as_bytes()).await;
    let (status, _, body) = parts(&answer);
    assert_eq!(status, "HTTP/1.1 408 Request Timeout");
    assert_eq!(
        body,
        r#"{"__type":"RequestTimeoutException","message":"The request did not arrive in time"}"#
    );
    assert_eq!(start.elapsed().as_secs(), 15);
}
