//! `RevokeUserSession`.

use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens};

const ANN: &str = "ann@example.com";
const NOT_FOUND: &str = "ResourceNotFoundException: Session does not exist.";

/// Two sign-ins of Ann's.
async fn two(t: &TestServer) -> [Tokens; 2] {
    let first = t.register(ANN).await;
    t.wait(30);
    let session = t.ask_for_code(ANN).await;
    let answer = TestServer::otp(ANN, &session, &t.code_for(ANN).await);
    let second = Tokens::of(&t.ok("RespondToAuthChallenge", answer).await);
    [first, second]
}

/// The id of the sign-in that an access token is of.
async fn id(t: &TestServer, access: &str) -> String {
    let reply = t
        .ok("ListUserSessions", json!({"AccessToken": access}))
        .await;
    let sessions = reply["Sessions"].as_array().unwrap();
    let current = |session: &&Value| session["IsCurrentSession"] == true;
    let session = sessions.iter().find(current).unwrap();
    session["SessionId"].as_str().unwrap().to_owned()
}

fn revoke(access: &str, id: &str) -> Value {
    json!({"AccessToken": access, "SessionId": id})
}

#[tokio::test]
async fn ends_the_other_sign_in_with_all_its_tokens() {
    let t = TestServer::start().await;
    let [first, second] = two(&t).await;
    let other = id(&t, &first.access).await;
    let mut body = revoke(&second.access, &other);
    body["RevokeAssociatedSessions"] = json!("LINKED");
    assert_eq!(t.ok("RevokeUserSession", body.clone()).await, json!({}));
    assert_eq!(
        t.refusal("GetUser", json!({"AccessToken": first.access}))
            .await,
        "NotAuthorizedException: Access Token has been revoked"
    );
    let refresh = json!({"RefreshToken": first.refresh});
    assert_eq!(
        t.refusal("GetTokensFromRefreshToken", refresh).await,
        "NotAuthorizedException: Refresh Token has been revoked"
    );
    t.ok("GetUser", json!({"AccessToken": second.access})).await;
    assert_eq!(t.refusal("RevokeUserSession", body).await, NOT_FOUND);
}

#[tokio::test]
async fn the_current_one_is_not_for_this() {
    let t = TestServer::start().await;
    let [first, _] = two(&t).await;
    let own = id(&t, &first.access).await;
    let refusal = t
        .refusal("RevokeUserSession", revoke(&first.access, &own))
        .await;
    assert_eq!(
        refusal,
        "InvalidParameterException: The session of the access token cannot be revoked: sign out \
         instead"
    );
    t.ok("GetUser", json!({"AccessToken": first.access})).await;
}

#[tokio::test]
async fn nobody_ends_another_persons() {
    let t = TestServer::start().await;
    let ann = t.register(ANN).await;
    let bob = t.register("bob@example.com").await;
    let of_bob = id(&t, &bob.access).await;
    let never = "tkn0000000000000000000000000";
    let too_large = "tknzzzzzzzzzzzzzzzzzzzzzzzzz";
    let sso = of_bob.replace("tkn", "sso");
    for other in [of_bob.as_str(), never, too_large, &sso] {
        let refusal = t
            .refusal("RevokeUserSession", revoke(&ann.access, other))
            .await;
        assert_eq!(refusal, NOT_FOUND, "{other}");
    }
    t.ok("GetUser", json!({"AccessToken": bob.access})).await;
}

#[tokio::test]
async fn an_id_has_amazons_form() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let refusal = t
        .refusal("RevokeUserSession", revoke(&tokens.access, "tkn"))
        .await;
    assert!(
        refusal.starts_with("InvalidParameterException: "),
        "{refusal}"
    );
}

#[tokio::test]
async fn it_takes_an_access_token() {
    let t = TestServer::start().await;
    let [first, second] = two(&t).await;
    let own = id(&t, &first.access).await;
    let refusal = t
        .refusal("RevokeUserSession", revoke(&second.id, &own))
        .await;
    assert_eq!(refusal, "NotAuthorizedException: Invalid Access Token");
}
