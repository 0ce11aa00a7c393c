//! What an app client may read of its people, and what people may write with it.

use poolhouse_domain::attributes::{AttributeKind, AttributeSpec};
use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::user::UserStatus;
use serde_json::{Value, json};

use super::passwords::{ANN, RIGHT, in_clear, respond, with_passwords};
use crate::test_server::{TestServer, Tokens, claims};

const UNAUTHORIZED: &str =
    "NotAuthorizedException: A client attempted to write unauthorized attribute";

/// A pool with a client for everything, and one that reads the name and writes the nickname, besides
/// the address.
fn two_clients() -> PoolConfig {
    let mut config = with_passwords();
    let list = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    let narrow = ClientConfig {
        name: "narrow".to_owned(),
        read_attributes: list(&["email", "name"]),
        write_attributes: list(&["email", "nickname"]),
        ..config.clients[0].clone()
    };
    config.clients.push(narrow);
    config.schema.0.push(AttributeSpec {
        name: "custom:role".to_owned(),
        required: false,
        mutable: true,
        kind: AttributeKind::String {
            min: None,
            max: None,
        },
    });
    config
}

/// A body for the client that may do little.
fn with_narrow(t: &TestServer, mut body: Value) -> Value {
    body["ClientId"] = json!(t.pool.clients[1].id.as_str());
    body
}

/// Ann, who signed up with the client for everything, signed in with the other.
async fn ann_in_narrow() -> (TestServer, Tokens) {
    let t = TestServer::with(two_clients()).await;
    let attributes = json!([
        {"Name": "name", "Value": "Ann"}, {"Name": "nickname", "Value": "A."},
        {"Name": "custom:role", "Value": "member"},
    ]);
    let body = json!({"Username": ANN, "Password": RIGHT, "UserAttributes": attributes});
    t.ok("SignUp", body).await;
    let body = json!({"Username": ANN, "ConfirmationCode": t.code_for(ANN).await});
    t.ok("ConfirmSignUp", body).await;
    let body = with_narrow(&t, in_clear(ANN, RIGHT));
    let tokens = Tokens::of(&t.ok("InitiateAuth", body).await);
    (t, tokens)
}

fn names(user: &Value) -> Vec<&str> {
    let list = user["UserAttributes"].as_array().unwrap();
    list.iter()
        .map(|attribute| attribute["Name"].as_str().unwrap())
        .collect()
}

fn update(token: &str, name: &str) -> Value {
    json!({"AccessToken": token, "UserAttributes": [{"Name": name, "Value": "x"}]})
}

#[tokio::test]
async fn what_a_client_may_not_read_is_hidden_from_it() {
    let (t, narrow) = ann_in_narrow().await;
    let user = t.ok("GetUser", json!({"AccessToken": narrow.access})).await;
    assert_eq!(names(&user), ["sub", "email", "name"]);
    let id = claims(&narrow.id);
    assert_eq!((&id["email"], &id["name"]), (&json!(ANN), &json!("Ann")));
    for hidden in ["email_verified", "nickname", "custom:role"] {
        assert!(id.get(hidden).is_none(), "{hidden}");
    }

    let wide = Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
    let user = t.ok("GetUser", json!({"AccessToken": wide.access})).await;
    assert_eq!(
        names(&user),
        [
            "sub",
            "custom:role",
            "email",
            "email_verified",
            "name",
            "nickname"
        ]
    );
    assert_eq!(claims(&wide.id)["custom:role"], "member");
}

#[tokio::test]
async fn what_is_hidden_stays_so_after_a_refresh() {
    let (t, narrow) = ann_in_narrow().await;
    let body = with_narrow(&t, json!({"RefreshToken": narrow.refresh}));
    let again = Tokens::of(&t.ok("GetTokensFromRefreshToken", body).await);
    assert!(claims(&again.id).get("nickname").is_none());
}

#[tokio::test]
async fn what_may_not_be_written_stays_as_it_is() {
    let (t, narrow) = ann_in_narrow().await;
    for name in ["name", "custom:role", "custom:unknown", "email_verified"] {
        let refusal = t.refusal("UpdateUserAttributes", update(&narrow.access, name));
        assert_eq!(refusal.await, UNAUTHORIZED, "{name}");
        let body = json!({"AccessToken": narrow.access, "UserAttributeNames": [name]});
        let refusal = t.refusal("DeleteUserAttributes", body);
        assert_eq!(refusal.await, UNAUTHORIZED, "{name}");
    }
    // One is enough.
    let attributes = json!([{"Name": "nickname", "Value": "x"}, {"Name": "name", "Value": "x"}]);
    let body = json!({"AccessToken": narrow.access, "UserAttributes": attributes});
    assert_eq!(t.refusal("UpdateUserAttributes", body).await, UNAUTHORIZED);

    let wide = Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
    let id = claims(&wide.id);
    assert_eq!(
        (&id["name"], &id["nickname"]),
        (&json!("Ann"), &json!("A."))
    );
}

#[tokio::test]
async fn what_may_be_written_is_also_where_it_may_not_be_read() {
    let (t, narrow) = ann_in_narrow().await;
    t.ok("UpdateUserAttributes", update(&narrow.access, "nickname"))
        .await;
    let wide = Tokens::of(&t.ok("InitiateAuth", in_clear(ANN, RIGHT)).await);
    assert_eq!(claims(&wide.id)["nickname"], "x");
}

#[tokio::test]
async fn a_sign_up_writes_too() {
    let t = TestServer::with(two_clients()).await;
    let sign_up = |name: &str, value: &str| {
        let attributes = json!([{"Name": "email", "Value": ANN}, {"Name": name, "Value": value}]);
        with_narrow(&t, json!({"Username": ANN, "UserAttributes": attributes}))
    };
    assert_eq!(
        t.refusal("SignUp", sign_up("name", "Ann")).await,
        UNAUTHORIZED
    );
    // Forms send what was left blank.
    t.ok("SignUp", sign_up("name", "")).await;
}

/// The name is what one signs up with, whether the client writes the attribute or not.
#[tokio::test]
async fn a_user_name_is_no_attribute_that_is_written() {
    let mut config = two_clients();
    config.clients[1].write_attributes = Some(Vec::new());
    let t = TestServer::with(config).await;
    t.ok("SignUp", with_narrow(&t, json!({"Username": ANN})))
        .await;
}

#[tokio::test]
async fn a_required_new_password_comes_with_what_may_be_read_and_written() {
    let (t, narrow) = ann_in_narrow().await;
    let sub = claims(&narrow.access)["sub"].clone();
    let status = UserStatus::ForceChangePassword;
    t.set_status(sub.as_str().unwrap(), status).await;
    let body = with_narrow(&t, in_clear(ANN, RIGHT));
    let asked = t.ok("InitiateAuth", body).await;
    assert_eq!(
        asked["ChallengeParameters"]["userAttributes"],
        r#"{"email":"ann@example.com","name":"Ann"}"#
    );
    let answer = |name: &str, value: &str| {
        let responses = json!({
            "USERNAME": ANN, "NEW_PASSWORD": "New-passw0rd", format!("userAttributes.{name}"): value,
        });
        with_narrow(
            &t,
            respond("NEW_PASSWORD_REQUIRED", &asked["Session"], &responses),
        )
    };
    assert_eq!(
        t.refusal("RespondToAuthChallenge", answer("custom:role", "chief"))
            .await,
        UNAUTHORIZED
    );
    // What they were told may come back with it.
    t.ok("RespondToAuthChallenge", answer("name", "Ann")).await;
}
