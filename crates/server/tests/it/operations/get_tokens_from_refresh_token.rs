//! `GetTokensFromRefreshToken`.

use serde_json::json;

use crate::test_server::{TestServer, Tokens, claims};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn new_tokens_continue_the_sign_in() {
    let t = TestServer::start().await;
    let first = t.register(ANN).await;
    t.wait(1000);
    let reply = t
        .ok(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": first.refresh}),
        )
        .await;
    let result = &reply["AuthenticationResult"];
    assert_eq!(result["ExpiresIn"], 3600);
    assert_eq!(result["TokenType"], "Bearer");
    assert!(result["RefreshToken"].is_null());
    let second = Tokens::of(&reply);
    for (old, new) in [(&first.access, &second.access), (&first.id, &second.id)] {
        let (old, new) = (claims(old), claims(new));
        for kept in [
            "sub",
            "iss",
            "origin_jti",
            "auth_time",
            "amr",
            "acr",
            "token_use",
        ] {
            assert_eq!(old[kept], new[kept], "{kept}");
        }
        for fresh in ["jti", "event_id"] {
            assert_ne!(old[fresh], new[fresh], "{fresh}");
        }
        assert_eq!(
            new["iat"].as_i64().unwrap() - old["iat"].as_i64().unwrap(),
            1000
        );
        assert_eq!(
            new["exp"].as_i64().unwrap() - old["exp"].as_i64().unwrap(),
            1000
        );
    }
}

#[tokio::test]
async fn a_refresh_token_holds_for_thirty_days_to_the_second() {
    let t = TestServer::start().await;
    let body = json!({"RefreshToken": t.register(ANN).await.refresh});
    t.wait(30 * 24 * 60 * 60 - 1);
    t.ok("GetTokensFromRefreshToken", body.clone()).await;
    t.wait(1);
    assert_eq!(
        t.refusal("GetTokensFromRefreshToken", body).await,
        "NotAuthorizedException: Refresh Token has expired"
    );
}

#[tokio::test]
async fn refuses_what_is_no_refresh_token_of_this_client() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    for token in ["nonsense", &tokens.access, &format!("{}A", tokens.refresh)] {
        assert_eq!(
            t.refusal("GetTokensFromRefreshToken", json!({"RefreshToken": token}))
                .await,
            "NotAuthorizedException: Invalid Refresh Token"
        );
    }
}

#[tokio::test]
async fn a_refreshed_token_has_the_attributes_of_today() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let attributes = json!([{"Name": "name", "Value": "Ann Lee"}]);
    t.ok(
        "UpdateUserAttributes",
        json!({"AccessToken": tokens.access, "UserAttributes": attributes}),
    )
    .await;
    let reply = t
        .ok(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": tokens.refresh}),
        )
        .await;
    assert_eq!(claims(&Tokens::of(&reply).id)["name"], "Ann Lee");
}
