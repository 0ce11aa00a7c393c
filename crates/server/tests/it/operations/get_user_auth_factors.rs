//! `GetUserAuthFactors`.

use serde_json::json;

use crate::authenticator::Authenticator;
use crate::passkeys::about;
use crate::test_server::{TestServer, claims};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn names_the_factors_that_the_user_has() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let sub = claims(&token)["sub"].clone();
    let factors = || t.ok("GetUserAuthFactors", json!({"AccessToken": token}));
    let codes = json!({"Username": sub, "ConfiguredUserAuthFactors": ["EMAIL_OTP"]});
    assert_eq!(factors().await, codes);

    let mut authenticator = Authenticator::new(1);
    t.enrol(&token, &mut authenticator).await;
    let both = json!({"Username": sub, "ConfiguredUserAuthFactors": ["EMAIL_OTP", "WEB_AUTHN"]});
    assert_eq!(factors().await, both);
    t.ok(
        "DeleteWebAuthnCredential",
        about(&token, &authenticator.credential_id()),
    )
    .await;
    assert_eq!(factors().await, codes);
}

#[tokio::test]
async fn needs_a_good_token() {
    let t = TestServer::with_passkeys().await;
    let tokens = t.register(ANN).await;
    t.wait(3600);
    assert_eq!(
        t.refusal("GetUserAuthFactors", json!({"AccessToken": tokens.access}))
            .await,
        "NotAuthorizedException: Access Token has expired"
    );
}
