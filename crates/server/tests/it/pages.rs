//! Pages and probes.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::TestServer;

#[tokio::test]
async fn alive_and_ready() {
    let t = TestServer::start().await;
    for path in ["/healthz", "/readyz"] {
        let (status, _, body) = t.get(path).await;
        assert_eq!(
            (status, body.as_slice()),
            (StatusCode::OK, b"ok\n".as_slice()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn not_ready_without_its_store() {
    let t = TestServer::start().await;
    t.store.close().await;
    assert_eq!(t.get("/healthz").await.0, StatusCode::OK);
    assert_eq!(t.get("/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn messages_are_counted_and_so_are_those_that_were_not_sent() {
    let mut config = PoolConfig::default();
    config.budgets.address.per_day = Some(1);
    let t = TestServer::with(config).await;
    // A message that nobody sent in time is a dead letter.
    t.start_otp("cid@example.com").await;
    t.sign_up("dan@example.com").await;
    t.wait(2 * 24 * 60 * 60);
    t.sign_up("ann@example.com").await;
    t.start_otp("ann@example.com").await;
    t.start_otp("nobody@example.com").await;
    t.start_otp("nobody@example.com").await;
    t.sign_up("bob@example.com").await;
    let text = t.metrics().await;
    let queue = format!("pool=\"{}\",channel=\"email\"", t.pool.id);
    for line in [
        format!("poolhouse_messages_total{{{queue},outcome=\"sent\"}} 2"),
        format!("poolhouse_messages_total{{{queue},outcome=\"expired\"}} 1"),
        format!("poolhouse_messages_withheld_total{{{queue},why=\"address\"}} 1"),
        format!("poolhouse_outbox_waiting{{{queue}}} 0"),
        format!("poolhouse_outbox_dead_letters{{{queue}}} 1"),
        format!("poolhouse_outbox_age_seconds{{{queue}}} 0"),
        format!("poolhouse_senders_down{{{queue}}} 0"),
    ] {
        assert!(text.lines().any(|is| is == line), "no {line} in {text}");
    }
    assert!(!text.contains("example.com"));
    t.store.close().await;
}

#[tokio::test]
async fn pages_of_dev_are_not_served_otherwise() {
    let t = TestServer::start().await;
    for path in [
        "/",
        "/inbox",
        "/inbox/messages",
        "/inbox/events",
        "/assets/style.css",
    ] {
        let (status, ..) = t.get(path).await;
        assert!(
            matches!(
                status,
                StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED
            ),
            "{path}: {status}"
        );
    }
}

#[tokio::test]
async fn home_and_inbox_show_the_pool_and_its_mail() {
    let (t, ..) = TestServer::start().await.with_pages();
    t.sign_up("ann@example.com").await;
    let code = t.code_for("ann@example.com").await;

    let (status, headers, home) = t.get("/").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );
    assert!(
        String::from_utf8(home)
            .unwrap()
            .contains(t.pool.id.as_str())
    );

    let (status, _, inbox) = t.get("/inbox").await;
    assert_eq!(status, StatusCode::OK);
    assert!(String::from_utf8(inbox).unwrap().contains(&code));
}

#[tokio::test]
async fn the_inbox_as_json_has_the_documented_shape() {
    let (t, ..) = TestServer::start().await.with_pages();
    t.sign_up("ann@example.com").await;
    t.sign_up("bob@example.com").await;
    let code = t.code_for("ann@example.com").await;
    let (_, headers, body) = t.get("/inbox/messages?to=Ann%40example.com").await;
    assert_eq!(headers["content-type"], "application/json");
    assert!(
        !headers.contains_key("access-control-allow-origin"),
        "no other site may read it"
    );
    let messages: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        messages,
        json!([{
            "channel": "email",
            "to": "ann@example.com",
            "subject": "Verify your new account",
            "text": format!("The verification code to your new account is {code}"),
            "code": code,
            "sent_at": "2026-11-22T12:00:00Z",
        }])
    );
    let (_, _, all) = t.get("/inbox/messages").await;
    assert_eq!(
        serde_json::from_slice::<Value>(&all)
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn clearing_forgets_every_message() {
    let (t, ..) = TestServer::start().await.with_pages();
    t.sign_up("ann@example.com").await;
    t.code_for("ann@example.com").await;
    let delete = Request::delete("/inbox/messages")
        .body(Body::empty())
        .unwrap();
    assert_eq!(t.send(delete).await.0, StatusCode::NO_CONTENT);
    assert_eq!(t.get("/inbox/messages").await.2, b"[]");
}

#[tokio::test]
async fn the_inbox_says_when_it_changed_until_the_server_stops() {
    let (t, inbox, stop) = TestServer::start().await.with_pages();
    let events = t.send(Request::get("/inbox/events").body(Body::empty()).unwrap());
    let act = async {
        inbox.clear().await.unwrap();
        // The page hears of it before the server stops: both wait on this one thread in turn.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        stop.send(true).unwrap();
    };
    let ((status, headers, body), ()) = tokio::join!(events, act);
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(String::from_utf8(body).unwrap(), "data: changed\n\n");
}

#[tokio::test]
async fn assets_are_served_and_nothing_beside_them() {
    let (t, ..) = TestServer::start().await.with_pages();
    for (path, kind) in [
        ("/assets/style.css", "text/css; charset=utf-8"),
        ("/assets/home.js", "text/javascript; charset=utf-8"),
        ("/favicon.ico", "image/svg+xml"),
    ] {
        let (status, headers, body) = t.get(path).await;
        assert_eq!(
            (status, headers["content-type"].to_str().unwrap()),
            (StatusCode::OK, kind)
        );
        assert!(!body.is_empty());
    }
    assert_eq!(t.get("/assets/nothing.js").await.0, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_are_for_this_machine_alone() {
    let (t, ..) = TestServer::start().await.with_pages();
    for (host, expected) in [
        ("localhost:7400", StatusCode::OK),
        ("192.168.1.5:7400", StatusCode::OK),
        ("rebound.example.com:7400", StatusCode::MISDIRECTED_REQUEST),
    ] {
        for path in [
            "/",
            "/inbox",
            "/inbox/messages",
            "/inbox/events",
            "/assets/home.js",
        ] {
            if path == "/inbox/events" && expected == StatusCode::OK {
                continue;
            }
            let request = Request::get(path)
                .header("host", host)
                .body(Body::empty())
                .unwrap();
            assert_eq!(t.send(request).await.0, expected, "{host}{path}");
        }
    }
}
