//! Wrong answers in a row.

use poolhouse_domain::pool::FirstFactor::{self, EmailOtp, SmsOtp};
use poolhouse_domain::throttle::FactorFailures;
use poolhouse_domain::{PoolId, Sub};
use poolhouse_store::Store;

use super::sample::{at, race, read, write};

const DAY: i64 = 24 * 60 * 60;

/// Nobody's, as decoys are.
fn decoy() -> (PoolId, Sub) {
    (PoolId::new("us-east-1_pool"), Sub::new("decoy"))
}

async fn count(store: &Store, seconds: i64) -> FactorFailures {
    let (pool, sub) = decoy();
    write(store, move |txn| {
        txn.factor_failure_count(&pool, &sub, EmailOtp, at(seconds))?;
        txn.factor_failures_get(&pool, &sub, EmailOtp)
    })
    .await
    .unwrap()
}

async fn get(store: &Store, factor: FirstFactor) -> Option<FactorFailures> {
    let (pool, sub) = decoy();
    read(store, move |txn| {
        txn.factor_failures_get(&pool, &sub, factor)
    })
    .await
}

fn failures(count: u32, seconds: i64) -> FactorFailures {
    FactorFailures {
        count,
        last_at: at(seconds),
    }
}

pub(crate) async fn count_up_and_reset(store: &Store) {
    assert_eq!(get(store, EmailOtp).await, None);
    assert_eq!(count(store, 10).await, failures(1, 10));
    assert_eq!(count(store, 20).await, failures(2, 20));
    assert_eq!(get(store, EmailOtp).await, Some(failures(2, 20)));
    let (pool, sub) = decoy();
    write(store, move |txn| {
        txn.factor_failures_reset(&pool, &sub, EmailOtp)
    })
    .await;
    assert_eq!(get(store, EmailOtp).await, None);
    assert_eq!(count(store, 30).await, failures(1, 30));
}

pub(crate) async fn forgiven_ones_are_not_counted(store: &Store) {
    let forgive = |seconds| {
        let (pool, sub) = decoy();
        write(store, move |txn| {
            txn.factor_failure_forgive(&pool, &sub, EmailOtp, at(seconds))?;
            txn.factor_failures_get(&pool, &sub, EmailOtp)
        })
    };
    assert_eq!(forgive(10).await, Some(failures(0, 10)));
    assert_eq!(count(store, 20).await, failures(1, 20));
    assert_eq!(forgive(30).await, Some(failures(1, 20)));
    assert_eq!(count(store, 40).await, failures(2, 40));
    let rested = Some(failures(0, 40));
    assert_eq!(forgive(40 + DAY).await, rested, "they have rested");
}

pub(crate) async fn start_again_after_a_rest(store: &Store) {
    count(store, 10).await;
    count(store, 10).await;
    assert_eq!(count(store, 10 + DAY - 1).await.count, 3);
    assert_eq!(count(store, 10 + DAY - 1 + DAY).await.count, 1);
}

pub(crate) async fn are_kept_per_user_and_factor(store: &Store) {
    count(store, 10).await;
    assert_eq!(get(store, SmsOtp).await, None);
    let (pool, sub) = decoy();
    let others = read(store, move |txn| {
        Ok([
            txn.factor_failures_get(&pool, &Sub::new("other"), EmailOtp)?,
            txn.factor_failures_get(&PoolId::new("us-east-1_other"), &sub, EmailOtp)?,
        ])
    });
    assert_eq!(others.await, [None, None]);
}

pub(crate) async fn are_listed_by_their_words(store: &Store) {
    let (pool, sub) = decoy();
    let list = || {
        let (pool, sub) = (pool.clone(), sub.clone());
        read(store, move |txn| txn.factor_failures_list(&pool, &sub))
    };
    assert_eq!(list().await, []);
    let of = (pool.clone(), sub.clone());
    write(store, move |txn| {
        txn.factor_failure_count(&of.0, &of.1, SmsOtp, at(10))?;
        txn.factor_failure_count(&of.0, &Sub::new("other"), SmsOtp, at(10))
    })
    .await;
    count(store, 20).await;
    count(store, 30).await;
    let expected = [
        (EmailOtp.as_str().to_owned(), failures(2, 30)),
        (SmsOtp.as_str().to_owned(), failures(1, 10)),
    ];
    assert_eq!(list().await, expected);
}

pub(crate) async fn none_of_16_is_lost(store: &Store) {
    let outcomes = race(store, |_, txn| {
        let (pool, sub) = decoy();
        txn.factor_failure_count(&pool, &sub, EmailOtp, at(10))?;
        txn.factor_failures_get(&pool, &sub, EmailOtp)
    })
    .await;
    let mut counts: Vec<_> = outcomes
        .into_iter()
        .map(|outcome| outcome.unwrap().unwrap().count)
        .collect();
    counts.sort_unstable();
    assert_eq!(counts, (1..=16).collect::<Vec<_>>());
}
