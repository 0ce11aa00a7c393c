//! `RenameWebAuthnCredential`, which is ours.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::passkeys::about;
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";
const RENAME: &str = "PoolhouseService.RenameWebAuthnCredential";

fn rename(token: &str, id: &str, name: &str) -> Value {
    let mut body = about(token, id);
    body["FriendlyCredentialName"] = json!(name);
    body
}

#[tokio::test]
async fn gives_another_name() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    for name in ["Ann's \u{1f511} phone", &"x".repeat(64)] {
        let body = rename(&token, &authenticator.credential_id(), name);
        assert_eq!(t.ok(RENAME, body).await, json!({}));
        assert_eq!(t.passkeys(&token).await[0]["FriendlyCredentialName"], *name);
    }
    t.sign_in_with(ANN, &mut authenticator).await;
}

#[tokio::test]
async fn names_have_1_to_64_characters() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    let id = authenticator.credential_id();
    for (name, says) in [
        ("", "greater than or equal to 1"),
        (&*"x".repeat(65), "less than or equal to 64"),
    ] {
        let refusal = t.refusal(RENAME, rename(&token, &id, name)).await;
        assert!(
            refusal.starts_with("InvalidParameterException"),
            "{refusal}"
        );
        assert!(
            refusal.contains("'friendlyCredentialName'") && refusal.contains(says),
            "{refusal}"
        );
    }
    let refusal = t.refusal(RENAME, about(&token, &id)).await;
    assert!(refusal.contains("Member must not be null"), "{refusal}");
}

#[tokio::test]
async fn only_ones_own_can_be_renamed() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let ann = t.register_with(ANN, &mut authenticator).await.access;
    let bob = t.register("bob@example.com").await.access;
    for (token, id) in [
        (&bob, authenticator.credential_id()),
        (&ann, "AAAA".to_owned()),
    ] {
        assert_eq!(
            t.refusal(RENAME, rename(token, &id, "mine")).await,
            "ResourceNotFoundException: The passkey does not exist."
        );
    }
    assert_eq!(
        t.passkeys(&ann).await[0]["FriendlyCredentialName"],
        "iCloud Keychain"
    );
}

#[tokio::test]
async fn ours_and_amazons_are_called_by_their_own_names() {
    let t = TestServer::with_passkeys().await;
    for target in [
        "AWSCognitoIdentityProviderService.RenameWebAuthnCredential",
        "PoolhouseService.SignUp",
    ] {
        let answer = t.call(target, json!({"AccessToken": "x"})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(
            answer.body,
            json!({"__type": "UnknownOperationException"}),
            "{target}"
        );
    }
}
