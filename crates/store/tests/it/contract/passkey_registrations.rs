//! Registrations of passkeys that have begun.

use poolhouse_domain::passkey::PasskeyRegistration;
use poolhouse_domain::{ClientId, PoolId, Sub};
use poolhouse_store::Store;

use super::sample::{add_user, at, conflict, pool, pool_with_user, race, read, write};

/// One that can be completed until 400.
pub(crate) fn registration(sub: &str, client: &str, challenge: u8) -> PasskeyRegistration {
    PasskeyRegistration {
        sub: Sub::new(sub),
        client_id: ClientId::new(client),
        challenge: [challenge; 32],
        relying_party_id: "example.com".to_owned(),
        expires_at: at(400),
    }
}

async fn put(store: &Store, pool: &PoolId, registration: PasskeyRegistration) {
    let pool = pool.clone();
    write(store, move |txn| {
        txn.passkey_registration_put(&pool, &registration)
    })
    .await;
}

async fn take(
    store: &Store,
    pool: &PoolId,
    sub: &'static str,
    client: &'static str,
) -> Option<PasskeyRegistration> {
    let pool = pool.clone();
    write(store, move |txn| {
        txn.passkey_registration_take(&pool, &Sub::new(sub), &ClientId::new(client))
    })
    .await
}

async fn is_open(store: &Store, pool: &PoolId, sub: &'static str, now: i64) -> bool {
    let pool = pool.clone();
    read(store, move |txn| {
        txn.passkey_registration_is_open(&pool, &Sub::new(sub), at(now))
    })
    .await
}

pub(crate) async fn are_replaced_and_taken_once(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    assert_eq!(take(store, &pool, "ann", "web").await, None);
    put(store, &pool, registration("ann", "web", 1)).await;
    let newer = PasskeyRegistration {
        relying_party_id: "example.org".to_owned(),
        expires_at: at(500),
        ..registration("ann", "web", 2)
    };
    put(store, &pool, newer.clone()).await;
    assert_eq!(take(store, &pool, "ann", "web").await, Some(newer));
    assert_eq!(take(store, &pool, "ann", "web").await, None);
}

pub(crate) async fn are_kept_per_pool_user_and_client(store: &Store) {
    let (first, _) = pool_with_user(store, "ann").await;
    add_user(store, &first, "eve").await;
    let second = pool(store, "other").await;
    put(store, &first, registration("ann", "web", 1)).await;
    put(store, &first, registration("ann", "app", 2)).await;
    assert_eq!(take(store, &first, "eve", "web").await, None);
    assert_eq!(take(store, &second, "ann", "web").await, None);
    let web = take(store, &first, "ann", "web").await.unwrap();
    assert_eq!(web.challenge, [1; 32]);
    let app = take(store, &first, "ann", "app").await.unwrap();
    assert_eq!(app.challenge, [2; 32]);
}

pub(crate) async fn are_open_until_they_expire(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    add_user(store, &pool, "eve").await;
    assert!(!is_open(store, &pool, "ann", 100).await);
    put(store, &pool, registration("ann", "web", 1)).await;
    assert!(is_open(store, &pool, "ann", 399).await);
    assert!(!is_open(store, &pool, "ann", 400).await);
    assert!(!is_open(store, &pool, "eve", 100).await);
    take(store, &pool, "ann", "web").await;
    assert!(!is_open(store, &pool, "ann", 399).await);
}

pub(crate) async fn need_a_user(store: &Store) {
    let pool = pool(store, "pool").await;
    conflict(store, move |txn| {
        txn.passkey_registration_put(&pool, &registration("nobody", "web", 1))
    })
    .await;
}

pub(crate) async fn one_of_16_takes(store: &Store) {
    let (pool, _) = pool_with_user(store, "ann").await;
    put(store, &pool, registration("ann", "web", 1)).await;
    let outcomes = race(store, move |_, txn| {
        txn.passkey_registration_take(&pool, &Sub::new("ann"), &ClientId::new("web"))
    })
    .await;
    let taken = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Ok(Some(_))));
    assert_eq!(taken.count(), 1);
}
