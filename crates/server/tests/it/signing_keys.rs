//! New signing keys: shown first, then signing, and the old ones good for as long as their tokens.

use poolhouse_server::{Rotation, rotate};
use poolhouse_store::StoreError;
use serde_json::{Value, json};

use poolhouse_domain::Clock as _;

use crate::test_server::{TestServer, Tokens};

const ANN: &str = "ann@example.com";
const DAY: u64 = 24 * 60 * 60;

async fn kids(t: &TestServer) -> Vec<Value> {
    let path = format!("/{}/.well-known/jwks.json", t.pool.id);
    let (_, _, body) = t.get(&path).await;
    let jwks: Value = serde_json::from_slice(&body).unwrap();
    let keys = jwks["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].clone()).collect()
}

async fn replace(t: &TestServer, rotation: Rotation) {
    rotate(&t.store, &t.pool.id, rotation, t.clock.now())
        .await
        .unwrap();
    t.hear_of_keys().await;
}

async fn refresh(t: &TestServer, tokens: &Tokens) -> Tokens {
    let parameters = json!({ "REFRESH_TOKEN": tokens.refresh });
    let asked = json!({ "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters });
    let mut reply = t.ok("InitiateAuth", asked).await;
    reply["AuthenticationResult"]["RefreshToken"] = json!(tokens.refresh);
    Tokens::of(&reply)
}

fn kid(token: &str) -> Value {
    json!(crate::test_server::header(token)["kid"])
}

#[tokio::test]
async fn a_planned_rotation_refuses_nobody() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let old = kids(&t).await;
    assert_eq!(old.len(), 2);
    replace(&t, Rotation::Planned).await;
    let all = kids(&t).await;
    assert_eq!(all.len(), 4, "the new ones are shown");
    let before = refresh(&t, &tokens).await;
    assert!(old.contains(&kid(&before.access)) && old.contains(&kid(&before.id)));

    t.wait(DAY - 60);
    let last_of_old = refresh(&t, &tokens).await;
    assert!(old.contains(&kid(&last_of_old.access)));
    t.wait(60);
    let after = refresh(&t, &tokens).await;
    for token in [&after.access, &after.id] {
        assert!(!old.contains(&kid(token)) && all.contains(&kid(token)));
    }
    for access in [&after.access, &last_of_old.access] {
        t.ok("GetUser", json!({ "AccessToken": access })).await;
    }

    t.wait(DAY + 60 * 60);
    let now = t.clock.now();
    let swept = t
        .store
        .write::<_, StoreError, _>(move |txn| txn.expired_sweep(now, 100));
    swept.await.unwrap();
    t.hear_of_keys().await;
    let left = kids(&t).await;
    assert_eq!(left.len(), 2);
    assert!(left.iter().all(|kid| !old.contains(kid)));
    let tokens = refresh(&t, &tokens).await;
    t.ok("GetUser", json!({ "AccessToken": tokens.access }))
        .await;
}

#[tokio::test]
async fn a_compromised_key_is_believed_no_more() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let old = kids(&t).await;
    replace(&t, Rotation::Compromised).await;
    let new = kids(&t).await;
    assert_eq!(new.len(), 2);
    assert!(new.iter().all(|kid| !old.contains(kid)));
    let refused = t
        .refusal("GetUser", json!({ "AccessToken": tokens.access }))
        .await;
    assert!(refused.contains("Invalid Access Token"), "{refused}");
    let tokens = refresh(&t, &tokens).await;
    t.ok("GetUser", json!({ "AccessToken": tokens.access }))
        .await;
}
