//! Pending contacts.

use poolhouse_domain::pool::ContactAttribute::{self, Email, PhoneNumber};
use poolhouse_domain::{PoolId, Sub};
use poolhouse_store::Store;

use super::sample::{add_user, conflict, pool, pool_with_user, read, write};

async fn set(store: &Store, key: &(PoolId, Sub), of: ContactAttribute, value: &'static str) {
    let (pool, sub) = key.clone();
    write(store, move |txn| {
        txn.pending_contact_set(&pool, &sub, of, value)
    })
    .await;
}

async fn get(store: &Store, key: &(PoolId, Sub), of: ContactAttribute) -> Option<String> {
    let (pool, sub) = key.clone();
    read(store, move |txn| txn.pending_contact_get(&pool, &sub, of)).await
}

pub(crate) async fn are_set_replaced_and_deleted(store: &Store) {
    let ann = pool_with_user(store, "ann").await;
    assert_eq!(get(store, &ann, Email).await, None);
    set(store, &ann, Email, "one@example.com").await;
    set(store, &ann, Email, "two@example.com").await;
    let pending = get(store, &ann, Email).await;
    assert_eq!(pending.as_deref(), Some("two@example.com"));

    let delete = || {
        let (pool, sub) = ann.clone();
        write(store, move |txn| {
            txn.pending_contact_delete(&pool, &sub, Email)
        })
    };
    assert!(delete().await);
    assert!(!delete().await);
    assert_eq!(get(store, &ann, Email).await, None);
}

pub(crate) async fn are_kept_per_user_and_attribute(store: &Store) {
    let ann = pool_with_user(store, "ann").await;
    let eve = (ann.0.clone(), add_user(store, &ann.0, "eve").await);
    set(store, &ann, Email, "new@example.com").await;
    assert_eq!(get(store, &ann, PhoneNumber).await, None);
    assert_eq!(get(store, &eve, Email).await, None);
}

pub(crate) async fn need_a_user(store: &Store) {
    let pool = pool(store, "pool").await;
    conflict(store, move |txn| {
        txn.pending_contact_set(&pool, &Sub::new("nobody"), Email, "a@example.com")
    })
    .await;
}
