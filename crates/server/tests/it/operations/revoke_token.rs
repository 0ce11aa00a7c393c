//! `RevokeToken`.

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use serde_json::json;

use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn ends_one_sign_in_and_no_other() {
    let t = TestServer::start().await;
    let first = t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            TestServer::email_otp(ANN, &session, &code),
        )
        .await;
    let second = crate::test_server::Tokens::of(&reply);

    assert_eq!(
        t.ok("RevokeToken", json!({"Token": first.refresh})).await,
        json!({})
    );
    assert_eq!(
        t.refusal(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": first.refresh})
        )
        .await,
        "NotAuthorizedException: Refresh Token has been revoked"
    );
    assert_eq!(
        t.refusal("GetUser", json!({"AccessToken": first.access}))
            .await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    t.ok(
        "GetTokensFromRefreshToken",
        json!({"RefreshToken": second.refresh}),
    )
    .await;
    t.ok("GetUser", json!({"AccessToken": second.access})).await;
}

#[tokio::test]
async fn revoking_what_is_dead_or_unknown_is_no_error() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    for _ in 0..2 {
        t.ok("RevokeToken", json!({"Token": tokens.refresh})).await;
    }
    t.ok("RevokeToken", json!({"Token": "nonsense"})).await;
}

#[tokio::test]
async fn only_refresh_tokens_are_revoked() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    for token in [&tokens.access, &tokens.id] {
        let refusal = t.refusal("RevokeToken", json!({"Token": token})).await;
        assert!(
            refusal.starts_with("UnsupportedTokenTypeException: "),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn a_client_revokes_its_own_tokens_only() {
    let mut config = PoolConfig::default();
    let other = ClientConfig {
        name: "other".to_owned(),
        ..config.clients[0].clone()
    };
    config.clients.push(other);
    let t = TestServer::with(config).await;
    let tokens = t.register(ANN).await;
    let other = t.pool.clients[1].id.as_str();
    let refusal = t
        .refusal(
            "RevokeToken",
            json!({"Token": tokens.refresh, "ClientId": other}),
        )
        .await;
    assert!(refusal.starts_with("UnauthorizedException: "), "{refusal}");
    assert_eq!(
        t.refusal(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": tokens.refresh, "ClientId": other})
        )
        .await,
        "NotAuthorizedException: Invalid Refresh Token"
    );
    t.ok(
        "GetTokensFromRefreshToken",
        json!({"RefreshToken": tokens.refresh}),
    )
    .await;
}

/// A pool whose client has revocation switched off.
fn unrevocable() -> PoolConfig {
    let mut config = PoolConfig::default();
    config.clients[0].token_revocation = false;
    config
}

#[tokio::test]
async fn a_client_may_have_it_switched_off() {
    let t = TestServer::with(unrevocable()).await;
    let tokens = t.register(ANN).await;
    let body = json!({"Token": tokens.refresh});
    assert_eq!(
        t.refusal("RevokeToken", body).await,
        "UnsupportedOperationException: Token revocation is not enabled for this client"
    );
    let refresh = json!({"RefreshToken": tokens.refresh});
    t.ok("GetTokensFromRefreshToken", refresh).await;
    for token in [&tokens.access, &tokens.id] {
        let claims = crate::test_server::claims(token);
        assert!(claims["origin_jti"].is_null() && claims["jti"].is_null());
        assert!(claims["event_id"].is_string());
    }
}

/// A sign-out everywhere is another thing, and works all the same.
#[tokio::test]
async fn what_cannot_be_revoked_can_be_signed_out() {
    let t = TestServer::with(unrevocable()).await;
    let tokens = t.register(ANN).await;
    let body = json!({"AccessToken": tokens.access});
    t.ok("GlobalSignOut", body.clone()).await;
    assert_eq!(
        t.refusal("GetUser", body).await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    let refresh = json!({"RefreshToken": tokens.refresh});
    assert_eq!(
        t.refusal("GetTokensFromRefreshToken", refresh).await,
        "NotAuthorizedException: Refresh Token has been revoked"
    );
}

#[tokio::test]
async fn linked_sessions_are_taken_and_change_nothing() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let body = json!({"Token": tokens.refresh, "RevokeAssociatedSessions": "LINKED"});
    assert_eq!(t.ok("RevokeToken", body).await, json!({}));
    let body = json!({"Token": tokens.refresh, "RevokeAssociatedSessions": "ALL"});
    let refusal = t.refusal("RevokeToken", body).await;
    assert!(
        refusal.starts_with("InvalidParameterException: "),
        "{refusal}"
    );
}
