//! What a step of a sign-in costs on PostgreSQL, held against the table in docs/scaling.md.

use poolhouse_domain::budget::BudgetPolicy;
use poolhouse_domain::pool::PoolConfig;
use serde_json::{Value, json};

use crate::authenticator::Authenticator;
use crate::mfa::ANN;
use crate::passkeys;
use crate::test_server::{TestServer, Tokens};

const GUIDE: &str = include_str!("../../../../../docs/scaling.md");

/// Statements and round trips that the guide says a step takes.
fn told(step: &str) -> (u64, u64) {
    let row = GUIDE
        .lines()
        .find(|line| line.starts_with(&format!("| {step} |")));
    let row = row.unwrap_or_else(|| panic!("the guide has no row for {step}"));
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    (cells[2].parse().unwrap(), cells[3].parse().unwrap())
}

struct Bill {
    t: TestServer,
    measured: Vec<(&'static str, u64, u64)>,
}

impl Bill {
    async fn pay(&mut self, step: &'static str, operation: &str, body: Value) -> Value {
        let store = self.t.store.clone();
        let counts = || (store.statement_count(), store.round_trip_count());
        let before = counts();
        let reply = self.t.ok(operation, body).await;
        let (statements, round_trips) = (counts().0 - before.0, counts().1 - before.1);
        self.measured.push((step, statements, round_trips));
        reply
    }
}

#[tokio::test]
async fn no_step_costs_more_than_the_guide_says() {
    let [_, (_, t), _] = TestServer::on_each_engine(passkeys::pool()).await;
    let token = t.register(ANN).await.access;
    let mut passkey = Authenticator::new(1);
    t.enrol(&token, &mut passkey).await;
    t.wait(30);
    let mut bill = Bill {
        t,
        measured: Vec::new(),
    };
    let prefer = |challenge: &str| {
        let parameters = json!({"USERNAME": ANN, "PREFERRED_CHALLENGE": challenge});
        json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters})
    };
    let respond = "RespondToAuthChallenge";
    let asked = bill
        .pay(
            "sign-in by code: the code is sent",
            "InitiateAuth",
            prefer("EMAIL_OTP"),
        )
        .await;
    let code = bill.t.code_for(ANN).await;
    let body = TestServer::otp(ANN, asked["Session"].as_str().unwrap(), &code);
    let tokens = Tokens::of(&bill.pay("the right code", respond, body).await);
    let asked = bill
        .pay(
            "sign-in by passkey: the challenge",
            "InitiateAuth",
            prefer("WEB_AUTHN"),
        )
        .await;
    let (session, options) = passkeys::challenge(&asked);
    let body = TestServer::web_authn(ANN, &session, &passkey.get(&options));
    bill.pay("the assertion", respond, body).await;
    let body = json!({"RefreshToken": tokens.refresh});
    bill.pay("a refresh", "GetTokensFromRefreshToken", body)
        .await;
    let body = json!({"AccessToken": tokens.access});
    bill.pay(
        "an operation with an access token, before it does anything",
        "GetUser",
        body,
    )
    .await;
    for (step, statements, round_trips) in &bill.measured {
        let (most_statements, most_round_trips) = told(step);
        assert!(
            *statements <= most_statements && *round_trips <= most_round_trips,
            "{step} costs more than the guide says: {:#?}",
            bill.measured
        );
    }
}

/// Whose name is known must not be told from others by the time that an answer takes.
#[tokio::test]
async fn strangers_wait_as_often_as_people() {
    let config = PoolConfig {
        budgets: BudgetPolicy::in_production(),
        ..passkeys::pool()
    };
    let [_, (_, t), _] = TestServer::on_each_engine(config).await;
    let ann = t.register(ANN).await;
    let mut passkey = Authenticator::new(1);
    t.enrol(&ann.access, &mut passkey).await;
    let ann = t.ok("GetUser", json!({"AccessToken": ann.access})).await;
    let ann = ann["Username"].as_str().unwrap().to_owned();
    let off = "off@example.com";
    t.disable(&t.sign_up(off).await).await;
    let by_address = [ANN, "nobody@example.com", off].map(str::to_owned);
    let by_sub = [ann, "0c5ff9b5-35a1-4b5e-8a3f-6a3a1ad1bd7c".to_owned()];
    let mut bill = Bill {
        t,
        measured: Vec::new(),
    };
    for (challenge, names, round_trips) in [
        ("EMAIL_OTP", &by_address[..], 2),
        ("WEB_AUTHN", &by_address, 1),
        // Nobody knows before where the code goes, and whose budgets that are.
        ("EMAIL_OTP", &by_sub, 3),
        ("WEB_AUTHN", &by_sub, 1),
    ] {
        bill.t.wait(60);
        bill.measured.clear();
        for name in names {
            let parameters = json!({"USERNAME": name, "PREFERRED_CHALLENGE": challenge});
            let body = json!({"AuthFlow": "USER_AUTH", "AuthParameters": parameters});
            bill.pay(challenge, "InitiateAuth", body).await;
        }
        let first = bill.measured[0];
        assert_eq!(first.2, round_trips, "{challenge} {names:?}");
        let all_alike = bill.measured.iter().all(|other| *other == first);
        assert!(all_alike, "{names:?} {:?}", bill.measured);
    }
}
