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
