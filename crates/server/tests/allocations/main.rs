//! How often the server asks for memory while it answers, request by request, held against the figures
//! that are written down here: what makes sign-ins slower mostly shows in them, and unlike times they are
//! the same on every machine ([decision 53](../../../../docs/decisions/0053-what-is-guarded.md)).
//!
//! It is a program of its own, because whoever counts must be alone: of all threads of the process,
//! those of the store included, every allocation counts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "these are tests")]

#[path = "../it/authenticator.rs"]
#[expect(dead_code, reason = "made for other tests")]
mod authenticator;
#[path = "../it/passkeys.rs"]
#[expect(dead_code, reason = "made for other tests")]
mod passkeys;
#[path = "../it/test_server/mod.rs"]
#[expect(dead_code, unused_imports, reason = "made for other tests")]
mod test_server;

/// Nothing is noted here: the other tests do, and one file has room for the notes of one program.
mod errors_seen {
    pub(crate) const fn note(_: &str, _: &serde_json::Value) {}
}

use std::alloc::System;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use poolhouse_domain::client::AuthFlow;
use poolhouse_domain::pool::FirstFactor;
use serde_json::{Value, json};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

use self::authenticator::Authenticator;
use self::test_server::{TestServer, Tokens};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What each request costs. Whoever makes it cheaper writes down the new figure; whoever makes it dearer
/// by more than a twentieth has a reason.
const FIGURES: [(&str, usize); 8] = [
    ("EMAIL_OTP asked", 84),
    ("EMAIL_OTP answered", 93),
    ("WEB_AUTHN asked", 80),
    ("WEB_AUTHN answered", 150),
    ("PASSWORD", 135),
    ("refresh", 58),
    ("GetUser", 48),
    ("jwks.json", 32),
];

/// The first times are dearer: patterns and statements are compiled.
const ROUNDS: usize = 4;

const EMAIL: &str = "ann@example.com";
const PASSWORD: &str = "Correct-Horse-9-Battery";

#[tokio::test]
async fn no_request_asks_for_more_memory_than_before() {
    let mut config = passkeys::pool();
    config.first_factors.push(FirstFactor::Password);
    let flows = &mut config.clients[0].auth_flows;
    flows.push(AuthFlow::AllowUserPasswordAuth);
    let t = TestServer::with(config).await;
    t.register_with_password(EMAIL, PASSWORD).await;
    let mut passkey = Authenticator::new(1);
    let tokens = Tokens::of(&t.ok("InitiateAuth", in_clear()).await);
    t.enrol(&tokens.access, &mut passkey).await;

    let mut counted = Vec::new();
    for _ in 0..ROUNDS {
        // So that a new code is sent.
        t.wait(60);
        counted = round(&t, &mut passkey, &tokens).await;
    }
    let off = counted
        .iter()
        .zip(FIGURES)
        .filter(|(counted, (_, figure))| counted.abs_diff(*figure) * 20 > *figure);
    let off: Vec<String> = off
        .map(|(counted, (name, figure))| format!("{name}: got {counted}, expected {figure}"))
        .collect();
    assert!(off.is_empty(), "allocations: {}", off.join("; "));
}

/// One of each, in the order of [`FIGURES`].
async fn round(t: &TestServer, passkey: &mut Authenticator, tokens: &Tokens) -> Vec<usize> {
    let mut counts = Vec::new();
    let asked = call(t, "InitiateAuth", start("EMAIL_OTP"), &mut counts).await;
    let code = t.code_for(EMAIL).await;
    let answer = TestServer::email_otp(EMAIL, asked["Session"].as_str().unwrap(), &code);
    call(t, "RespondToAuthChallenge", answer, &mut counts).await;

    let asked = call(t, "InitiateAuth", start("WEB_AUTHN"), &mut counts).await;
    let (session, options) = passkeys::challenge(&asked);
    let answer = TestServer::web_authn(EMAIL, &session, &passkey.get(&options));
    call(t, "RespondToAuthChallenge", answer, &mut counts).await;

    call(t, "InitiateAuth", in_clear(), &mut counts).await;
    let parameters = json!({"REFRESH_TOKEN": tokens.refresh});
    let refresh = json!({"AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters});
    call(t, "InitiateAuth", refresh, &mut counts).await;
    let token = json!({"AccessToken": tokens.access});
    call(t, "GetUser", token, &mut counts).await;
    let path = format!("/{}/.well-known/jwks.json", t.pool.id);
    send(
        t,
        Request::get(path).body(Body::empty()).unwrap(),
        &mut counts,
    )
    .await;
    counts
}

fn start(preferred: &str) -> Value {
    let parameters = json!({"USERNAME": EMAIL, "PREFERRED_CHALLENGE": preferred});
    json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters})
}

fn in_clear() -> Value {
    let parameters = json!({"USERNAME": EMAIL, "PASSWORD": PASSWORD});
    json!({"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})
}

async fn call(t: &TestServer, operation: &str, body: Value, counts: &mut Vec<usize>) -> Value {
    send(t, t.request(operation, body), counts).await
}

/// The answer to `request`, and how often memory was asked for meanwhile.
async fn send(t: &TestServer, request: Request<Body>, counts: &mut Vec<usize>) -> Value {
    let region = Region::new(ALLOCATOR);
    let (status, _, body) = t.send(request).await;
    let change = region.change();
    counts.push(change.allocations + change.reallocations);
    let body: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}
