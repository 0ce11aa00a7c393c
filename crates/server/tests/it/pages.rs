//! Pages and probes.

use axum::http::StatusCode;

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
