//! `GlobalSignOut`.

use serde_json::json;

use crate::test_server::{TestServer, Tokens};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn ends_every_sign_in_of_this_user() {
    let t = TestServer::start().await;
    let first = t.register(ANN).await;
    let bob = t.register("bob@example.com").await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    let reply = t
        .ok(
            "RespondToAuthChallenge",
            TestServer::email_otp(ANN, &session, &code),
        )
        .await;
    let second = Tokens::of(&reply);

    assert_eq!(
        t.ok("GlobalSignOut", json!({"AccessToken": second.access}))
            .await,
        json!({})
    );
    for tokens in [&first, &second] {
        assert_eq!(
            t.refusal("GetUser", json!({"AccessToken": tokens.access}))
                .await,
            "NotAuthorizedException: Access Token has been revoked"
        );
        assert_eq!(
            t.refusal(
                "GetTokensFromRefreshToken",
                json!({"RefreshToken": tokens.refresh})
            )
            .await,
            "NotAuthorizedException: Refresh Token has been revoked"
        );
    }
    t.ok("GetUser", json!({"AccessToken": bob.access})).await;
}
