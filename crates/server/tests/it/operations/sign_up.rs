//! `SignUp`.

use poolhouse_domain::client::{AuthFlow, ClientConfig};
use poolhouse_domain::pool::{FirstFactor, PoolConfig};
use serde_json::json;

use crate::flows::passwords::{RIGHT, with_passwords};
use crate::test_server::{TestServer, Tokens};

#[tokio::test]
async fn makes_an_account_and_mails_a_code() {
    let t = TestServer::start().await;
    let reply = t
        .ok("SignUp", json!({
            "Username": "ann@example.com",
            "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}, {"Name": "name", "Value": "Ann"}],
        }))
        .await;
    let sub = reply["UserSub"].as_str().unwrap();
    assert_eq!(
        reply,
        json!({
            "UserConfirmed": false,
            "UserSub": sub,
            "CodeDeliveryDetails": {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
        })
    );
    let mail = t.mail_to("ann@example.com").await;
    assert_eq!(mail.len(), 1);
    assert_eq!(mail[0].subject, "Verify your new account");
    assert_eq!(mail[0].code.len(), 6);
    assert_eq!(
        mail[0].text,
        format!(
            "The verification code to your new account is {}",
            mail[0].code
        )
    );
}

#[tokio::test]
async fn the_username_is_the_address_when_none_is_given() {
    let t = TestServer::start().await;
    t.ok("SignUp", json!({"Username": "ann@example.com"})).await;
    assert_eq!(t.mail_to("ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn empty_attributes_are_not_set() {
    let t = TestServer::start().await;
    let attributes = json!([{"Name": "email", "Value": ""}, {"Name": "name"}, {"Name": "custom:none", "Value": ""}]);
    t.ok(
        "SignUp",
        json!({"Username": "ann@example.com", "UserAttributes": attributes}),
    )
    .await;
    assert_eq!(t.mail_to("ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn one_mailbox_has_one_account() {
    let t = TestServer::start().await;
    t.sign_up("ann@example.com").await;
    for spelling in ["ann@example.com", "Ann@Example.COM"] {
        let refusal = t.refusal("SignUp", json!({"Username": spelling})).await;
        assert_eq!(refusal, "UsernameExistsException: User already exists");
    }
    assert_eq!(t.mail_to("ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn refuses_what_is_no_address() {
    let t = TestServer::start().await;
    for name in [
        "ann",
        "ann@",
        "ann@example.com,bob@example.com",
        "mıke@example.com",
    ] {
        let refusal = t.refusal("SignUp", json!({"Username": name})).await;
        assert_eq!(
            refusal, "InvalidParameterException: Invalid email address format.",
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_address_attribute_is_the_username() {
    let t = TestServer::start().await;
    let attributes = json!([{"Name": "email", "Value": "bob@example.com"}]);
    let body = json!({"Username": "ann@example.com", "UserAttributes": attributes});
    assert_eq!(
        t.refusal("SignUp", body).await,
        "InvalidParameterException: The attribute email must be the username."
    );
}

#[tokio::test]
async fn attributes_fit_the_schema() {
    let t = TestServer::start().await;
    let try_one = |name: &str| {
        json!({
            "Username": "ann@example.com", "UserAttributes": [{"Name": name, "Value": "true"}],
        })
    };
    assert_eq!(
        t.refusal("SignUp", try_one("custom:role")).await,
        "InvalidParameterException: Attributes did not conform to the schema: custom:role: Attribute does not exist in the schema."
    );
    assert_eq!(
        t.refusal("SignUp", try_one("email_verified")).await,
        "NotAuthorizedException: A client attempted to write unauthorized attribute"
    );
}

#[tokio::test]
async fn a_password_signs_in_once_the_account_is_confirmed() {
    let t = TestServer::with(with_passwords()).await;
    let body = json!({
        "Username": "ann@example.com", "Password": RIGHT,
        "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}],
    });
    let reply = t.ok("SignUp", body).await;
    let sub = reply["UserSub"].as_str().unwrap();
    assert_eq!(
        reply,
        json!({
            "UserConfirmed": false,
            "UserSub": sub,
            "CodeDeliveryDetails": {"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
        })
    );
    let code = t.code_for("ann@example.com").await;
    let confirm = json!({"Username": "ann@example.com", "ConfirmationCode": code});
    t.ok("ConfirmSignUp", confirm).await;
    let parameters = json!({"USERNAME": "ann@example.com", "PASSWORD": RIGHT});
    let body = json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters});
    Tokens::of(&t.ok("InitiateAuth", body).await);
}

#[tokio::test]
async fn a_password_fits_the_policy() {
    let t = TestServer::start().await;
    let too_long = format!("aA1!{}", "x".repeat(252));
    let policy = "InvalidPasswordException: Password did not conform with policy: ";
    for (password, expected) in [
        ("aA1!567", format!("{policy}Password not long enough")),
        ("aaaa111!", format!("{policy}Password must have uppercase characters")),
        ("AAAA111!", format!("{policy}Password must have lowercase characters")),
        ("aaaaAAA!", format!("{policy}Password must have numeric characters")),
        ("aaaaAAA1", format!("{policy}Password must have symbol characters")),
        (
            "aaaa AA1!",
            "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\S]+".to_owned(),
        ),
        (
            &format!("{too_long}y"),
            "InvalidParameterException: 1 validation error detected: Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256".to_owned(),
        ),
    ] {
        let body = json!({"Username": "ann@example.com", "Password": password});
        assert_eq!(t.refusal("SignUp", body).await, expected, "{password}");
    }
    t.sign_up_with_password("ann@example.com", &too_long).await;
    t.sign_up_with_password("bob@example.com", "🔑Aa1!ééé")
        .await;
}

#[tokio::test]
async fn without_codes_there_must_be_a_password() {
    let no_otp = PoolConfig {
        first_factors: vec![FirstFactor::Password],
        ..PoolConfig::default()
    };
    let client = ClientConfig {
        auth_flows: vec![AuthFlow::AllowUserSrpAuth],
        ..ClientConfig::default()
    };
    let no_flow = PoolConfig {
        clients: vec![client],
        ..PoolConfig::default()
    };
    for config in [no_otp, no_flow] {
        let t = TestServer::with(config).await;
        assert_eq!(
            t.refusal("SignUp", json!({"Username": "ann@example.com"}))
                .await,
            "InvalidParameterException: Missing required parameter Password"
        );
    }
}

#[tokio::test]
async fn a_pool_may_be_closed_to_strangers() {
    let t = TestServer::with(PoolConfig {
        self_sign_up: false,
        ..PoolConfig::default()
    })
    .await;
    assert_eq!(
        t.refusal("SignUp", json!({"Username": "ann@example.com"}))
            .await,
        "NotAuthorizedException: SignUp is not permitted for this user pool"
    );
}

#[tokio::test]
async fn unknown_clients_and_needless_secret_hashes_are_refused() {
    let t = TestServer::start().await;
    let body = json!({"Username": "ann@example.com", "ClientId": "nobody"});
    assert_eq!(
        t.refusal("SignUp", body).await,
        "ResourceNotFoundException: User pool client nobody does not exist."
    );
    let body = json!({"Username": "ann@example.com", "SecretHash": "aGFzaA=="});
    let id = t.client_id();
    assert_eq!(
        t.refusal("SignUp", body).await,
        format!(
            "NotAuthorizedException: Client {id} is not configured for secret but secret was received"
        )
    );
}
