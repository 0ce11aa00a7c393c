//! Signing keys.

use poolhouse_domain::{PoolId, Secret};
use poolhouse_store::{KeyUsage, SigningKey, Store};

use super::sample::{at, conflict, pool, read, write};

fn key(kid: &str, usage: KeyUsage, made: i64) -> SigningKey {
    SigningKey {
        kid: kid.to_owned(),
        usage,
        pkcs8: Secret::new(format!("private {kid}").into_bytes()),
        created_at: at(made),
        signs_from: at(made),
    }
}

async fn insert(store: &Store, pool: &PoolId, key: SigningKey) {
    let pool = pool.clone();
    write(store, move |txn| txn.signing_key_insert(&pool, &key)).await;
}

async fn list(store: &Store, pool: &PoolId) -> Vec<SigningKey> {
    let pool = pool.clone();
    read(store, move |txn| txn.signing_key_list(&pool)).await
}

pub(crate) async fn come_back_whole_and_in_order(store: &Store) {
    let pool = pool(store, "pool").await;
    insert(store, &pool, key("late", KeyUsage::Access, 20)).await;
    insert(store, &pool, key("b", KeyUsage::Id, 10)).await;
    insert(store, &pool, key("a", KeyUsage::Access, 10)).await;

    let keys = list(store, &pool).await;
    let kids: Vec<_> = keys.iter().map(|key| key.kid.as_str()).collect();
    assert_eq!(kids, ["a", "b", "late"]);
    assert_eq!(keys[1].usage, KeyUsage::Id);
    assert_eq!(keys[2].usage, KeyUsage::Access);
    assert_eq!(keys[2].created_at, at(20));
    assert_eq!(keys[2].pkcs8.expose(), b"private late");
}

pub(crate) async fn are_kept_per_pool(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    insert(store, &one, key("same", KeyUsage::Id, 1)).await;
    insert(store, &two, key("same", KeyUsage::Access, 2)).await;
    assert_eq!(list(store, &one).await[0].usage, KeyUsage::Id);
    assert_eq!(list(store, &two).await[0].usage, KeyUsage::Access);
}

pub(crate) async fn a_kid_is_unique(store: &Store) {
    let pool = pool(store, "pool").await;
    insert(store, &pool, key("kid", KeyUsage::Id, 1)).await;
    let again = key("kid", KeyUsage::Access, 2);
    let to = pool.clone();
    let table = conflict(store, move |txn| txn.signing_key_insert(&to, &again)).await;
    assert_eq!(table, "signing_keys");
    assert_eq!(list(store, &pool).await.len(), 1);
}

pub(crate) async fn those_to_keep_are_kept(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    for name in ["a", "b", "c"] {
        insert(store, &one, key(name, KeyUsage::Id, 1)).await;
        insert(store, &two, key(name, KeyUsage::Id, 1)).await;
    }
    let of = one.clone();
    let forgotten = write(store, move |txn| txn.signing_keys_keep(&of, &["b"])).await;
    assert_eq!(forgotten, 2);
    assert_eq!(list(store, &one).await[0].kid, "b");
    assert_eq!(list(store, &two).await.len(), 3);
}

/// A day for the tokens, and an hour for clocks.
pub(crate) async fn are_swept_when_their_last_token_has_expired(store: &Store) {
    const HOUR: i64 = 60 * 60;
    let pool = pool(store, "pool").await;
    insert(store, &pool, key("old", KeyUsage::Id, 1)).await;
    insert(store, &pool, key("new", KeyUsage::Id, 10 * HOUR)).await;
    insert(store, &pool, key("other", KeyUsage::Access, 1)).await;
    for (hours, left) in [(34, 3), (35, 2), (99, 2)] {
        let now = at(hours * HOUR);
        write(store, move |txn| txn.expired_sweep(now, 10)).await;
        assert_eq!(list(store, &pool).await.len(), left, "{hours}");
    }
}
