//! What operations refuse alike: tokens that are no good, app clients that are not there, what the
//! service model does not take, and what goes wrong on our side.
//!
//! A new operation gets a line in [`by_user`] or [`by_client`], and so meets all of these.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use poolhouse_domain::pool::PoolConfig;
use poolhouse_domain::user::UserStatus;
use poolhouse_server::operations::SERVED;
use serde_json::{Value, json};

use crate::test_server::{TestServer, claims};

const ANN: &str = "ann@example.com";

/// The operations of a signed-in user, each with a request that the service model takes, but for the
/// access token.
fn by_user() -> Vec<(&'static str, Value)> {
    vec![
        ("AssociateSoftwareToken", json!({})),
        (
            "ChangePassword",
            json!({"ProposedPassword": "New-passw0rd"}),
        ),
        ("CompleteWebAuthnRegistration", json!({"Credential": {}})),
        ("ConfirmDevice", json!({"DeviceKey": "us-east-1_0"})),
        ("DeleteUser", json!({})),
        (
            "DeleteUserAttributes",
            json!({"UserAttributeNames": ["name"]}),
        ),
        ("DeleteWebAuthnCredential", json!({"CredentialId": "AAAA"})),
        ("ForgetDevice", json!({"DeviceKey": "us-east-1_0"})),
        ("GetDevice", json!({"DeviceKey": "us-east-1_0"})),
        ("GetUser", json!({})),
        (
            "GetUserAttributeVerificationCode",
            json!({"AttributeName": "email"}),
        ),
        ("GetUserAuthFactors", json!({})),
        ("GlobalSignOut", json!({})),
        ("ListDevices", json!({})),
        ("ListUserSessions", json!({})),
        ("ListWebAuthnCredentials", json!({})),
        (
            "PoolhouseService.RenameWebAuthnCredential",
            json!({"CredentialId": "AAAA", "FriendlyCredentialName": "Key"}),
        ),
        (
            "RevokeUserSession",
            json!({"SessionId": format!("tkn{}", "0".repeat(25))}),
        ),
        ("SetUserMFAPreference", json!({})),
        ("SetUserSettings", json!({"MFAOptions": []})),
        ("StartWebAuthnRegistration", json!({})),
        (
            "UpdateDeviceStatus",
            json!({"DeviceKey": "us-east-1_0", "DeviceRememberedStatus": "remembered"}),
        ),
        (
            "UpdateUserAttributes",
            json!({"UserAttributes": [{"Name": "name", "Value": "Ann"}]}),
        ),
        ("VerifySoftwareToken", json!({"UserCode": "123456"})),
        (
            "VerifyUserAttribute",
            json!({"AttributeName": "email", "Code": "123456"}),
        ),
    ]
}

/// The operations that name their app client, each with a request that reaches the store.
fn by_client(session: &str, refresh_token: &str) -> Vec<(&'static str, Value)> {
    vec![
        (
            "ConfirmForgotPassword",
            json!({"Username": ANN, "ConfirmationCode": "123456", "Password": "New-passw0rd"}),
        ),
        (
            "ConfirmSignUp",
            json!({"Username": ANN, "ConfirmationCode": "123456"}),
        ),
        ("ForgotPassword", json!({"Username": ANN})),
        (
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": refresh_token}),
        ),
        (
            "InitiateAuth",
            json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}}),
        ),
        ("ResendConfirmationCode", json!({"Username": ANN})),
        (
            "RespondToAuthChallenge",
            TestServer::email_otp(ANN, session, "12345678"),
        ),
        ("RevokeToken", json!({"Token": refresh_token})),
        ("SignUp", json!({"Username": "bob@example.com"})),
    ]
}

/// A Session that opens nothing.
fn no_session() -> String {
    "0".repeat(20)
}

/// Calls every operation of a signed-in user, and expects one refusal of all of them.
async fn all_refuse(t: &TestServer, access: &str, expected: &str) {
    for (operation, mut body) in by_user() {
        body["AccessToken"] = json!(access);
        assert_eq!(t.refusal(operation, body).await, expected, "{operation}");
    }
}

#[test]
fn no_operation_is_left_out() {
    let (by_user, by_client) = (by_user(), by_client("", "A"));
    let tried = by_user.iter().chain(&by_client).map(|(name, _)| *name);
    let tried = tried.map(|name| name.rsplit('.').next().unwrap());
    // It names its pool, and has nothing that could be refused but that.
    let tried: BTreeSet<&str> = tried.chain(["UpdateAuthEventFeedback"]).collect();
    assert_eq!(tried, SERVED.iter().copied().collect());
}

#[tokio::test]
async fn an_access_token_is_needed_that_looks_like_one() {
    let t = TestServer::start().await;
    all_refuse(
        &t,
        "not a token",
        "InvalidParameterException: 1 validation error detected: Value at 'accessToken' failed to \
         satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9-_=.]+",
    )
    .await;
}

#[tokio::test]
async fn a_token_that_expired_is_refused() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    t.wait(3600);
    let expected = "NotAuthorizedException: Access Token has expired";
    all_refuse(&t, &tokens.access, expected).await;
}

#[tokio::test]
async fn a_token_that_was_revoked_is_refused() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    t.ok("RevokeToken", json!({"Token": tokens.refresh})).await;
    let expected = "NotAuthorizedException: Access Token has been revoked";
    all_refuse(&t, &tokens.access, expected).await;
}

#[tokio::test]
async fn the_account_must_be_one_that_may_be_used() {
    for (status, expected) in [
        (
            UserStatus::ResetRequired,
            "PasswordResetRequiredException: Password reset required for the user",
        ),
        (
            UserStatus::Unconfirmed,
            "UserNotConfirmedException: User is not confirmed.",
        ),
    ] {
        let t = TestServer::start().await;
        let tokens = t.register(ANN).await;
        let sub = claims(&tokens.access)["sub"].clone();
        t.set_status(sub.as_str().unwrap(), status).await;
        all_refuse(&t, &tokens.access, expected).await;
    }
}

#[tokio::test]
async fn a_disabled_account_is_refused() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    t.disable(claims(&tokens.access)["sub"].as_str().unwrap())
        .await;
    let expected = "NotAuthorizedException: User is disabled.";
    all_refuse(&t, &tokens.access, expected).await;
}

#[tokio::test]
async fn who_is_gone_is_not_found() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    t.ok("DeleteUser", json!({"AccessToken": tokens.access}))
        .await;
    let expected = "UserNotFoundException: User does not exist.";
    all_refuse(&t, &tokens.access, expected).await;
}

#[tokio::test]
async fn the_client_of_a_token_must_be_in_the_definition() {
    let mut t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let expected = format!(
        "ResourceNotFoundException: User pool client {} does not exist.",
        t.client_id()
    );
    let mut config = PoolConfig::default();
    "other".clone_into(&mut config.clients[0].name);
    t.reconfigure(config).await;
    all_refuse(&t, &tokens.access, &expected).await;
}

#[tokio::test]
async fn the_client_that_is_named_must_be_there() {
    let t = TestServer::start().await;
    for (operation, mut body) in by_client(&no_session(), "A") {
        body["ClientId"] = json!("nobodys");
        assert_eq!(
            t.refusal(operation, body).await,
            "ResourceNotFoundException: User pool client nobodys does not exist.",
            "{operation}"
        );
    }
}

#[tokio::test]
async fn the_client_must_be_named_by_an_id() {
    let t = TestServer::start().await;
    for (operation, mut body) in by_client(&no_session(), "A") {
        body["ClientId"] = json!("not an id");
        assert_eq!(
            t.refusal(operation, body).await,
            "InvalidParameterException: 1 validation error detected: Value 'not an id' at 'clientId' \
             failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+]+",
            "{operation}"
        );
    }
}

#[tokio::test]
async fn a_client_that_has_a_secret_must_show_it() {
    let mut config = PoolConfig::default();
    config.clients[0].has_secret = true;
    let t = TestServer::with(config).await;
    for (operation, body) in by_client(&no_session(), "A") {
        let refusal = t.refusal(operation, body).await;
        let exception = match operation {
            "RevokeToken" => "UnauthorizedException: ",
            _ => "NotAuthorizedException: ",
        };
        assert!(refusal.starts_with(exception), "{operation}: {refusal}");
        assert!(
            refusal.ends_with("was not received"),
            "{operation}: {refusal}"
        );
    }
}

/// A client that does not conceal who exists.
fn telling() -> PoolConfig {
    let mut config = PoolConfig::default();
    config.clients[0].prevent_user_existence_errors = false;
    config
}

#[tokio::test]
async fn the_unknown_are_told_where_the_client_says_so() {
    let t = TestServer::with(telling()).await;
    let tokens = t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    t.ok("DeleteUser", json!({"AccessToken": tokens.access}))
        .await;
    for (operation, body) in by_client(&session, &tokens.refresh) {
        let expected = match operation {
            "SignUp" | "RevokeToken" | "GetTokensFromRefreshToken" => continue,
            "ConfirmForgotPassword" => {
                "UserNotFoundException: Username/client id combination not found."
            }
            _ => "UserNotFoundException: User does not exist.",
        };
        assert_eq!(t.refusal(operation, body).await, expected, "{operation}");
    }
}

#[tokio::test]
async fn what_goes_wrong_inside_is_not_explained() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let session = t.ask_for_code(ANN).await;
    t.lose_store().await;
    let by_user = by_user().into_iter().map(|(operation, mut body)| {
        body["AccessToken"] = json!(tokens.access);
        (operation, body)
    });
    for (operation, body) in by_user.chain(by_client(&session, &tokens.refresh)) {
        let answer = t.call(operation, body).await;
        assert_eq!(
            answer.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{operation}"
        );
        assert_eq!(
            answer.body,
            json!({"__type": "InternalErrorException", "message": "Something went wrong"}),
            "{operation}"
        );
    }
}
