//! App clients with a secret: who must show it, how, and what is said when it is not right.

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens};

const ANN: &str = "ann@example.com";

/// A pool whose client has a secret, and another that has none.
fn config() -> PoolConfig {
    let mut config = PoolConfig::default();
    let public = ClientConfig {
        name: "public".to_owned(),
        ..config.clients[0].clone()
    };
    config.clients[0].has_secret = true;
    config.clients.push(public);
    config
}

fn secret(t: &TestServer) -> String {
    let secret = t.pool.clients[0].secret.as_ref();
    secret.unwrap().expose().clone()
}

fn hash(t: &TestServer, name: &str) -> String {
    let client = &t.pool.clients[0];
    client.secret.as_ref().unwrap().hash(name, &client.id)
}

/// Signs up and in, with a hash in each request.
async fn register(t: &TestServer) -> (String, Tokens) {
    let hash = hash(t, ANN);
    let body = json!({"Username": ANN, "SecretHash": hash});
    let sub = t.ok("SignUp", body).await["UserSub"].clone();
    let body =
        json!({"Username": ANN, "SecretHash": hash, "ConfirmationCode": t.code_for(ANN).await});
    let session = t.ok("ConfirmSignUp", body).await["Session"].clone();
    let parameters = json!({"USERNAME": ANN, "SECRET_HASH": hash});
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters, "Session": session});
    let tokens = Tokens::of(&t.ok("InitiateAuth", body).await);
    (sub.as_str().unwrap().to_owned(), tokens)
}

fn refresh(flow: &str, token: &str, hash: Option<&str>) -> Value {
    let mut parameters = json!({"REFRESH_TOKEN": token});
    if let Some(hash) = hash {
        parameters["SECRET_HASH"] = json!(hash);
    }
    json!({"AuthFlow": flow, "AuthParameters": parameters})
}

#[tokio::test]
async fn a_client_signs_in_with_its_hash() {
    let t = TestServer::with(config()).await;
    register(&t).await;
    let parameters =
        json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "EMAIL_OTP", "SECRET_HASH": hash(&t, ANN)});
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
    let asked = t.ok("InitiateAuth", body).await;
    let mut answer = TestServer::email_otp(
        ANN,
        asked["Session"].as_str().unwrap(),
        &t.code_for(ANN).await,
    );
    let missing = t.refusal("RespondToAuthChallenge", answer.clone()).await;
    assert!(
        missing.ends_with("is configured with secret but SECRET_HASH was not received"),
        "{missing}"
    );
    answer["ChallengeResponses"]["SECRET_HASH"] = json!(hash(&t, ANN));
    let tokens = Tokens::of(&t.ok("RespondToAuthChallenge", answer).await);
    t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
}

/// A client may spell the name in another way than before, and hashes what it sends.
#[tokio::test]
async fn the_hash_is_over_the_name_that_is_sent() {
    let t = TestServer::with(config()).await;
    let (sub, _) = register(&t).await;
    for name in [ANN, "Ann@Example.com", &sub] {
        let parameters = json!({"USERNAME": name, "SECRET_HASH": hash(&t, name)});
        let mut body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
        t.ok("InitiateAuth", body.clone()).await;
        body["AuthParameters"]["SECRET_HASH"] = json!(hash(&t, "bob@example.com"));
        let refusal = t.refusal("InitiateAuth", body).await;
        assert!(
            refusal.contains("Unable to verify secret hash"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn every_operation_refuses_a_missing_and_a_wrong_hash_alike() {
    let t = TestServer::with(config()).await;
    let id = t.client_id();
    let auth = json!({"AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": ANN}});
    let respond = json!({
        "ChallengeName": "EMAIL_OTP", "Session": "x".repeat(20),
        "ChallengeResponses": {"USERNAME": ANN, "EMAIL_OTP_CODE": "12345678"},
    });
    for (operation, body, place) in [
        ("SignUp", json!({"Username": ANN}), "/SecretHash"),
        (
            "ConfirmSignUp",
            json!({"Username": ANN, "ConfirmationCode": "123456"}),
            "/SecretHash",
        ),
        (
            "ResendConfirmationCode",
            json!({"Username": ANN}),
            "/SecretHash",
        ),
        ("InitiateAuth", auth, "/AuthParameters/SECRET_HASH"),
        (
            "RespondToAuthChallenge",
            respond,
            "/ChallengeResponses/SECRET_HASH",
        ),
    ] {
        assert_eq!(
            t.refusal(operation, body.clone()).await,
            format!(
                "NotAuthorizedException: Client {id} is configured with secret but SECRET_HASH was \
                 not received"
            ),
            "{operation}"
        );
        let (parent, member) = place.rsplit_once('/').unwrap();
        for wrong in [hash(&t, "bob@example.com"), secret(&t), "A".to_owned()] {
            let mut body = body.clone();
            body.pointer_mut(parent).unwrap()[member] = json!(wrong);
            assert_eq!(
                t.refusal(operation, body).await,
                format!("NotAuthorizedException: Unable to verify secret hash for client {id}"),
                "{operation}"
            );
        }
    }
    assert!(t.mail_to(ANN).await.is_empty(), "nobody signed up");
}

#[tokio::test]
async fn a_client_without_a_secret_shows_none() {
    let t = TestServer::with(config()).await;
    let public = t.pool.clients[1].id.as_str();
    let text = format!("Client {public} is not configured for secret but secret was received");
    let parameters = json!({"USERNAME": ANN, "SECRET_HASH": "A"});
    let responses = json!({"USERNAME": ANN, "SECRET_HASH": "A"});
    for (operation, body) in [
        ("SignUp", json!({"Username": ANN, "SecretHash": "A"})),
        (
            "InitiateAuth",
            json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters}),
        ),
        (
            "RespondToAuthChallenge",
            json!({"ChallengeName": "EMAIL_OTP", "ChallengeResponses": responses}),
        ),
        (
            "GetTokensFromRefreshToken",
            json!({"RefreshToken": "A", "ClientSecret": secret(&t)}),
        ),
    ] {
        let mut body = body;
        body["ClientId"] = json!(public);
        assert_eq!(
            t.refusal(operation, body).await,
            format!("NotAuthorizedException: {text}"),
            "{operation}"
        );
    }
    let body = json!({"Token": "A", "ClientSecret": secret(&t), "ClientId": public});
    assert_eq!(
        t.refusal("RevokeToken", body).await,
        format!("UnauthorizedException: {text}")
    );
}

#[tokio::test]
async fn tokens_are_refreshed_with_the_secret_itself() {
    let t = TestServer::with(config()).await;
    let (_, tokens) = register(&t).await;
    let id = t.client_id();
    let mut body = json!({"RefreshToken": tokens.refresh});
    assert_eq!(
        t.refusal("GetTokensFromRefreshToken", body.clone()).await,
        format!(
            "NotAuthorizedException: Client {id} is configured for secret but secret was not \
             received"
        )
    );
    body["ClientSecret"] = json!("x".repeat(51));
    assert_eq!(
        t.refusal("GetTokensFromRefreshToken", body.clone()).await,
        format!("NotAuthorizedException: Unable to verify secret for client {id}")
    );
    body["ClientSecret"] = json!(secret(&t));
    t.ok("GetTokensFromRefreshToken", body).await;
}

/// InitiateAuth takes the hash over the user's own name, which is the `sub`, or the secret itself.
#[tokio::test]
async fn the_older_flows_refresh_with_a_hash_over_the_sub() {
    let t = TestServer::with(config()).await;
    let (sub, tokens) = register(&t).await;
    let id = t.client_id();
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        let with = |hash: Option<&str>| refresh(flow, &tokens.refresh, hash);
        for right in [hash(&t, &sub), secret(&t)] {
            t.ok("InitiateAuth", with(Some(&right))).await;
        }
        for wrong in [hash(&t, ANN), hash(&t, ""), "A".to_owned()] {
            assert_eq!(
                t.refusal("InitiateAuth", with(Some(&wrong))).await,
                format!("NotAuthorizedException: SecretHash does not match for the client: {id}")
            );
        }
        let missing = t.refusal("InitiateAuth", with(None)).await;
        assert!(
            missing.ends_with("SECRET_HASH was not received"),
            "{missing}"
        );
        // A name beside the token changes nothing.
        let mut named = with(Some(&hash(&t, ANN)));
        named["AuthParameters"]["USERNAME"] = json!(ANN);
        assert!(
            t.refusal("InitiateAuth", named)
                .await
                .contains("does not match")
        );
    }
}

#[tokio::test]
async fn a_token_is_revoked_with_the_secret_only() {
    let t = TestServer::with(config()).await;
    let (_, tokens) = register(&t).await;
    let id = t.client_id();
    let body = json!({"Token": tokens.refresh});
    assert_eq!(
        t.refusal("RevokeToken", body.clone()).await,
        format!(
            "UnauthorizedException: Client {id} is configured for secret but secret was not \
             received"
        )
    );
    let with = |secret: &str| json!({"Token": tokens.refresh, "ClientSecret": secret});
    assert_eq!(
        t.refusal("RevokeToken", with(&"x".repeat(51))).await,
        format!("UnauthorizedException: Unable to verify secret for client {id}")
    );
    t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    t.ok("RevokeToken", with(&secret(&t))).await;
    let refusal = t
        .refusal("GetUser", json!({"AccessToken": tokens.access}))
        .await;
    assert!(refusal.contains("revoked"), "{refusal}");
}

#[tokio::test]
async fn an_unknown_user_is_refused_no_sooner() {
    let t = TestServer::with(config()).await;
    register(&t).await;
    for name in [ANN, "nobody@example.com"] {
        let parameters = json!({"USERNAME": name, "SECRET_HASH": hash(&t, "other")});
        let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
        let refusal = t.refusal("InitiateAuth", body).await;
        assert!(
            refusal.contains("Unable to verify secret hash"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn a_secret_is_made_once_and_found_again() {
    let mut t = TestServer::with(config()).await;
    let first = secret(&t);
    assert!(t.pool.clients[1].secret.is_none());
    t.reconfigure(PoolConfig::default()).await;
    assert!(t.pool.clients[0].secret.is_none());
    t.sign_up(ANN).await;
    t.reconfigure(config()).await;
    assert_eq!(secret(&t), first);
    let t = t.restart().await;
    assert_eq!(secret(&t), first);
    assert!(!format!("{:?}", t.pool.identities()).contains(&first));
}
