//! How much is sent, and that nobody can tell what is not.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use axum::http::StatusCode;
use poolhouse_domain::Sub;
use poolhouse_domain::budget::{Budget, BudgetPolicy, Countries};
use poolhouse_domain::email::DomainList;
use poolhouse_domain::pool::{ContactAttribute, PoolConfig};
use poolhouse_server::listen::ClientAddress;
use poolhouse_store::StoreError;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::test_server::{TestServer, contact, pool_of};

const ANN: &str = "ann@example.com";
const NOBODY: &str = "nobody@example.com";
const NUMBER: &str = "+12065550123";
const DAY: u64 = 24 * 60 * 60;

fn limited(config: PoolConfig, change: impl FnOnce(&mut BudgetPolicy)) -> PoolConfig {
    let mut budgets = BudgetPolicy::default();
    change(&mut budgets);
    PoolConfig { budgets, ..config }
}

fn of_mail(change: impl FnOnce(&mut BudgetPolicy)) -> PoolConfig {
    limited(PoolConfig::default(), change)
}

fn of_texts(change: impl FnOnce(&mut BudgetPolicy)) -> PoolConfig {
    limited(pool_of(&[ContactAttribute::PhoneNumber]), change)
}

/// So many an hour, and any number a day.
fn hourly(limit: u32) -> Budget {
    Budget {
        per_hour: Some(limit),
        per_day: None,
    }
}

/// The answer without what is by chance.
fn shape(mut answer: Value) -> Value {
    assert!(
        answer["Session"]
            .as_str()
            .is_some_and(|text| text.len() > 100)
    );
    answer["Session"] = json!("…");
    answer
}

/// Asks for sign-in codes, one every half minute; all answers are alike.
async fn ask(t: &TestServer, name: &str, times: usize) -> Value {
    let mut seen = BTreeSet::new();
    for _ in 0..times {
        t.wait(30);
        seen.insert(shape(t.start_otp(name).await).to_string());
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
    serde_json::from_str(seen.first().unwrap()).unwrap()
}

#[tokio::test]
async fn an_address_gets_five_an_hour_and_ten_a_day() {
    for (config, ann, nobody) in [
        (PoolConfig::default(), ANN, NOBODY),
        (
            pool_of(&[ContactAttribute::PhoneNumber]),
            NUMBER,
            "+12065559999",
        ),
    ] {
        let config = PoolConfig {
            budgets: BudgetPolicy::in_production(),
            ..config
        };
        let t = TestServer::with(config).await;
        t.sign_up(ann).await;
        let of_ann = ask(&t, ann, 60).await;
        assert_eq!(t.mail_to(ann).await.len(), 5, "with that of the sign-up");
        let t = t.restart().await;
        ask(&t, ann, 60).await;
        assert_eq!(t.mail_to(ann).await.len(), 5, "within the hour");
        ask(&t, ann, 120).await;
        assert_eq!(t.mail_to(ann).await.len(), 10, "an hour later");
        ask(&t, ann, 360).await;
        assert_eq!(t.mail_to(ann).await.len(), 10, "a few hours later");
        t.wait(DAY);
        ask(&t, ann, 60).await;
        assert_eq!(t.mail_to(ann).await.len(), 15, "a day later");

        let of_nobody = ask(&t, nobody, 10).await;
        let masked = "/ChallengeParameters/CODE_DELIVERY_DESTINATION";
        let unmasked = |mut answer: Value| {
            *answer.pointer_mut(masked).unwrap() = json!("…");
            answer
        };
        assert_eq!(unmasked(of_ann), unmasked(of_nobody));
    }
}

#[tokio::test]
async fn what_a_code_is_for_and_how_an_address_is_written_make_no_difference() {
    let t = TestServer::with(of_mail(|budgets| budgets.address = hourly(3))).await;
    t.register(ANN).await;
    t.ask_for_code("Ann@Example.COM").await;
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    assert_eq!(t.mail_to(ANN).await.len(), 3);
    t.wait(31);
    t.ok("ForgotPassword", json!({"Username": ANN})).await;
    t.ask_for_code(ANN).await;
    assert_eq!(t.mail_to(ANN).await.len(), 3);
}

#[tokio::test]
async fn the_code_that_did_arrive_stays_good() {
    let t = TestServer::with(of_mail(|budgets| budgets.address = hourly(2))).await;
    t.register(ANN).await;
    t.ask_for_code(ANN).await;
    let code = t.code_for(ANN).await;
    t.wait(60);
    let session = t.ask_for_code(ANN).await;
    assert_eq!(t.mail_to(ANN).await.len(), 2);
    let answer = TestServer::email_otp(ANN, &session, &code);
    t.ok("RespondToAuthChallenge", answer).await;
    // Used up, it is good for nothing more.
    t.wait(60);
    let session = t.ask_for_code(ANN).await;
    let answer = TestServer::email_otp(ANN, &session, &code);
    let told = t.refusal("RespondToAuthChallenge", answer).await;
    assert!(told.starts_with("CodeMismatchException"), "{told}");
}

#[tokio::test]
async fn guesses_at_a_code_that_was_not_sent_switch_off_nothing() {
    let t = TestServer::with(of_mail(|budgets| budgets.address = hourly(2))).await;
    let sub = t.sign_up(ANN).await;
    for (name, sub) in [(ANN, Some(sub)), (NOBODY, None)] {
        for round in 0..22 {
            t.wait(60 * 4);
            if round == 11 {
                t.wait(1_000);
            }
            let session = t.ask_for_code(name).await;
            for _ in 0..5 {
                let answer = TestServer::email_otp(name, &session, "00000000");
                let told = t.refusal("RespondToAuthChallenge", answer).await;
                assert!(told.starts_with("CodeMismatchException"), "{name}: {told}");
            }
            let answer = TestServer::email_otp(name, &session, "00000000");
            let told = t.refusal("RespondToAuthChallenge", answer).await;
            assert!(told.starts_with("LimitExceededException"), "{name}: {told}");
        }
        let Some(sub) = sub else { continue };
        let (pool, sub) = (t.pool.id.clone(), Sub::new(sub));
        let factor = contact(ANN).factor();
        let read = t
            .store
            .read::<_, StoreError, _>(move |txn| txn.factor_failures_get(&pool, &sub, factor));
        let failures = read.await.unwrap().unwrap();
        let sent = t.mail_to(ANN).await.len();
        assert_eq!(usize::try_from(failures.count).unwrap(), 5 * (sent - 1));
    }
}

#[tokio::test]
async fn an_account_writes_to_few() {
    let t = TestServer::with(of_mail(|budgets| budgets.account = hourly(3))).await;
    let tokens = t.register(ANN).await;
    let mut sent = 0;
    for other in 0..5 {
        t.wait(31);
        let to = format!("other{other}@example.com");
        let body = json!({
            "AccessToken": tokens.access,
            "UserAttributes": [{"Name": "email", "Value": to}],
        });
        let reply = t.ok("UpdateUserAttributes", body).await;
        assert_eq!(
            reply["CodeDeliveryDetailsList"][0]["Destination"],
            "o***@e***"
        );
        sent += t.mail_to(&to).await.len();
    }
    assert_eq!(sent, 2, "and one that proved the first address");
}

/// Signs up `name` from an address of the internet.
async fn sign_up_from(t: &TestServer, name: &str, from: &str) -> StatusCode {
    let attributes = [json!({"Name": contact(name).as_str(), "Value": name})];
    let body = json!({"Username": name, "UserAttributes": attributes});
    let mut request = t.request("SignUp", body);
    let from: IpAddr = from.parse().unwrap();
    request.extensions_mut().insert(ClientAddress(from));
    t.answer("SignUp", request).await.status
}

#[tokio::test]
async fn who_asks_gets_as_many_as_one_does() {
    let t = TestServer::with(of_mail(|budgets| budgets.ip = hourly(2))).await;
    for (from, sent) in [
        (["192.0.2.1"; 4], 2),
        (
            ["2001:db8::1", "2001:db8::2", "2001:db8::3:4", "2001:db8::9"],
            2,
        ),
        (
            [
                "198.51.100.1",
                "198.51.100.2",
                "198.51.100.3",
                "198.51.100.4",
            ],
            4,
        ),
        (["127.0.0.1"; 4], 4),
    ] {
        let mut arrived = 0;
        for (n, from) in from.into_iter().enumerate() {
            let name = format!("p{n}-{}@example.com", from.replace(':', "-"));
            assert_eq!(sign_up_from(&t, &name, from).await, StatusCode::OK);
            arrived += t.mail_to(&name).await.len();
        }
        assert_eq!(arrived, sent, "{from:?}");
    }
}

#[tokio::test]
async fn neighbouring_numbers_get_as_many_as_a_block_does() {
    let t = TestServer::with(of_texts(|budgets| budgets.prefix = hourly(3))).await;
    let (mut sent, mut strangers) = (0, 0);
    for n in 0..6 {
        let number = format!("+1206555{n:04}");
        t.sign_up(&number).await;
        sent += t.mail_to(&number).await.len();
        // Nobody's numbers cost nothing.
        let nobodys = format!("+1206555{:04}", 9_000 + n);
        t.start_otp(&nobodys).await;
        strangers += t.mail_to(&nobodys).await.len();
    }
    assert_eq!((sent, strangers), (3, 0));
    t.sign_up("+12065660000").await;
    assert_eq!(t.mail_to("+12065660000").await.len(), 1, "another block");
}

#[tokio::test]
async fn a_day_costs_no_more_than_it_may() {
    let cap = Budget {
        per_hour: None,
        per_day: Some(4),
    };
    let mut config = of_texts(|budgets| budgets.texts = cap);
    // Two segments: one letter is not of GSM 03.38.
    config.messages.verification_sms.0 = format!("{{####}} ç {}", "x".repeat(80));
    let t = TestServer::with(config).await;
    for (n, sent) in [(1, 1), (2, 1), (3, 0), (4, 0)] {
        let number = format!("+120655{n}0123");
        t.sign_up(&number).await;
        assert_eq!(t.mail_to(&number).await.len(), sent, "{number}");
    }
    t.wait(DAY + 300);
    t.sign_up("+12065590123").await;
    assert_eq!(t.mail_to("+12065590123").await.len(), 1, "the next day");
}

#[tokio::test]
async fn nothing_goes_where_nothing_may_go() {
    let t = TestServer::with(of_texts(|budgets| {
        budgets.countries = Some(Countries::Only(vec!["DE".to_owned()]));
    }))
    .await;
    for (number, sent) in [("+4915123456789", 1), (NUMBER, 0)] {
        t.sign_up(number).await;
        assert_eq!(t.mail_to(number).await.len(), sent, "{number}");
        shape(t.start_otp(number).await);
    }
    let t = TestServer::with(of_mail(|budgets| {
        budgets.refused_domains = DomainList::parse("disposable.example").unwrap();
    }))
    .await;
    for (address, sent) in [(ANN, 1), ("ann@eu.disposable.example", 0)] {
        t.sign_up(address).await;
        assert_eq!(t.mail_to(address).await.len(), sent, "{address}");
        shape(t.start_otp(address).await);
    }
}

/// What a call costs: statements, commits, and time for which somebody waits on purpose.
async fn cost(t: &TestServer, operation: &str, body: Value) -> (u64, u64, Duration) {
    let counts = || (t.store.statement_count(), t.store.commit_count());
    let (before, start) = (counts(), Instant::now());
    t.ok(operation, body).await;
    let after = counts();
    (after.0 - before.0, after.1 - before.1, start.elapsed())
}

/// The runtime's clock moves only when everybody waits for it.
#[tokio::test(start_paused = true)]
async fn whoever_asks_and_whatever_comes_of_it_it_costs_the_same() {
    for (config, known, unknown) in [
        (PoolConfig::default(), ANN, NOBODY),
        (
            pool_of(&[ContactAttribute::PhoneNumber]),
            NUMBER,
            "+12065559999",
        ),
    ] {
        let mut config = limited(config, |budgets| *budgets = BudgetPolicy::in_production());
        config.budgets.address = hourly(2);
        let t = TestServer::with(config).await;
        t.sign_up(known).await;
        let body = |operation: &str, name: &str| {
            let challenge = contact(name).factor().as_str();
            match operation {
                "InitiateAuth" => json!({
                    "AuthFlow": "USER_AUTH",
                    "AuthParameters": {"USERNAME": name, "PREFERRED_CHALLENGE": challenge},
                }),
                _ => json!({"Username": name}),
            }
        };
        for operation in ["InitiateAuth", "ResendConfirmationCode", "ForgotPassword"] {
            let mut costs = Vec::new();
            for round in 0..4 {
                t.wait(if round == 2 { 4_000 } else { 31 });
                for name in [known, unknown] {
                    let body = body(operation, name);
                    costs.push((name, round, cost(&t, operation, body).await));
                }
            }
            let same: BTreeSet<_> = costs.iter().map(|(.., cost)| *cost).collect();
            assert_eq!(same.len(), 1, "{operation}: {costs:?}");
            let (_, commits, took) = costs[0].2;
            assert_eq!(commits, 1, "one transaction");
            assert_eq!(took, Duration::from_millis(1), "one step");
        }
        assert_eq!(t.mail_to(unknown).await.len(), 0);
    }
}

/// The same with the clock that everybody has.
#[tokio::test]
async fn an_answer_takes_a_whole_step_of_real_time() {
    let t = TestServer::exact(PoolConfig::default()).await;
    t.sign_up(ANN).await;
    for name in [ANN, NOBODY] {
        let start = Instant::now();
        t.start_otp(name).await;
        assert!(start.elapsed() >= Duration::from_millis(1), "{name}");
    }
}
