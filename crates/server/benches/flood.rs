//! A hundred thousand requests for codes to one address, and as many over one block of numbers: how many
//! messages go out, and whether the time that an answer takes tells which.
//!
//! `cargo bench -p poolhouse-server --bench flood`; a number behind `--` is how many requests in place of
//! a hundred thousand, and `address`, `block` or `time` that part alone. The clock is a test's: a day takes as long as its requests.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench measures and tells"
)]

#[expect(dead_code, unused_imports, reason = "the tests use the rest of it")]
#[path = "../tests/it/test_server/mod.rs"]
mod test_server;

/// What was refused is for the tests to note.
mod errors_seen {
    pub(crate) const fn note(_: &str, _: &serde_json::Value) {}
}

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use poolhouse_domain::Timestamp;
use poolhouse_domain::budget::{Budget, BudgetPolicy};
use poolhouse_domain::pool::{ContactAttribute, PoolConfig};
use poolhouse_store::StoreError;
use test_server::{TestServer, pool_of};

const REQUESTS: usize = 100_000;
const PARTS: [&str; 3] = ["address", "block", "time"];
const NUMBERS: usize = 1_000;
const PAIRS: usize = 1_000;
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = words.iter().find_map(|word| word.parse().ok());
    let requests = asked.unwrap_or(REQUESTS);
    let named = PARTS.map(|part| words.iter().any(|word| word == part));
    let is_wanted = |is_named| is_named || named == [false; 3];
    let [address, block, time] = named.map(is_wanted);
    println!("flood                requests     over  sent  most in an hour  most in a day");
    if address {
        hurried().block_on(one_address(requests));
    }
    if block {
        hurried().block_on(one_block(requests));
    }
    if time {
        println!("\nan answer takes              median ms    p95 ms");
        tokio::runtime::Runtime::new().unwrap().block_on(timing());
    }
}

/// Answers wait for the end of their step: here that comes as soon as nobody has anything else to do.
fn hurried() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap()
}

fn in_production(config: PoolConfig) -> PoolConfig {
    PoolConfig {
        budgets: BudgetPolicy::in_production(),
        ..config
    }
}

/// One request each time that the cooldown is over: each could be sent.
async fn one_address(requests: usize) {
    let t = TestServer::with(in_production(PoolConfig::default())).await;
    t.sign_up("ann@example.com").await;
    for _ in 0..requests {
        t.wait(30);
        t.start_otp("ann@example.com").await;
    }
    tell("one address", &t, requests, 30).await;
}

/// One request a second, each for the next of a thousand accounts.
async fn one_block(requests: usize) {
    let t = TestServer::with(in_production(pool_of(&[ContactAttribute::PhoneNumber]))).await;
    let number = |n: usize| format!("+1206555{:04}", n % NUMBERS);
    for n in 0..NUMBERS {
        t.sign_up(&number(n)).await;
    }
    for n in 0..requests {
        t.wait(1);
        t.start_otp(&number(n)).await;
    }
    tell("one block of numbers", &t, requests, 1).await;
}

/// When messages were written, of which none was sent on.
async fn tell(flood: &str, t: &TestServer, requests: usize, seconds: usize) {
    let waiting = t
        .store
        .read::<_, StoreError, _>(move |txn| txn.outbox_due(1_000_000));
    let messages = waiting.await.unwrap();
    let sent: Vec<Timestamp> = messages.iter().map(|message| message.created_at).collect();
    let most = |window| {
        let within = |first: &Timestamp| {
            let inside = sent
                .iter()
                .filter(|at| *at >= first && !at.is_past(*first, window));
            inside.count()
        };
        sent.iter().map(within).max().unwrap_or_default()
    };
    let hours = requests * seconds / 3_600;
    println!(
        "{flood:<20} {requests:>8} {hours:>6} h {:>5} {:>16} {:>14}",
        sent.len(),
        most(HOUR),
        most(DAY)
    );
}

/// Who is asked for, and how often just before the request that is timed: three are sent in an hour.
const KINDS: [(&str, bool, usize); 4] = [
    ("an account's, sent", true, 2),
    ("an account's, withheld", true, 3),
    ("a stranger's, as if sent", false, 2),
    ("a stranger's, withheld", false, 3),
];

/// Requests for a code that is sent, and for one that is not, of accounts and of strangers: each of somebody
/// else, who was asked for right before, and by turns, so that they differ in nothing else.
async fn timing() {
    let mut config = PoolConfig::default();
    config.codes.cooldown = Duration::ZERO;
    config.budgets.address = Budget {
        per_hour: Some(3),
        per_day: None,
    };
    let t = TestServer::exact(config).await;
    let mut took: BTreeMap<&str, Vec<Duration>> = BTreeMap::new();
    for round in 0..PAIRS {
        let mut kinds = KINDS;
        kinds.rotate_left(round % KINDS.len());
        for (number, (what, is_account, before)) in kinds.into_iter().enumerate() {
            let name = format!("ann{round}-{number}@x.example");
            if is_account {
                t.sign_up(&name).await;
            }
            for _ in usize::from(is_account)..before {
                t.start_otp(&name).await;
            }
            let start = Instant::now();
            t.start_otp(&name).await;
            took.entry(what).or_default().push(start.elapsed());
        }
    }
    for (what, times) in &took {
        let mut times = times.clone();
        times.sort_unstable();
        let at = |part: usize| times[times.len() * part / 100].as_secs_f64() * 1_000.0;
        println!("{what:<28} {:>9.3} {:>9.3}", at(50), at(95));
    }
    println!("\nof two answers, the slower one was       in percent; by chance 50, give or take 3");
    for [slower, other] in [
        ["an account's, withheld", "an account's, sent"],
        ["a stranger's, withheld", "a stranger's, as if sent"],
        ["an account's, sent", "a stranger's, as if sent"],
        ["an account's, withheld", "a stranger's, withheld"],
    ] {
        let both = took[slower].iter().zip(&took[other]);
        let wins = both.filter(|(one, other)| one > other).count();
        println!("{slower:<23} not {other:<25} {:>5}", 100 * wins / PAIRS);
    }
}
