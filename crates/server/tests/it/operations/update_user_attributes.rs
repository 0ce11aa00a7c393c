//! `UpdateUserAttributes`.

use poolhouse_domain::contact::Contact;
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{TestServer, contact};

const ANN: &str = "ann@example.com";
const NEW: &str = "ann.lee@example.org";

fn update(token: &str, name: &str, value: &str) -> Value {
    json!({"AccessToken": token, "UserAttributes": [{"Name": name, "Value": value}]})
}

/// Another contact of the same kind.
fn another(known: &str) -> &'static str {
    match known {
        ANN => NEW,
        NEW => "third@example.com",
        "+12065550123" => "+12065550199",
        _ => "+13105550199",
    }
}

async fn attribute(t: &TestServer, token: &str, name: &str) -> Option<String> {
    let user = t.ok("GetUser", json!({"AccessToken": token})).await;
    let attributes = user["UserAttributes"].as_array().unwrap();
    let found = attributes
        .iter()
        .find(|attribute| attribute["Name"] == name)?;
    Some(found["Value"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn writes_and_empties_attributes() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    let reply = t
        .ok("UpdateUserAttributes", update(&token, "name", "Ann"))
        .await;
    assert_eq!(reply, json!({"CodeDeliveryDetailsList": []}));
    assert_eq!(attribute(&t, &token, "name").await.as_deref(), Some("Ann"));
    t.ok("UpdateUserAttributes", update(&token, "name", ""))
        .await;
    assert_eq!(attribute(&t, &token, "name").await, None);
}

#[tokio::test]
async fn a_new_address_waits_until_it_is_proved() {
    for (t, ann) in TestServer::of_each_contact().await {
        let (name, new) = (contact(ann).as_str(), another(ann));
        let token = t.register(ann).await.access;
        let reply = t
            .ok("UpdateUserAttributes", update(&token, name, new))
            .await;
        assert_eq!(
            reply,
            json!({"CodeDeliveryDetailsList": [
                {
                    "Destination": Contact::parse(contact(new), new).unwrap().masked(),
                    "DeliveryMedium": contact(new).channel().medium(),
                    "AttributeName": name,
                },
            ]})
        );
        assert_eq!(attribute(&t, &token, name).await.as_deref(), Some(ann));
        assert_eq!(
            attribute(&t, &token, contact(ann).verified())
                .await
                .as_deref(),
            Some("true")
        );
        // Until then the old address signs in, the new one does not.
        t.ask_for_code(new).await;
        assert_eq!(t.mail_to(new).await.len(), 1, "only the one that proves it");

        let code = t.code_for(new).await;
        let body = json!({"AccessToken": token, "AttributeName": name, "Code": code});
        assert_eq!(t.ok("VerifyUserAttribute", body).await, json!({}));
        assert_eq!(attribute(&t, &token, name).await.as_deref(), Some(new));
        assert_eq!(
            attribute(&t, &token, contact(ann).verified())
                .await
                .as_deref(),
            Some("true")
        );
        let session = t.ask_for_code(new).await;
        let code = t.code_for(new).await;
        t.ok(
            "RespondToAuthChallenge",
            TestServer::otp(new, &session, &code),
        )
        .await;
        t.wait(30);
        let before = t.mail_to(ann).await.len();
        t.ask_for_code(ann).await;
        assert_eq!(
            t.mail_to(ann).await.len(),
            before,
            "the old address is a stranger's now"
        );
    }
}

#[tokio::test]
async fn changing_ones_mind_mails_the_newest_address() {
    for (t, ann) in TestServer::of_each_contact().await {
        let (name, new) = (contact(ann).as_str(), another(ann));
        let token = t.register(ann).await.access;
        t.ok("UpdateUserAttributes", update(&token, name, new))
            .await;
        let third = another(new);
        let change = update(&token, name, third);
        assert_eq!(
            t.refusal("UpdateUserAttributes", change.clone()).await,
            "LimitExceededException: Attempt limit exceeded, please try after some time."
        );
        t.wait(30);
        t.ok("UpdateUserAttributes", change).await;
        let [old, new] = [t.code_for(new).await, t.code_for(third).await];
        let verify =
            |code: &str| json!({"AccessToken": token, "AttributeName": name, "Code": code});
        let refusal = t.refusal("VerifyUserAttribute", verify(&old)).await;
        assert!(refusal.starts_with("CodeMismatchException"), "{refusal}");
        t.ok("VerifyUserAttribute", verify(&new)).await;
        assert_eq!(attribute(&t, &token, name).await.as_deref(), Some(third));
    }
}

#[tokio::test]
async fn a_pool_may_change_addresses_at_once() {
    let config = PoolConfig {
        verify_before_update: Vec::new(),
        ..PoolConfig::default()
    };
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.access;
    t.ok("UpdateUserAttributes", update(&token, "email", NEW))
        .await;
    assert_eq!(attribute(&t, &token, "email").await.as_deref(), Some(NEW));
    assert_eq!(
        attribute(&t, &token, "email_verified").await.as_deref(),
        Some("false")
    );
    t.register("bob@example.com").await;
    assert_eq!(
        t.refusal(
            "UpdateUserAttributes",
            update(&token, "email", "bob@example.com")
        )
        .await,
        "AliasExistsException: An account with the email already exists."
    );
}

#[tokio::test]
async fn ones_own_address_again_is_no_news() {
    for (t, ann) in TestServer::of_each_contact().await {
        let name = contact(ann).as_str();
        let token = t.register(ann).await.access;
        let before = t.mail_to(ann).await.len();
        let reply = t
            .ok("UpdateUserAttributes", update(&token, name, ann))
            .await;
        assert_eq!(reply, json!({"CodeDeliveryDetailsList": []}));
        assert_eq!(t.mail_to(ann).await.len(), before);
    }
}

#[tokio::test]
async fn going_back_leaves_nothing_to_prove() {
    for (t, ann) in TestServer::of_each_contact().await {
        let (name, new) = (contact(ann).as_str(), another(ann));
        let token = t.register(ann).await.access;
        t.ok("UpdateUserAttributes", update(&token, name, new))
            .await;
        t.ok("UpdateUserAttributes", update(&token, name, ann))
            .await;
        t.wait(30);
        let body = json!({"AccessToken": token, "AttributeName": name});
        t.ok("GetUserAttributeVerificationCode", body).await;
        assert_eq!(t.mail_to(new).await.len(), 1, "only the first");
    }
}

#[tokio::test]
async fn nobody_promotes_themselves() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    for (name, value, expected) in [
        (
            "sub",
            "x",
            "Attributes did not conform to the schema: sub: Attribute does not exist in the schema.",
        ),
        (
            "custom:role",
            "admin",
            "Attributes did not conform to the schema: custom:role: Attribute does not exist in the schema.",
        ),
        ("email", "nonsense", "Invalid email address format."),
        ("phone_number", "nonsense", "Invalid phone number format."),
        (
            "phone_number",
            "+0155555501",
            "Invalid phone number format.",
        ),
        ("email", "", "Invalid email address format."),
    ] {
        let refusal = t
            .refusal("UpdateUserAttributes", update(&token, name, value))
            .await;
        assert_eq!(
            refusal,
            format!("InvalidParameterException: {expected}"),
            "{name}"
        );
    }
    assert_eq!(
        t.refusal(
            "UpdateUserAttributes",
            update(&token, "email_verified", "true")
        )
        .await,
        "NotAuthorizedException: A client attempted to write unauthorized attribute"
    );
}
