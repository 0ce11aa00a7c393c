//! `DeleteUser`.

use serde_json::json;

use crate::test_server::{TestServer, claims};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn nothing_of_the_user_stays() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    t.ok("DeleteUser", json!({"AccessToken": tokens.access}))
        .await;
    assert_eq!(
        t.refusal("GetUser", json!({"AccessToken": tokens.access}))
            .await,
        "UserNotFoundException: User does not exist."
    );
    let refusal = t
        .refusal(
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": tokens.refresh}),
        )
        .await;
    assert_eq!(refusal, "NotAuthorizedException: Invalid Refresh Token");
    // What Amplify's deleteUser() does next.
    t.ok("RevokeToken", json!({"Token": tokens.refresh})).await;
}

#[tokio::test]
async fn nothing_of_anybody_else_goes() {
    let t = TestServer::start().await;
    t.sign_up("real@example.com").await;
    let mallory = t.register("mallory@example.com").await.access;
    let attributes = json!([{"Name": "email", "Value": "real@example.com"}]);
    t.ok(
        "UpdateUserAttributes",
        json!({"AccessToken": mallory, "UserAttributes": attributes}),
    )
    .await;
    let before = t.mail_to("real@example.com").await.len();
    t.ok("DeleteUser", json!({"AccessToken": mallory})).await;
    let after = t.mail_to("real@example.com").await;
    assert_eq!(
        (before, after.len()),
        (2, 1),
        "Mallory's own request is gone, the sign-up's is not"
    );
    assert!(t.mail_to("mallory@example.com").await.is_empty());
}

#[tokio::test]
async fn the_address_is_free_for_somebody_new() {
    let t = TestServer::start().await;
    let old = t.register(ANN).await;
    t.ok("DeleteUser", json!({"AccessToken": old.access})).await;
    let new = t.register(ANN).await;
    assert_ne!(claims(&old.access)["sub"], claims(&new.access)["sub"]);
    t.ok("GetUser", json!({"AccessToken": new.access})).await;
    assert_eq!(
        t.refusal("GetUser", json!({"AccessToken": old.access}))
            .await,
        "UserNotFoundException: User does not exist."
    );
}

#[tokio::test]
async fn a_sign_in_that_was_under_way_ends() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    t.ok("DeleteUser", json!({"AccessToken": tokens.access}))
        .await;
    t.sign_up(ANN).await;
    assert_eq!(
        t.refusal(
            "RespondToAuthChallenge",
            TestServer::email_otp(ANN, &session, &code)
        )
        .await,
        "NotAuthorizedException: Invalid session for the user."
    );
}
