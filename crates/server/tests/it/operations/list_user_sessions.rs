//! `ListUserSessions`.

use std::collections::BTreeSet;

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{NOON, TestServer, Tokens};

const ANN: &str = "ann@example.com";

async fn list(t: &TestServer, access: &str) -> Vec<Value> {
    let reply = t.ok("ListUserSessions", json!({"AccessToken": access}));
    reply.await["Sessions"].as_array().unwrap().clone()
}

/// One more sign-in, half a minute after the last.
async fn sign_in(t: &TestServer, name: &str) -> Tokens {
    t.wait(30);
    let session = t.ask_for_code(name).await;
    let answer = TestServer::otp(name, &session, &t.code_for(name).await);
    Tokens::of(&t.ok("RespondToAuthChallenge", answer).await)
}

#[tokio::test]
async fn a_sign_in_is_described() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let noon = NOON.seconds();
    let sessions = list(&t, &tokens.access).await;
    let id = sessions[0]["SessionId"].as_str().unwrap();
    assert_eq!((id.len(), &id[..3]), (28, "tkn"));
    assert_eq!(
        sessions,
        [json!({
            "SessionId": id,
            "SessionType": "TOKEN",
            "ClientId": t.client_id(),
            "CreateDate": f64::from(i32::try_from(noon).unwrap()),
            "LastActiveDate": f64::from(i32::try_from(noon).unwrap()),
            "IsCurrentSession": true,
        })]
    );
}

#[tokio::test]
async fn the_newest_comes_first_and_says_when_it_was_refreshed() {
    let t = TestServer::start().await;
    let first = t.register(ANN).await;
    let second = sign_in(&t, ANN).await;
    t.register("bob@example.com").await;
    t.wait(10);
    let refresh = json!({"RefreshToken": first.refresh});
    t.ok("GetTokensFromRefreshToken", refresh).await;
    let noon = f64::from(i32::try_from(NOON.seconds()).unwrap());
    let told = |sessions: Vec<Value>| -> Vec<(f64, f64, bool)> {
        let tell = |session: &Value| {
            let date = |name: &str| session[name].as_f64().unwrap() - noon;
            let current = session["IsCurrentSession"].as_bool().unwrap();
            (date("CreateDate"), date("LastActiveDate"), current)
        };
        sessions.iter().map(tell).collect()
    };
    let by_first = told(list(&t, &first.access).await);
    assert_eq!(by_first, [(30.0, 30.0, false), (0.0, 40.0, true)]);
    let by_second = told(list(&t, &second.access).await);
    assert_eq!(by_second, [(30.0, 30.0, true), (0.0, 40.0, false)]);
}

#[tokio::test]
async fn it_shows_the_sign_ins_of_every_client() {
    let mut config = PoolConfig::default();
    let other = ClientConfig {
        name: "other".to_owned(),
        ..config.clients[0].clone()
    };
    config.clients.push(other);
    let t = TestServer::with(config).await;
    let tokens = t.register(ANN).await;
    t.wait(30);
    let other = t.pool.clients[1].id.as_str();
    let parameters = json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "EMAIL_OTP"});
    let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters, "ClientId": other});
    let session = t.ok("InitiateAuth", body).await["Session"].clone();
    let mut answer = TestServer::otp(ANN, session.as_str().unwrap(), &t.code_for(ANN).await);
    answer["ClientId"] = json!(other);
    t.ok("RespondToAuthChallenge", answer).await;
    let sessions = list(&t, &tokens.access).await;
    let clients: Vec<&str> = sessions
        .iter()
        .map(|session| session["ClientId"].as_str().unwrap())
        .collect();
    assert_eq!(clients, [other, t.client_id()]);
}

#[tokio::test]
async fn what_ended_or_expired_is_not_listed() {
    let mut config = PoolConfig::default();
    config.clients[0].refresh_token_validity = std::time::Duration::from_hours(1);
    config.clients[0].access_token_validity = std::time::Duration::from_hours(24);
    let t = TestServer::with(config).await;
    t.register(ANN).await;
    let second = sign_in(&t, ANN).await;
    let third = sign_in(&t, ANN).await;
    assert_eq!(list(&t, &third.access).await.len(), 3);
    t.ok("RevokeToken", json!({"Token": second.refresh})).await;
    assert_eq!(list(&t, &third.access).await.len(), 2);
    t.wait(3600 - 61);
    assert_eq!(list(&t, &third.access).await.len(), 2);
    t.wait(1);
    assert_eq!(list(&t, &third.access).await.len(), 1);
    t.wait(60);
    assert_eq!(
        list(&t, &third.access).await.len(),
        0,
        "its access token lives on"
    );
}

#[tokio::test]
async fn pages_hold_sixty_and_none_is_lost() {
    let t = TestServer::start().await;
    let mut tokens = t.register(ANN).await;
    for _ in 0..61 {
        tokens = sign_in(&t, ANN).await;
    }
    let body = json!({"AccessToken": tokens.access});
    let first = t.ok("ListUserSessions", body.clone()).await;
    let mut next = body.clone();
    next["NextToken"] = first["NextToken"].clone();
    let second = t.ok("ListUserSessions", next).await;
    let ids = |page: &Value| -> Vec<String> {
        let sessions = page["Sessions"].as_array().unwrap();
        let id = |session: &Value| session["SessionId"].as_str().unwrap().to_owned();
        sessions.iter().map(id).collect()
    };
    assert_eq!((ids(&first).len(), ids(&second).len()), (60, 2));
    assert!(second["NextToken"].is_null());
    let all: BTreeSet<String> = ids(&first).into_iter().chain(ids(&second)).collect();
    assert_eq!(all.len(), 62);

    for wrong in ["x", "AAAA", "AAAAAAAAAAD_"] {
        let mut body = body.clone();
        body["NextToken"] = json!(wrong);
        assert_eq!(
            t.refusal("ListUserSessions", body).await,
            "InvalidParameterException: Invalid NextToken."
        );
    }
}

#[tokio::test]
async fn it_takes_an_access_token() {
    let t = TestServer::start().await;
    let tokens = t.register(ANN).await;
    let body = json!({"AccessToken": tokens.id});
    assert_eq!(
        t.refusal("ListUserSessions", body).await,
        "NotAuthorizedException: Invalid Access Token"
    );
}
