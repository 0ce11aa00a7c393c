//! Refresh tokens that are replaced at each use.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{TestServer, Tokens, claims};

const ANN: &str = "ann@example.com";
const REUSED: &str = "RefreshTokenReuseException: Refresh Token has been reused";
const REVOKED: &str = "NotAuthorizedException: Refresh Token has been revoked";

/// A pool whose client rotates refresh tokens; a replaced one holds for `grace` seconds.
fn rotating(grace: u64) -> PoolConfig {
    let mut config = PoolConfig::default();
    let client = &mut config.clients[0];
    client.rotation_grace = Some(Duration::from_secs(grace));
    client
        .auth_flows
        .retain(|flow| *flow != AuthFlow::AllowRefreshTokenAuth);
    config
}

fn with(token: &str) -> Value {
    json!({"RefreshToken": token})
}

async fn refresh(t: &TestServer, token: &str) -> Tokens {
    Tokens::of(&t.ok("GetTokensFromRefreshToken", with(token)).await)
}

async fn refused(t: &TestServer, token: &str) -> String {
    t.refusal("GetTokensFromRefreshToken", with(token)).await
}

#[tokio::test]
async fn each_refresh_gives_another_token_of_the_same_sign_in() {
    let t = TestServer::with(rotating(0)).await;
    let first = t.register(ANN).await;
    let mut seen = vec![first.refresh.clone()];
    for _ in 0..3 {
        t.wait(10);
        let next = refresh(&t, seen.last().unwrap()).await;
        assert!(!seen.contains(&next.refresh));
        for kept in ["sub", "origin_jti", "auth_time"] {
            assert_eq!(claims(&next.access)[kept], claims(&first.access)[kept]);
        }
        t.ok("GetUser", json!({"AccessToken": next.access})).await;
        seen.push(next.refresh);
    }
}

#[tokio::test]
async fn without_grace_a_replaced_token_ends_the_sign_in() {
    let t = TestServer::with(rotating(0)).await;
    let first = t.register(ANN).await;
    let second = refresh(&t, &first.refresh).await;
    assert_eq!(refused(&t, &first.refresh).await, REUSED);
    assert_eq!(refused(&t, &second.refresh).await, REVOKED);
    assert_eq!(refused(&t, &first.refresh).await, REUSED, "still known");
    for access in [first.access, second.access] {
        assert_eq!(
            t.refusal("GetUser", json!({"AccessToken": access})).await,
            "NotAuthorizedException: Access Token has been revoked"
        );
    }
}

#[tokio::test]
async fn within_its_grace_a_replaced_token_gives_the_same_successor() {
    let t = TestServer::with(rotating(60)).await;
    let first = t.register(ANN).await;
    let second = refresh(&t, &first.refresh).await;
    t.wait(59);
    let again = refresh(&t, &first.refresh).await;
    assert_eq!(again.refresh, second.refresh);
    assert_ne!(again.access, second.access);
    t.wait(1);
    assert_eq!(refused(&t, &first.refresh).await, REUSED);
    assert_eq!(refused(&t, &second.refresh).await, REVOKED);
}

/// Two tabs that take turns never see more than two good tokens.
#[tokio::test]
async fn the_grace_ends_when_the_successor_is_used() {
    let t = TestServer::with(rotating(60)).await;
    let first = t.register(ANN).await;
    let second = refresh(&t, &first.refresh).await;
    let third = refresh(&t, &second.refresh).await;
    assert_eq!(refresh(&t, &second.refresh).await.refresh, third.refresh);
    assert_eq!(refused(&t, &first.refresh).await, REUSED);
    assert_eq!(refused(&t, &third.refresh).await, REVOKED);
}

#[tokio::test]
async fn one_persons_reuse_ends_one_sign_in() {
    let t = TestServer::with(rotating(0)).await;
    let first = t.register(ANN).await;
    let other = t.register("bob@example.com").await;
    let session = t.ask_for_code(ANN).await;
    let answer = TestServer::email_otp(ANN, &session, &t.code_for(ANN).await);
    let second = Tokens::of(&t.ok("RespondToAuthChallenge", answer).await);
    refresh(&t, &first.refresh).await;
    assert_eq!(refused(&t, &first.refresh).await, REUSED);
    refresh(&t, &second.refresh).await;
    refresh(&t, &other.refresh).await;
}

#[tokio::test]
async fn no_successor_outlives_the_first_token() {
    let t = TestServer::with(rotating(30)).await;
    let mut token = t.register(ANN).await.refresh;
    for _ in 0..29 {
        t.wait(24 * 60 * 60);
        token = refresh(&t, &token).await.refresh;
    }
    t.wait(24 * 60 * 60 - 1);
    let last = refresh(&t, &token).await.refresh;
    t.wait(1);
    for token in [token, last] {
        assert_eq!(
            refused(&t, &token).await,
            "NotAuthorizedException: Refresh Token has expired"
        );
    }
}

#[tokio::test]
async fn the_older_flows_are_refused() {
    let mut config = rotating(60);
    config.clients[0]
        .auth_flows
        .push(AuthFlow::AllowRefreshTokenAuth);
    let t = TestServer::with(config).await;
    let token = t.register(ANN).await.refresh;
    for flow in ["REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"] {
        let body = json!({"AuthFlow": flow, "AuthParameters": {"REFRESH_TOKEN": token}});
        assert_eq!(
            t.refusal("InitiateAuth", body).await,
            "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client"
        );
    }
    refresh(&t, &token).await;
}

#[tokio::test]
async fn any_token_of_a_sign_in_revokes_it() {
    let t = TestServer::with(rotating(60)).await;
    let first = t.register(ANN).await.refresh;
    let second = refresh(&t, &first).await.refresh;
    let third = refresh(&t, &second).await.refresh;
    t.ok("RevokeToken", json!({"Token": first})).await;
    assert_eq!(refused(&t, &third).await, REVOKED);
    t.ok("RevokeToken", json!({"Token": second})).await;
}

/// Who has a replaced token cannot make the next of it.
#[tokio::test]
async fn a_generation_is_nobodys_to_choose() {
    let t = TestServer::with(rotating(60)).await;
    let first = t.register(ANN).await.refresh;
    let second = refresh(&t, &first).await.refresh;
    // Our word for it, the bits, the generation, the sign-in and the user.
    let bytes = |token: &str| URL_SAFE_NO_PAD.decode(token).unwrap();
    let (of_first, of_second) = (bytes(&first), bytes(&second));
    assert_eq!(of_first[32..64], of_second[32..64]);
    assert_eq!(of_second[64..68], [0, 0, 0, 1]);
    assert_eq!(of_first[68..], of_second[68..]);
    let forged = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = of_second.clone();
        change(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let other = t.register("bob@example.com").await.refresh;
    let of_other = bytes(&other);
    let mut cases = vec![
        forged(&|bytes| bytes[67] = 2),
        forged(&|bytes| bytes[67] = 0),
        forged(&|bytes| bytes.truncate(139)),
        forged(&|bytes| bytes.truncate(70)),
        forged(&|bytes| bytes.truncate(31)),
        forged(&|bytes| bytes.push(b'0')),
        forged(&|bytes| bytes[..64].copy_from_slice(&of_other[..64])),
        forged(&|bytes| bytes[68..].copy_from_slice(&of_other[68..])),
        format!("{second}A"),
        format!("{second}="),
        first[..43].to_owned(),
    ];
    cases.extend((0..of_second.len()).map(|place| forged(&|bytes| bytes[place] ^= 1)));
    for token in &cases {
        let refusal = refused(&t, token).await;
        assert_eq!(
            refusal, "NotAuthorizedException: Invalid Refresh Token",
            "{token}"
        );
        t.ok("RevokeToken", json!({"Token": token})).await;
    }
    refresh(&t, &second).await;
    refresh(&t, &other).await;
}

#[tokio::test]
async fn rotation_can_be_switched_on_and_off() {
    let mut t = TestServer::start().await;
    let first = t.register(ANN).await.refresh;
    let reply = t.ok("GetTokensFromRefreshToken", with(&first)).await;
    assert!(reply["AuthenticationResult"]["RefreshToken"].is_null());

    t.reconfigure(rotating(60)).await;
    let second = refresh(&t, &first).await.refresh;

    t.reconfigure(PoolConfig::default()).await;
    let reply = t.ok("GetTokensFromRefreshToken", with(&second)).await;
    assert!(reply["AuthenticationResult"]["RefreshToken"].is_null());
    assert_eq!(
        refused(&t, &first).await,
        REUSED,
        "no grace without rotation"
    );
}

#[tokio::test]
async fn a_replaced_token_is_known_after_a_restart() {
    let t = TestServer::with(rotating(0)).await;
    let first = t.register(ANN).await.refresh;
    let second = refresh(&t, &first).await.refresh;
    let t = t.restart().await;
    assert_eq!(refused(&t, &first).await, REUSED);
    assert_eq!(refused(&t, &second).await, REVOKED);
}

#[tokio::test]
async fn what_was_signed_out_stays_so() {
    let t = TestServer::with(rotating(60)).await;
    let tokens = t.register(ANN).await;
    let second = refresh(&t, &tokens.refresh).await;
    t.ok("GlobalSignOut", json!({"AccessToken": second.access}))
        .await;
    assert_eq!(refused(&t, &second.refresh).await, REVOKED);
    assert_eq!(refused(&t, &tokens.refresh).await, REUSED);
}
