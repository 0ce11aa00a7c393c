//! What the relying party's domain says of its origins and apps.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use poolhouse_domain::passkey::AndroidApp;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::passkeys::pool;
use crate::test_server::TestServer;

const CERTIFICATE: [u8; 32] = [
    0x32, 0xe5, 0x73, 0xd6, 0x19, 0x7a, 0x40, 0xb9, 0xd8, 0x4d, 0x71, 0x9b, 0x18, 0x03, 0x06, 0x6e,
    0x14, 0x02, 0x9f, 0x54, 0x5c, 0x59, 0x49, 0x11, 0x72, 0xb5, 0x6e, 0x2e, 0x4a, 0x19, 0xeb, 0x73,
];
const DOCUMENTS: [&str; 3] = ["webauthn", "apple-app-site-association", "assetlinks.json"];

async fn document(t: &TestServer, name: &str, host: &str) -> (StatusCode, Value) {
    let request = Request::get(format!("/.well-known/{name}")).header("host", host);
    let (status, headers, body) = t.send(request.body(Body::empty()).unwrap()).await;
    if status == StatusCode::OK {
        assert_eq!(headers["content-type"], "application/json", "{name}");
    }
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

#[tokio::test]
async fn they_come_from_the_configuration() {
    let mut config = pool();
    config.relying_party.as_mut().unwrap().id = "example.com".to_owned();
    config.passkeys.related_origins = vec![
        "https://example.de".to_owned(),
        "https://example.co.uk".to_owned(),
    ];
    config.passkeys.apple_apps = vec!["A1B2C3D4E5.com.example.app".to_owned()];
    config.passkeys.android_apps = vec![AndroidApp {
        package: "com.example.app".to_owned(),
        certificate: CERTIFICATE,
    }];
    let t = TestServer::with(config).await;
    let get = async |name| {
        let (status, json) = document(&t, name, "example.com:8443").await;
        assert_eq!(status, StatusCode::OK, "{name}");
        json
    };
    assert_eq!(
        get("webauthn").await,
        json!({"origins": ["https://example.co.uk", "https://example.de"]})
    );
    assert_eq!(
        get("apple-app-site-association").await,
        json!({"webcredentials": {"apps": ["A1B2C3D4E5.com.example.app"]}})
    );
    assert_eq!(
        get("assetlinks.json").await,
        json!([{
            "relation": [
                "delegate_permission/common.handle_all_urls",
                "delegate_permission/common.get_login_creds",
            ],
            "target": {
                "namespace": "android_app",
                "package_name": "com.example.app",
                "sha256_cert_fingerprints": ["32:E5:73:D6:19:7A:40:B9:D8:4D:71:9B:18:03:06:6E:14:02:9F:54:5C:59:49:11:72:B5:6E:2E:4A:19:EB:73"],
            },
        }])
    );
    // They speak for one domain.
    for name in DOCUMENTS {
        for host in [
            "example.de",
            "localhost:7400",
            "evil.example",
            "",
            "example.com.evil.example",
        ] {
            assert_eq!(
                document(&t, name, host).await.0,
                StatusCode::NOT_FOUND,
                "{name} {host}"
            );
        }
    }
}

#[tokio::test]
async fn who_names_nobody_has_no_documents() {
    let t = TestServer::with_passkeys().await;
    for name in DOCUMENTS {
        assert_eq!(
            document(&t, name, "localhost:7400").await.0,
            StatusCode::NOT_FOUND,
            "{name}"
        );
    }
}

#[tokio::test]
async fn whoever_is_named_may_use_passkeys() {
    let mut config = pool();
    config.passkeys.related_origins = vec!["https://example.de".to_owned()];
    config.passkeys.android_apps = vec![AndroidApp {
        package: "com.example.app".to_owned(),
        certificate: CERTIFICATE,
    }];
    let t = TestServer::with(config).await;
    let token = t.register("ann@example.com").await.access;
    let app = "android:apk-key-hash:MuVz1hl6QLnYTXGbGAMGbhQCn1RcWUkRcrVuLkoZ63M";
    for (id, origin) in [(1, "https://example.de"), (2, app)] {
        let mut authenticator = Authenticator {
            origin,
            ..Authenticator::new(id)
        };
        t.enrol(&token, &mut authenticator).await;
        t.sign_in_with("ann@example.com", &mut authenticator).await;
    }
    let mut stranger = Authenticator {
        origin: "https://www.example.de",
        ..Authenticator::new(3)
    };
    let refusal = t.not_enrolled(&token, &mut stranger).await;
    assert!(
        refusal.starts_with("WebAuthnOriginNotAllowedException"),
        "{refusal}"
    );
}

#[tokio::test]
async fn what_is_no_origin_is_not_served() {
    let mut config = pool();
    config.passkeys.related_origins = vec!["example.de".to_owned()];
    let mut t = TestServer::with_passkeys().await;
    let refused = t.try_reconfigure(config).await.unwrap_err();
    assert!(refused.contains("\"example.de\""), "{refused}");
}
