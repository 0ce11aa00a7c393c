//! Values for the tests, and the ways to write and read them.

use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::mfa::MfaSettings;
use poolhouse_domain::user::{User, UserStatus};
use poolhouse_domain::{PoolId, Secret, Sub, Timestamp};
use poolhouse_store::{Store, StoreError, Txn, Walk};
use tokio::task::JoinSet;

/// So many seconds after the epoch.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

/// A pool that is in the store.
pub(crate) async fn pool(store: &Store, name: &'static str) -> PoolId {
    let pool = PoolId::new(format!("us-east-1_{name}"));
    let id = pool.clone();
    write(store, move |txn| txn.pool_insert(name, &id, at(1))).await;
    pool
}

/// An account that says who it is.
pub(crate) fn user(sub: &str) -> User {
    let attributes = [
        ("email", format!("{sub}@example.com")),
        ("email_verified", "true".to_owned()),
        ("name", "Ann \"Ä\" O'Neil".to_owned()),
    ];
    User {
        sub: Sub::new(sub),
        status: UserStatus::Confirmed,
        enabled: true,
        attributes: attributes.map(|(n, v)| (n.to_owned(), v)).into(),
        mfa: MfaSettings::default(),
        created_at: at(10),
        updated_at: Timestamp::from_micros(11_000_001),
    }
}

/// A pool with one user.
pub(crate) async fn pool_with_user(store: &Store, sub: &str) -> (PoolId, Sub) {
    let pool = pool(store, "pool").await;
    (pool.clone(), add_user(store, &pool, sub).await)
}

/// One more user.
pub(crate) async fn add_user(store: &Store, pool: &PoolId, sub: &str) -> Sub {
    let (pool, user) = (pool.clone(), user(sub));
    let sub = user.sub.clone();
    write(store, move |txn| txn.user_insert(&pool, &user)).await;
    sub
}

/// A mail.
pub(crate) fn mail(to: &str, code: &str) -> Message {
    Message {
        channel: Channel::Email,
        to: to.to_owned(),
        subject: "Your code".to_owned(),
        text: Secret::new(format!("It is \"{code}\".")),
        html: None,
        link: None,
        code: Secret::new(code.to_owned()),
        from: None,
    }
}

/// Writes what must succeed.
pub(crate) async fn write<T: Send + 'static>(
    store: &Store,
    work: impl Fn(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write(work).await.unwrap()
}

/// Reads what must succeed.
pub(crate) async fn read<T: Send + 'static>(
    store: &Store,
    work: impl Fn(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.read(work).await.unwrap()
}

/// Writes what must meet a conflict, and says in which table.
pub(crate) async fn conflict(
    store: &Store,
    work: impl Fn(&mut Txn<'_>) -> Result<(), StoreError> + Send + 'static,
) -> String {
    match store.write(work).await {
        Err(StoreError::Conflict(table)) => table,
        other => panic!("got {other:?}, expected a conflict"),
    }
}

/// Removes all that `now` has made useless, looking at `limit` rows at a time. How many they were.
pub(crate) fn sweep(txn: &mut Txn<'_>, now: Timestamp, limit: usize) -> Result<u64, StoreError> {
    let (mut removed, mut at) = (0, Some(Walk::default()));
    while let Some(here) = at {
        let (some, next) = txn.expired_walk(&here, now, limit)?;
        (removed, at) = (removed + some, next);
    }
    loop {
        match txn.expired_sweep(now, limit)? {
            0 => return Ok(removed),
            some => removed += some,
        }
    }
}

/// What 16 tasks get that write the same at the same time, in the order of their numbers.
pub(crate) async fn race<T: Send + 'static>(
    store: &Store,
    work: impl Fn(usize, &mut Txn<'_>) -> Result<T, StoreError> + Clone + Send + 'static,
) -> Vec<Result<T, StoreError>> {
    let mut tasks = JoinSet::new();
    for number in 0..16 {
        let (store, work) = (store.clone(), work.clone());
        tasks.spawn(async move { (number, store.write(move |txn| work(number, txn)).await) });
    }
    let mut outcomes = tasks.join_all().await;
    outcomes.sort_by_key(|(number, _)| *number);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}
