//! The tokens, the keys that verify them, and where those are found.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::test_server::{NOON, TestServer, claims};

const ANN: &str = "ann@example.com";

async fn get_json(t: &TestServer, path: &str) -> Value {
    let (status, headers, body) = t.get(path).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["access-control-allow-origin"], "*");
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn claims_are_cognitos() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let now = NOON.seconds();
    let access = claims(&tokens.access);
    assert_eq!(
        access,
        json!({
            "sub": access["sub"],
            "iss": format!("http://localhost:7400/{}", t.pool.id),
            "client_id": t.client_id(),
            "origin_jti": access["origin_jti"],
            "event_id": access["event_id"],
            "token_use": "access",
            "scope": "aws.cognito.signin.user.admin",
            "auth_time": now,
            "exp": now + 3600,
            "iat": now,
            "jti": access["jti"],
            "username": access["sub"],
            "acr": "urn:cognito:loa:2",
            "amr": ["email_otp"],
        })
    );
    let id = claims(&tokens.id);
    assert_eq!(
        id,
        json!({
            "sub": access["sub"],
            "iss": access["iss"],
            "aud": t.client_id(),
            "cognito:username": access["sub"],
            "origin_jti": access["origin_jti"],
            "event_id": access["event_id"],
            "token_use": "id",
            "auth_time": now,
            "exp": now + 3600,
            "iat": now,
            "jti": id["jti"],
            "email": ANN,
            "email_verified": true,
            "acr": "urn:cognito:loa:2",
            "amr": ["email_otp"],
        })
    );
    assert_ne!(id["jti"], access["jti"]);
}

#[tokio::test]
async fn each_kind_is_verified_by_its_own_published_key() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let jwks = get_json(&t, &format!("/{}/.well-known/jwks.json", t.pool.id)).await;
    let keys = jwks["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 2);
    let mut used = Vec::new();
    for token in [&tokens.id, &tokens.access] {
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let header: Value = serde_json::from_slice(
            &URL_SAFE_NO_PAD
                .decode(signed.split_once('.').unwrap().0)
                .unwrap(),
        )
        .unwrap();
        let key = keys.iter().find(|key| key["kid"] == header["kid"]).unwrap();
        assert_eq!(header, json!({"kid": key["kid"], "alg": "RS256"}));
        let members = ["alg", "e", "kty", "use"].map(|name| key[name].as_str().unwrap());
        assert_eq!(members, ["RS256", "AQAB", "RSA", "sig"]);
        let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
        let public = RsaPublicKeyComponents {
            n: part("n"),
            e: part("e"),
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        public
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
            .unwrap();
        used.push(key["kid"].clone());
    }
    assert_ne!(used[0], used[1]);
}

#[tokio::test]
async fn discovery_leads_to_the_keys() {
    let t = TestServer::start().await;
    let found = get_json(
        &t,
        &format!("/{}/.well-known/openid-configuration", t.pool.id),
    )
    .await;
    assert_eq!(
        found["issuer"],
        format!("http://localhost:7400/{}", t.pool.id)
    );
    assert_eq!(
        found["jwks_uri"],
        format!("http://localhost:7400/{}/.well-known/jwks.json", t.pool.id)
    );
    assert_eq!(
        found["id_token_signing_alg_values_supported"],
        json!(["RS256"])
    );
}

#[tokio::test]
async fn unknown_pools_have_nothing() {
    let t = TestServer::start().await;
    for path in ["jwks.json", "openid-configuration"] {
        let (status, ..) = t
            .get(&format!("/us-east-1_AbCdEfGhI/.well-known/{path}"))
            .await;
        assert_eq!(status, StatusCode::NOT_FOUND);
    }
}
