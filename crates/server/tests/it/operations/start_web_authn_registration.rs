//! `StartWebAuthnRegistration`.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::passkey::{
    FactorConfiguration, MAX_PASSKEYS, PasskeyAlgorithm, PasskeyConfig,
};
use poolhouse_domain::pool::{PoolConfig, RelyingParty};
use serde_json::json;

use crate::authenticator::Authenticator;
use crate::passkeys::pool;
use crate::test_server::{TestServer, claims};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn gives_cognitos_options() {
    let t = TestServer::with_passkeys().await;
    let tokens = t.register(ANN).await;
    let reply = t
        .ok(
            "StartWebAuthnRegistration",
            json!({"AccessToken": tokens.access}),
        )
        .await;
    let challenge = &reply["CredentialCreationOptions"]["challenge"];
    assert_eq!(
        URL_SAFE_NO_PAD
            .decode(challenge.as_str().unwrap())
            .unwrap()
            .len(),
        32
    );
    let sub = claims(&tokens.access)["sub"].as_str().unwrap().to_owned();
    assert_eq!(
        reply,
        json!({"CredentialCreationOptions": {
            "rp": {"id": "localhost", "name": "localhost"},
            "user": {"id": URL_SAFE_NO_PAD.encode(sub), "name": ANN, "displayName": ANN},
            "challenge": challenge,
            "pubKeyCredParams": [
                {"type": "public-key", "alg": -7},
                {"type": "public-key", "alg": -8},
                {"type": "public-key", "alg": -257},
            ],
            "timeout": 60000,
            "excludeCredentials": [],
            "authenticatorSelection": {
                "requireResidentKey": true, "residentKey": "required", "userVerification": "preferred",
            },
        }})
    );
}

#[tokio::test]
async fn the_pool_says_what_it_asks_for() {
    let config = PoolConfig {
        passkeys: PasskeyConfig {
            algorithms: vec![PasskeyAlgorithm::Es384, PasskeyAlgorithm::Es512],
            ..PasskeyConfig::default()
        },
        relying_party: Some(RelyingParty {
            id: "auth.example.com".to_owned(),
            user_verification_required: true,
        }),
        ..pool()
    };
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.access;
    let options = t.creation_options(&token).await;
    assert_eq!(options["rp"]["id"], "auth.example.com");
    assert_eq!(options["pubKeyCredParams"][0]["alg"], -35);
    assert_eq!(options["pubKeyCredParams"][1]["alg"], -36);
    assert_eq!(
        options["authenticatorSelection"]["userVerification"],
        "required"
    );
}

#[tokio::test]
async fn two_factors_at_once_need_user_verification() {
    let mut config = pool();
    config.passkeys.factor = FactorConfiguration::MultiFactorWithUserVerification;
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.access;
    let options = t.creation_options(&token).await;
    assert_eq!(
        options["authenticatorSelection"]["userVerification"],
        "required"
    );
}

#[tokio::test]
async fn passkeys_that_are_there_are_excluded() {
    let mut t = TestServer::with_passkeys().await;
    let (mut first, mut second) = (Authenticator::new(1), Authenticator::new(2));
    let token = t.register_with(ANN, &mut first).await.access;
    t.wait(1);
    t.enrol(&token, &mut second).await;
    t.register_with("bob@example.com", &mut Authenticator::new(3))
        .await;
    let options = t.creation_options(&token).await;
    assert_eq!(
        options["excludeCredentials"],
        json!([
            {"type": "public-key", "id": first.credential_id()},
            {"type": "public-key", "id": second.credential_id()},
        ])
    );
    // Passkeys of another relying party could not be used: their authenticators may make new ones.
    let mut config = pool();
    config.relying_party.as_mut().unwrap().id = "example.com".to_owned();
    t.reconfigure(config).await;
    let options = t.creation_options(&token).await;
    assert_eq!(options["excludeCredentials"], json!([]));
}

#[tokio::test]
async fn a_pool_without_passkeys_refuses() {
    let t = TestServer::start().await;
    let token = t.register(ANN).await.access;
    assert_eq!(
        t.refusal("StartWebAuthnRegistration", json!({"AccessToken": token}))
            .await,
        "WebAuthnNotEnabledException: Passkeys are not enabled for this user pool."
    );
}

#[tokio::test]
async fn a_pool_without_relying_party_refuses() {
    let t = TestServer::with(PoolConfig {
        relying_party: None,
        ..pool()
    })
    .await;
    let token = t.register(ANN).await.access;
    assert_eq!(
        t.refusal("StartWebAuthnRegistration", json!({"AccessToken": token}))
            .await,
        "WebAuthnConfigurationMissingException: The user pool has no relying party id."
    );
}

#[tokio::test]
async fn twenty_are_enough() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    let mut last = Authenticator::new(99);
    let credential = last.create(&t.creation_options(&token).await);
    for id in 0..u8::try_from(MAX_PASSKEYS).unwrap() {
        if id == 19 {
            // Begun while there was room, and too late when it comes.
            let mut nineteenth = Authenticator::new(id);
            let body = nineteenth.create(&t.creation_options(&token).await);
            t.add_passkey(&token, 100).await;
            let body = json!({"AccessToken": token, "Credential": body});
            let refusal = t.refusal("CompleteWebAuthnRegistration", body).await;
            assert!(refusal.starts_with("LimitExceededException"), "{refusal}");
        } else {
            t.enrol(&token, &mut Authenticator::new(id)).await;
        }
    }
    assert_eq!(t.passkeys(&token).await.len(), MAX_PASSKEYS);
    let expected =
        "LimitExceededException: The user has 20 passkeys, which is the most: delete one first.";
    assert_eq!(
        t.refusal("StartWebAuthnRegistration", json!({"AccessToken": token}))
            .await,
        expected
    );
    // The first challenge was replaced long ago.
    let body = json!({"AccessToken": token, "Credential": credential});
    let refusal = t.refusal("CompleteWebAuthnRegistration", body).await;
    assert!(
        refusal.starts_with("WebAuthnChallengeNotFoundException"),
        "{refusal}"
    );
}

#[tokio::test]
async fn a_pool_may_want_a_fresh_sign_in() {
    let mut config = pool();
    config.passkeys.step_up = Some(Duration::from_mins(10));
    let t = TestServer::with(config).await;
    let tokens = t.register(ANN).await;
    t.wait(599);
    t.creation_options(&tokens.access).await;
    t.wait(1);
    let expected =
        "NotAuthorizedException: A passkey can be added only soon after signing in: sign in again.";
    let refusal = t.refusal(
        "StartWebAuthnRegistration",
        json!({"AccessToken": tokens.access}),
    );
    assert_eq!(refusal.await, expected);
    // A new access token of the same sign-in is no newer sign-in.
    let body = json!({"RefreshToken": tokens.refresh});
    let refreshed = t.ok("GetTokensFromRefreshToken", body).await;
    let token = &refreshed["AuthenticationResult"]["AccessToken"];
    assert_eq!(
        t.refusal("StartWebAuthnRegistration", json!({"AccessToken": token}))
            .await,
        expected
    );

    let session = t.ask_for_code(ANN).await;
    let body = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    let reply = t.ok("RespondToAuthChallenge", body).await;
    let token = reply["AuthenticationResult"]["AccessToken"]
        .as_str()
        .unwrap();
    t.enrol(token, &mut Authenticator::new(1)).await;
}

#[tokio::test]
async fn tokens_must_be_good() {
    let t = TestServer::with_passkeys().await;
    let tokens = t.register(ANN).await;
    assert_eq!(
        t.refusal(
            "StartWebAuthnRegistration",
            json!({"AccessToken": tokens.id})
        )
        .await,
        "NotAuthorizedException: Invalid Access Token"
    );
    t.ok("GlobalSignOut", json!({"AccessToken": tokens.access}))
        .await;
    assert_eq!(
        t.refusal(
            "StartWebAuthnRegistration",
            json!({"AccessToken": tokens.access})
        )
        .await,
        "NotAuthorizedException: Access Token has been revoked"
    );
}

#[tokio::test]
async fn people_are_called_by_address_number_or_sub() {
    let t = TestServer::with_passkeys().await;
    let token = t.register(ANN).await.access;
    t.change_user(&token, |user| {
        user.attributes.remove("email");
        let number = ("phone_number".to_owned(), "+12065550100".to_owned());
        user.attributes.extend([number]);
    })
    .await;
    let user = t.creation_options(&token).await["user"].clone();
    assert_eq!(user["name"], "+12065550100");
    t.change_user(&token, |user| {
        user.attributes.remove("phone_number");
    })
    .await;
    let user = t.creation_options(&token).await["user"].clone();
    assert_eq!(user["name"], claims(&token)["sub"]);
    assert_eq!(user["displayName"], user["name"]);
}
