//! `DeleteUserAttributes`.

use poolhouse_domain::pool::ContactAttribute;
use serde_json::{Value, json};

use crate::test_server::{TestServer, pool_of};

#[tokio::test]
async fn removes_what_may_go_and_nothing_else() {
    let t = TestServer::start().await;
    let token = t.register("ann@example.com").await.access;
    let attributes = json!([{"Name": "name", "Value": "Ann"}, {"Name": "locale", "Value": "en"}]);
    t.ok(
        "UpdateUserAttributes",
        json!({"AccessToken": token, "UserAttributes": attributes}),
    )
    .await;

    let delete = |names: Value| json!({"AccessToken": token, "UserAttributeNames": names});
    assert_eq!(
        t.ok("DeleteUserAttributes", delete(json!(["name"]))).await,
        json!({})
    );
    for kept in ["email", "sub", "custom:unknown"] {
        assert_eq!(
            t.refusal("DeleteUserAttributes", delete(json!(["locale", kept])))
                .await,
            format!("InvalidParameterException: user.{kept}: Attribute cannot be deleted.")
        );
    }
    assert_eq!(
        t.refusal("DeleteUserAttributes", delete(json!(["email_verified"])))
            .await,
        "NotAuthorizedException: A client attempted to write unauthorized attribute"
    );
    let user = t.ok("GetUser", json!({"AccessToken": token})).await;
    let names: Vec<&str> = user["UserAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attribute| attribute["Name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sub", "email", "email_verified", "locale"]);
}

#[tokio::test]
async fn what_was_proved_of_a_contact_goes_with_it() {
    let t = TestServer::with(pool_of(&[ContactAttribute::PhoneNumber])).await;
    let token = t.register("+12065550123").await.access;
    let address = "ann@example.com";
    let body = json!({
        "AccessToken": token, "UserAttributes": [{"Name": "email", "Value": address}],
    });
    t.ok("UpdateUserAttributes", body).await;
    let about = |code: &str| json!({"AccessToken": token, "AttributeName": "email", "Code": code});
    t.ok("GetUserAttributeVerificationCode", about("")).await;
    let code = t.code_for(address).await;
    t.ok("VerifyUserAttribute", about(&code)).await;

    let body = json!({"AccessToken": token, "UserAttributeNames": ["email"]});
    t.ok("DeleteUserAttributes", body).await;
    let user = t.ok("GetUser", json!({"AccessToken": token})).await;
    assert!(!user.to_string().contains("email"), "{user}");
}
