//! `DeleteWebAuthnCredential`.

use serde_json::json;

use crate::authenticator::Authenticator;
use crate::passkeys::about;
use crate::test_server::TestServer;

const ANN: &str = "ann@example.com";
const GONE: &str = "ResourceNotFoundException: The passkey does not exist.";

#[tokio::test]
async fn a_deleted_passkey_signs_nobody_in() {
    let t = TestServer::with_passkeys().await;
    let (mut kept, mut lost) = (Authenticator::new(1), Authenticator::new(2));
    let token = t.register_with(ANN, &mut kept).await.access;
    t.enrol(&token, &mut lost).await;
    let (session, options) = t.ask_for_passkey(ANN).await;
    let body = about(&token, &lost.credential_id());
    assert_eq!(
        t.ok("DeleteWebAuthnCredential", body.clone()).await,
        json!({})
    );
    assert_eq!(t.refusal("DeleteWebAuthnCredential", body).await, GONE);

    let answer = TestServer::web_authn(ANN, &session, &lost.get(&options));
    assert_eq!(
        t.refusal("RespondToAuthChallenge", answer).await,
        "NotAuthorizedException: Incorrect username or password."
    );
    let (_, options) = t.ask_for_passkey(ANN).await;
    assert_eq!(options["allowCredentials"].as_array().unwrap().len(), 1);
    t.sign_in_with(ANN, &mut kept).await;
}

#[tokio::test]
async fn a_deleted_passkey_can_be_registered_again() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let token = t.register_with(ANN, &mut authenticator).await.access;
    t.ok(
        "DeleteWebAuthnCredential",
        about(&token, &authenticator.credential_id()),
    )
    .await;
    t.enrol(&token, &mut authenticator).await;
}

#[tokio::test]
async fn only_ones_own_can_be_deleted() {
    let t = TestServer::with_passkeys().await;
    let mut authenticator = Authenticator::new(1);
    let ann = t.register_with(ANN, &mut authenticator).await.access;
    let bob = t.register("bob@example.com").await.access;
    let id = authenticator.credential_id();
    for (token, id) in [(&bob, id.as_str()), (&ann, "AAAA"), (&ann, "!"), (&ann, "")] {
        assert_eq!(
            t.refusal("DeleteWebAuthnCredential", about(token, id))
                .await,
            GONE,
            "{id}"
        );
    }
    assert_eq!(t.passkeys(&ann).await.len(), 1);
}
