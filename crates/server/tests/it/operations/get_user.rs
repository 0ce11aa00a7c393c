//! `GetUser`, and what every operation with an access token refuses.

use poolhouse_domain::Sub;
use poolhouse_domain::user::{User, UserStatus};
use serde_json::json;

use crate::test_server::{TestServer, claims};

const ANN: &str = "ann@example.com";

#[tokio::test]
async fn tells_the_user_about_themselves() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let sub = claims(&tokens.access)["sub"].clone();
    let reply = t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    assert_eq!(
        reply,
        json!({
            "Username": sub,
            "UserAttributes": [
                {"Name": "sub", "Value": sub},
                {"Name": "email", "Value": ANN},
                {"Name": "email_verified", "Value": "true"},
            ],
        })
    );
}

#[tokio::test]
async fn refuses_tokens_that_are_not_access_tokens_of_ours() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let (signed, signature) = tokens.access.rsplit_once('.').unwrap();
    let (header, payload) = signed.split_once('.').unwrap();
    let (_, id_payload) = tokens
        .id
        .rsplit_once('.')
        .unwrap()
        .0
        .split_once('.')
        .unwrap();
    let forged = [
        tokens.id.clone(),
        tokens.refresh.clone(),
        "a.b.c".to_owned(),
        format!("{header}.{payload}."),
        format!("{header}.{id_payload}.{signature}"),
        format!(
            "{header}.{payload}.{}",
            tokens.id.rsplit_once('.').unwrap().1
        ),
        format!("eyJhbGciOiJub25lIn0.{payload}."),
        format!("{signed}.{signature}.{signature}"),
        format!("{signed}.{signature}="),
    ];
    for token in forged {
        assert_eq!(
            t.refusal("GetUser", json!({"AccessToken": token})).await,
            "NotAuthorizedException: Invalid Access Token",
            "{token}"
        );
    }
}

#[tokio::test]
async fn refuses_a_token_with_any_bit_of_its_signature_changed() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let at = tokens.access.rfind('.').unwrap() + 1;
    for place in at..tokens.access.len() {
        let mut altered = tokens.access.clone().into_bytes();
        altered[place] = if altered[place] == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(altered).unwrap();
        let refusal = t.refusal("GetUser", json!({"AccessToken": altered})).await;
        assert_eq!(
            refusal, "NotAuthorizedException: Invalid Access Token",
            "{place}"
        );
    }
}

#[tokio::test]
async fn an_access_token_holds_for_an_hour_to_the_second() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    t.wait(3599);
    t.ok("GetUser", json!({"AccessToken": tokens.access})).await;
    t.wait(1);
    assert_eq!(
        t.refusal("GetUser", json!({"AccessToken": tokens.access}))
            .await,
        "NotAuthorizedException: Access Token has expired"
    );
}

#[tokio::test]
async fn a_disabled_or_unconfirmed_account_is_refused() {
    type Change = fn(&mut User);
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let sub = Sub::new(claims(&tokens.access)["sub"].as_str().unwrap());
    let changes: [(Change, &str); 2] = [
        (
            |user| user.enabled = false,
            "NotAuthorizedException: User is disabled.",
        ),
        (
            |user| {
                user.enabled = true;
                user.status = UserStatus::Unconfirmed;
            },
            "UserNotConfirmedException: User is not confirmed.",
        ),
    ];
    for (change, expected) in changes {
        let (pool, sub) = (t.pool.id.clone(), sub.clone());
        t.store
            .write::<(), poolhouse_store::StoreError, _>(move |txn| {
                let mut user = txn.user_get(&pool, &sub)?.unwrap();
                change(&mut user);
                txn.user_update(&pool, &user)?;
                Ok(())
            })
            .await
            .unwrap();
        assert_eq!(
            t.refusal("GetUser", json!({"AccessToken": tokens.access}))
                .await,
            expected
        );
    }
}
