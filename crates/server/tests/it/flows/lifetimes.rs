//! How long tokens hold, to the second, each client's in its own way.

use std::time::Duration;

use poolhouse_domain::client::ClientConfig;
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::test_server::{NOON, TestServer, Tokens, claims};

const ANN: &str = "ann@example.com";
const DAY: u64 = 24 * 60 * 60;

/// What a client's tokens live for, in seconds.
#[derive(Clone, Copy)]
struct Lifetimes {
    access: u64,
    id: u64,
    refresh: u64,
}

async fn server(lifetimes: Lifetimes) -> TestServer {
    let mut config = PoolConfig::default();
    let client = &mut config.clients[0];
    client.access_token_validity = Duration::from_secs(lifetimes.access);
    client.id_token_validity = Duration::from_secs(lifetimes.id);
    client.refresh_token_validity = Duration::from_secs(lifetimes.refresh);
    TestServer::with(config).await
}

fn left(token: &str, since: i64) -> i64 {
    claims(token)["exp"].as_i64().unwrap() - since
}

fn shortest_default_and_longest() -> [Lifetimes; 3] {
    let lifetimes = |access, id, refresh| Lifetimes {
        access,
        id,
        refresh,
    };
    [
        lifetimes(300, 301, 3600),
        lifetimes(3600, 3600, 30 * DAY),
        lifetimes(DAY, DAY - 1, 3650 * DAY),
    ]
}

#[tokio::test]
async fn access_and_id_tokens_say_when_they_end() {
    for lifetimes in shortest_default_and_longest() {
        let t = server(lifetimes).await;
        let tokens = t.register(ANN).await;
        let [access, id] = [lifetimes.access, lifetimes.id].map(|s| i64::try_from(s).unwrap());
        let noon = NOON.seconds();
        assert_eq!(left(&tokens.access, noon), access);
        assert_eq!(left(&tokens.id, noon), id);
        t.wait(100);
        let refresh = json!({"RefreshToken": tokens.refresh});
        let reply = t.ok("GetTokensFromRefreshToken", refresh).await;
        let again = Tokens::of(&reply);
        assert_eq!(reply["AuthenticationResult"]["ExpiresIn"], access);
        assert_eq!(left(&again.access, noon + 100), access);
        assert_eq!(left(&again.id, noon + 100), id);
    }
}

#[tokio::test]
async fn an_access_token_holds_to_its_last_second() {
    for lifetimes in shortest_default_and_longest() {
        let t = server(lifetimes).await;
        let body = json!({"AccessToken": t.register(ANN).await.access});
        t.wait(lifetimes.access - 1);
        t.ok("GetUser", body.clone()).await;
        t.wait(1);
        assert_eq!(
            t.refusal("GetUser", body).await,
            "NotAuthorizedException: Access Token has expired"
        );
    }
}

#[tokio::test]
async fn a_refresh_token_holds_to_its_last_second() {
    for lifetimes in shortest_default_and_longest() {
        let t = server(lifetimes).await;
        let body = json!({"RefreshToken": t.register(ANN).await.refresh});
        t.wait(lifetimes.refresh - 1);
        t.ok("GetTokensFromRefreshToken", body.clone()).await;
        t.wait(1);
        assert_eq!(
            t.refusal("GetTokensFromRefreshToken", body).await,
            "NotAuthorizedException: Refresh Token has expired"
        );
    }
}

/// The last access token outlives the refresh token that it came from, and the sweep leaves it alone.
#[tokio::test]
async fn the_last_access_token_is_good_until_it_expires() {
    let lifetimes = Lifetimes {
        access: DAY,
        id: DAY,
        refresh: DAY,
    };
    let t = server(lifetimes).await;
    let tokens = t.register(ANN).await;
    t.wait(DAY - 1);
    let refresh = json!({"RefreshToken": tokens.refresh});
    let last = Tokens::of(&t.ok("GetTokensFromRefreshToken", refresh).await);
    let body = json!({"AccessToken": last.access});
    t.wait(DAY - 1);
    t.sweep().await;
    t.ok("GetUser", body.clone()).await;
    t.wait(1);
    assert_eq!(
        t.refusal("GetUser", body).await,
        "NotAuthorizedException: Access Token has expired"
    );
}

#[tokio::test]
async fn each_client_has_its_own() {
    let mut config = PoolConfig::default();
    let short = ClientConfig {
        name: "short".to_owned(),
        access_token_validity: Duration::from_mins(5),
        id_token_validity: Duration::from_mins(10),
        ..config.clients[0].clone()
    };
    config.clients.push(short);
    let t = TestServer::with(config).await;
    t.register(ANN).await;
    t.wait(30);
    let noon = NOON.seconds() + 30;
    let lives = |reply: &Value| {
        let tokens = Tokens::of(reply);
        (left(&tokens.access, noon), left(&tokens.id, noon))
    };
    for (client, expected) in [(0, (3600, 3600)), (1, (300, 600))] {
        let client = t.pool.clients[client].id.as_str();
        let parameters = json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": "EMAIL_OTP"});
        let body =
            json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters, "ClientId": client});
        let session = t.ok("InitiateAuth", body).await["Session"].clone();
        let code = t.code_for(ANN).await;
        let mut answer = TestServer::otp(ANN, session.as_str().unwrap(), &code);
        answer["ClientId"] = json!(client);
        let reply = t.ok("RespondToAuthChallenge", answer).await;
        assert_eq!(lives(&reply), expected);
    }
}
