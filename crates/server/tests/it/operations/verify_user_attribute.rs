//! `VerifyUserAttribute`; the change of an address as a whole is in `update_user_attributes`.

use serde_json::{Value, json};

use crate::test_server::{TestServer, contact};

const ANN: &str = "ann@example.com";

fn verify(token: &str, of: &str, code: &str) -> Value {
    json!({"AccessToken": token, "AttributeName": contact(of).as_str(), "Code": code})
}

async fn request_code(t: &TestServer, token: &str, of: &str) -> String {
    let body = json!({"AccessToken": token, "AttributeName": contact(of).as_str()});
    t.ok("GetUserAttributeVerificationCode", body).await;
    t.code_for(of).await
}

#[tokio::test]
async fn the_right_code_proves_once() {
    for (t, ann) in TestServer::of_each_contact().await {
        let token = t.register(ann).await.access;
        let code = request_code(&t, &token, ann).await;
        assert_eq!(
            t.ok("VerifyUserAttribute", verify(&token, ann, &code))
                .await,
            json!({})
        );
        assert_eq!(
            t.refusal("VerifyUserAttribute", verify(&token, ann, &code))
                .await,
            "CodeMismatchException: Invalid verification code provided, please try again."
        );
    }
}

#[tokio::test]
async fn five_answers_are_looked_at() {
    for (t, ann) in TestServer::of_each_contact().await {
        let token = t.register(ann).await.access;
        let code = request_code(&t, &token, ann).await;
        let wrong = verify(&token, ann, &TestServer::other_code(&code));
        for _ in 0..5 {
            assert!(
                t.refusal("VerifyUserAttribute", wrong.clone())
                    .await
                    .starts_with("CodeMismatchException")
            );
        }
        assert_eq!(
            t.refusal("VerifyUserAttribute", verify(&token, ann, &code))
                .await,
            "LimitExceededException: Attempt limit exceeded, please try after some time."
        );
    }
}

#[tokio::test]
async fn a_code_holds_for_a_day_to_the_second() {
    for (t, ann) in TestServer::of_each_contact().await {
        let mut token = t.register(ann).await;
        let code = request_code(&t, &token.access, ann).await;
        t.wait(24 * 60 * 60);
        let reply = t
            .ok(
                "GetTokensFromRefreshToken",
                json!({"RefreshToken": token.refresh}),
            )
            .await;
        token.access = crate::test_server::Tokens::of(&reply).access;
        assert_eq!(
            t.refusal("VerifyUserAttribute", verify(&token.access, ann, &code))
                .await,
            "ExpiredCodeException: Invalid code provided, please request a code again."
        );
    }
}

#[tokio::test]
async fn an_address_that_became_anothers_is_refused() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    let body = json!({"AccessToken": token, "UserAttributes": [{"Name": "email", "Value": "bob@example.com"}]});
    t.ok("UpdateUserAttributes", body).await;
    let code = t.code_for("bob@example.com").await;
    t.register("bob@example.com").await;
    assert_eq!(
        t.refusal("VerifyUserAttribute", verify(&token, ANN, &code))
            .await,
        "AliasExistsException: An account with the email already exists."
    );
}

#[tokio::test]
async fn other_attributes_have_nothing_to_prove() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    let body = json!({"AccessToken": token, "AttributeName": "phone_number", "Code": "123456"});
    assert_eq!(
        t.refusal("VerifyUserAttribute", body).await,
        "InvalidParameterException: Attribute phone_number cannot be verified: expected email."
    );
}
