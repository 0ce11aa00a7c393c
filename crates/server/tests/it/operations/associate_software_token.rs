//! `AssociateSoftwareToken`.

use poolhouse_domain::pool::{Mfa, MfaMethod, PoolConfig};
use serde_json::json;

use crate::mfa::{first_code, pool};
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";
const NOT_ENABLED: &str =
    "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool";

#[tokio::test]
async fn gives_a_seed_that_apps_read() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let associate = || t.ok("AssociateSoftwareToken", json!({"AccessToken": token}));
    let (first, second) = (associate().await, associate().await);
    for reply in [&first, &second] {
        let seed = reply["SecretCode"].as_str().unwrap();
        assert_eq!(reply, &json!({"SecretCode": seed}));
        assert_eq!(seed.len(), 32);
        assert!(
            seed.bytes()
                .all(|byte| b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".contains(&byte))
        );
    }
    assert_ne!(first, second);
}

#[tokio::test]
async fn the_newest_seed_counts() {
    let t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let (older, newest) = (t.associate(&token).await, t.associate(&token).await);
    let refusal = t.refusal(
        "VerifySoftwareToken",
        first_code(&token, &older.shows(&t, 0)),
    );
    assert_eq!(
        refusal.await,
        "EnableSoftwareTokenMFAException: Code mismatch"
    );
    t.ok(
        "VerifySoftwareToken",
        first_code(&token, &newest.shows(&t, 0)),
    )
    .await;
}

#[tokio::test]
async fn a_pool_without_apps_says_so() {
    let mut t = TestServer::with(pool()).await;
    let token = t.register(ANN).await.access;
    let app = t.associate(&token).await;
    let off = PoolConfig {
        mfa: Mfa::Off,
        ..pool()
    };
    let others = PoolConfig {
        mfa_methods: vec![MfaMethod::SmsMfa, MfaMethod::EmailOtp],
        ..pool()
    };
    for config in [off, others] {
        t.reconfigure(config).await;
        let body = json!({"AccessToken": token});
        assert_eq!(t.refusal("AssociateSoftwareToken", body).await, NOT_ENABLED);
        let code = first_code(&token, &app.shows(&t, 0));
        assert_eq!(t.refusal("VerifySoftwareToken", code).await, NOT_ENABLED);
    }
}

#[tokio::test]
async fn needs_a_good_token() {
    let t = TestServer::with(pool()).await;
    let tokens = t.register(ANN).await;
    let refused = |token: &str| t.refusal("AssociateSoftwareToken", json!({"AccessToken": token}));
    assert_eq!(
        refused(&tokens.id).await,
        "NotAuthorizedException: Invalid Access Token"
    );
    t.ok("GlobalSignOut", json!({"AccessToken": tokens.access}))
        .await;
    assert_eq!(
        refused(&tokens.access).await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    t.wait(3600);
    assert_eq!(
        refused(&tokens.access).await,
        "NotAuthorizedException: Access Token has expired"
    );
}
