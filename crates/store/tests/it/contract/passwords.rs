//! Passwords.

use poolhouse_domain::password::{HashKind, PasswordHash, SALT_LEN};
use poolhouse_domain::{PoolId, Secret, Sub};
use poolhouse_store::Store;

use super::sample::{add_user, at, conflict, pool, pool_with_user, race, read, write};

pub(crate) fn hash(number: u8) -> PasswordHash {
    PasswordHash {
        kind: HashKind::Argon2id,
        salt: [number; SALT_LEN],
        hash: Secret::new(vec![number; 32]),
    }
}

async fn set(store: &Store, (pool, sub): (&PoolId, &Sub), number: u8, kept: usize) {
    let (pool, sub) = (pool.clone(), sub.clone());
    write(store, move |txn| {
        txn.password_set(&pool, &sub, &hash(number), kept, at(30))
    })
    .await;
}

/// The first byte of each password's salt, newest first.
async fn list(store: &Store, (pool, sub): (&PoolId, &Sub), limit: usize) -> Vec<u8> {
    let (pool, sub) = (pool.clone(), sub.clone());
    let list = read(store, move |txn| txn.password_list(&pool, &sub, limit)).await;
    list.into_iter().map(|hash| hash.salt[0]).collect()
}

pub(crate) async fn come_back_whole(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let none = {
        let (pool, sub) = (pool.clone(), sub.clone());
        read(store, move |txn| txn.password_get(&pool, &sub)).await
    };
    assert!(none.is_none());
    set(store, (&pool, &sub), 7, 0).await;
    let found = read(store, move |txn| txn.password_get(&pool, &sub)).await;
    let found = found.unwrap();
    assert!(found.matches(&hash(7)));
    assert_eq!(found.kind, HashKind::Argon2id);
    assert_eq!(found.salt, [7; SALT_LEN]);
    assert_eq!(found.hash.expose(), &[7; 32]);
}

pub(crate) async fn the_newest_counts_and_older_ones_are_kept(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let ann = (&pool, &sub);
    for number in 1..=5 {
        set(store, ann, number, 3).await;
    }
    assert_eq!(list(store, ann, 24).await, [5, 4, 3]);
    assert_eq!(list(store, ann, 2).await, [5, 4]);
    assert_eq!(list(store, ann, 1).await, [5]);
    set(store, ann, 6, 0).await;
    assert_eq!(list(store, ann, 24).await, [6], "the present one is kept");
}

pub(crate) async fn are_kept_per_pool_and_user(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    let ann = add_user(store, &one, "ann").await;
    add_user(store, &two, "ann").await;
    let bob = add_user(store, &one, "bob").await;
    set(store, (&one, &ann), 1, 1).await;
    set(store, (&two, &ann), 2, 1).await;
    set(store, (&one, &bob), 3, 1).await;
    assert_eq!(list(store, (&one, &ann), 9).await, [1]);
    assert_eq!(list(store, (&two, &ann), 9).await, [2]);
    assert_eq!(list(store, (&one, &bob), 9).await, [3]);
}

pub(crate) async fn are_there_or_not(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let bob = add_user(store, &pool, "bob").await;
    set(store, (&pool, &bob), 1, 1).await;
    let exists = |sub: &Sub| {
        let (pool, sub) = (pool.clone(), sub.clone());
        async move {
            let has = read(store, move |txn| txn.credentials(&pool, &sub, "")).await;
            assert!(!has.passkey);
            has.password
        }
    };
    assert!(!exists(&sub).await && exists(&bob).await);
    set(store, (&pool, &sub), 2, 3).await;
    set(store, (&pool, &sub), 3, 3).await;
    assert!(exists(&sub).await);
    assert!(!exists(&Sub::new("nobody")).await);
}

pub(crate) async fn need_a_user(store: &Store) {
    let pool = pool(store, "pool").await;
    let nobody = Sub::new("nobody");
    conflict(store, move |txn| {
        txn.password_set(&pool, &nobody, &hash(1), 1, at(1))
    })
    .await;
}

pub(crate) async fn are_deleted_with_their_memory(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let bob = add_user(store, &pool, "bob").await;
    set(store, (&pool, &sub), 1, 9).await;
    set(store, (&pool, &sub), 2, 9).await;
    set(store, (&pool, &bob), 3, 9).await;
    let ann = (pool.clone(), sub.clone());
    write(store, move |txn| txn.passwords_delete(&ann.0, &ann.1)).await;
    assert_eq!(list(store, (&pool, &sub), 9).await, [0_u8; 0]);
    assert_eq!(list(store, (&pool, &bob), 9).await, [3]);
    set(store, (&pool, &sub), 4, 9).await;
    assert_eq!(list(store, (&pool, &sub), 9).await, [4]);
}

pub(crate) async fn none_of_16_is_lost(store: &Store) {
    let (pool, sub) = pool_with_user(store, "ann").await;
    let ann = (pool.clone(), sub.clone());
    let set = race(store, move |number, txn| {
        let hash = hash(u8::try_from(number).unwrap());
        txn.password_set(&ann.0, &ann.1, &hash, 24, at(1))
    });
    assert!(set.await.into_iter().all(|set| set.is_ok()));
    let mut all = list(store, (&pool, &sub), 24).await;
    all.sort_unstable();
    assert_eq!(all, (0..16).collect::<Vec<u8>>());
}
