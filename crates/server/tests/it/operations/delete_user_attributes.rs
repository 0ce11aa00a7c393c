//! `DeleteUserAttributes`.

use serde_json::{Value, json};

use crate::test_server::TestServer;

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
    for kept in ["email", "email_verified", "sub", "custom:unknown"] {
        assert_eq!(
            t.refusal("DeleteUserAttributes", delete(json!(["locale", kept])))
                .await,
            format!("InvalidParameterException: user.{kept}: Attribute cannot be deleted.")
        );
    }
    let user = t.ok("GetUser", json!({"AccessToken": token})).await;
    let names: Vec<&str> = user["UserAttributes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attribute| attribute["Name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["sub", "email", "email_verified", "locale"]);
}
