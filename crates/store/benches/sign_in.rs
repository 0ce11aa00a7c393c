//! The transaction that answers a sign-in's code, on both engines, with few and many callers; on a
//! PostgreSQL, too, that is farther away.
//!
//! `cargo bench -p poolhouse-store`; what is committed is on disk. Each caller signs in users of its
//! own, one after the other.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a bench measures and tells"
)]

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/postgres/server.rs"]
mod server;

#[expect(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/it/postgres/proxy.rs"]
mod proxy;

use std::sync::Arc;
use std::time::{Duration, Instant};

use poolhouse_domain::code::CodePurpose;
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use poolhouse_domain::token::{Amr, RefreshFamily};
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{ClientId, PoolId, Sub, Timestamp};
use poolhouse_store::{Code, Store, StoreError, StoreUrl, Txn};
use tokio::task::JoinSet;

const USERS: u32 = 2_048;
const SIGN_INS: u32 = 2_048;
const CALLERS: [u32; 4] = [1, 16, 64, 256];
/// More wait for a connection.
const CALLERS_FAR: [u32; 2] = [1, 16];
/// From a question to its answer.
const FAR: Duration = Duration::from_millis(1);
const EMAIL: ContactAttribute = ContactAttribute::Email;
const PURPOSE: CodePurpose = CodePurpose::SignIn(EMAIL);
const NOW: Timestamp = Timestamp::from_seconds(1_000);

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let servers = [server::Server::with("on"), server::Server::with("on")];
    let far = proxy::Proxy::far(&servers[1], FAR).url(&servers[1].url("public"));
    let places = [
        (
            "SQLite",
            StoreUrl::from(&*folder.path().join("bench.db")),
            &CALLERS[..],
        ),
        (
            "PostgreSQL",
            servers[0].url("public").parse().unwrap(),
            &CALLERS,
        ),
        ("1 ms away", far.parse().unwrap(), &CALLERS_FAR),
    ];
    println!("engine      callers  sign-ins/s  mean ms  transactions");
    for (name, url, all_callers) in places {
        let random = SeededRandom::new(1);
        let sealer = MasterKey::generate(&random).sealer("store");
        let store = Store::open(&url, sealer, Arc::new(random)).unwrap();
        runtime.block_on(fill(&store));
        for (round, &callers) in (0..).zip(all_callers) {
            let before = store.commit_count();
            let took = runtime.block_on(sign_in_all(&store, round, callers));
            let commits = store.commit_count() - before;
            let seconds = took.as_secs_f64();
            println!(
                "{name:<11} {callers:>7} {:>11.0} {:>8.2} {commits:>13}",
                f64::from(SIGN_INS) / seconds,
                seconds * 1_000.0 * f64::from(callers) / f64::from(SIGN_INS),
            );
        }
        runtime.block_on(store.close());
    }
}

/// `SIGN_INS` of them, shared among `callers`.
async fn sign_in_all(store: &Store, round: u32, callers: u32) -> Duration {
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let store = store.clone();
        tasks.spawn(async move {
            for number in (caller..SIGN_INS).step_by(callers.try_into().unwrap()) {
                let done = store.write::<_, StoreError, _>(move |txn| sign_in(txn, round, number));
                done.await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    start.elapsed()
}

fn pool() -> PoolId {
    PoolId::new("us-east-1_bench")
}

fn key(number: u32) -> String {
    format!("user-{number}@example.com")
}

async fn fill(store: &Store) {
    let filled = store.write::<_, StoreError, _>(|txn| {
        txn.pool_insert("bench", &pool(), NOW)?;
        for number in 0..USERS {
            let user = User {
                sub: Sub::new(format!("sub-{number}")),
                status: UserStatus::Confirmed,
                enabled: true,
                attributes: [("email".to_owned(), key(number))].into(),
                mfa: MfaSettings::default(),
                created_at: NOW,
                updated_at: NOW,
            };
            txn.user_insert(&pool(), &user)?;
            txn.login_set(&pool(), &user.sub, EMAIL, &key(number))?;
        }
        Ok(())
    });
    filled.await.unwrap();
}

/// What a right code does, statement by statement, and the code's own arrival before it.
fn sign_in(txn: &mut Txn<'_>, round: u32, number: u32) -> Result<(), StoreError> {
    let (pool, id) = (
        pool(),
        (u128::from(round) << 64 | u128::from(number)).to_be_bytes(),
    );
    let user = txn.user_find(&pool, EMAIL, &key(number % USERS))?.unwrap();
    txn.code_put(&pool, &user.sub, PURPOSE, &code(id))?;
    let ask = |txn: &mut Txn<'_>| {
        txn.session_is_spent(&id, NOW)?;
        txn.factor_failures_get(&pool, &user.sub, FirstFactor::EmailOtp)?;
        txn.code_get(&pool, &user.sub, PURPOSE)
    };
    txn.ask_ahead(ask);
    let code = ask(txn)?.unwrap();
    txn.code_attempt(&pool, &user.sub, PURPOSE, &code, true, NOW)?;
    txn.factor_failure_count(&pool, &user.sub, FirstFactor::EmailOtp, NOW)?;
    txn.factor_failures_reset(&pool, &user.sub, FirstFactor::EmailOtp)?;
    txn.login_set(&pool, &user.sub, EMAIL, &key(number % USERS))?;
    txn.user_update(&pool, &user)?;
    txn.session_spend_unspent(&id, NOW)?;
    let mut hash = [0; 32];
    hash[..16].copy_from_slice(&id);
    txn.refresh_family_insert(&pool, &family(&user, id), &hash)
}

fn code(id: [u8; 16]) -> Code {
    Code {
        id,
        hash: [1; 32],
        destination: [2; 32],
        issued_at: NOW,
        expires_at: NOW + Duration::from_mins(3),
        attempts: 0,
        consumed: false,
        withheld: false,
    }
}

fn family(user: &User, id: [u8; 16]) -> RefreshFamily {
    RefreshFamily {
        origin_jti: format!("{id:?}"),
        sub: user.sub.clone(),
        client_id: ClientId::new("client"),
        auth_time: NOW,
        device: None,
        amr: vec![Amr::EmailOtp],
        expires_at: NOW + Duration::from_hours(24),
        generation: 0,
        rotated_at: NOW,
        last_active_at: NOW,
        revoked: false,
    }
}
