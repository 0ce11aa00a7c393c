//! Pools and clients.

use poolhouse_domain::{ClientId, PoolId};
use poolhouse_store::Store;

use super::sample::{at, conflict, pool, read, write};

pub(crate) async fn is_found_by_name(store: &Store) {
    assert_eq!(read(store, |txn| txn.pool_find("one")).await, None);
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    assert_eq!(read(store, |txn| txn.pool_find("one")).await, Some(one));
    assert_eq!(read(store, |txn| txn.pool_find("two")).await, Some(two));
}

pub(crate) async fn names_and_ids_are_unique(store: &Store) {
    let one = pool(store, "one").await;
    let other = PoolId::new("us-east-1_other");
    let insert = |name: &'static str, id: PoolId| {
        conflict(store, move |txn| txn.pool_insert(name, &id, at(2)))
    };
    assert_eq!(insert("one", other).await, "pools");
    assert_eq!(insert("other", one.clone()).await, "pools");
    assert_eq!(read(store, |txn| txn.pool_find("one")).await, Some(one));
}

pub(crate) async fn clients_belong_to_their_pool(store: &Store) {
    let (one, two) = (pool(store, "one").await, pool(store, "two").await);
    let client = ClientId::new("abc");
    let (to, id) = (one.clone(), client.clone());
    write(store, move |txn| {
        txn.client_insert(&to, "default", &id, at(2))
    })
    .await;

    let find = |pool: &PoolId, name: &'static str| {
        let pool = pool.clone();
        read(store, move |txn| txn.client_find(&pool, name))
    };
    assert_eq!(find(&one, "default").await, Some(client));
    assert_eq!(find(&one, "other").await, None);
    assert_eq!(find(&two, "default").await, None);
    let again = conflict(store, move |txn| {
        txn.client_insert(&one, "default", &ClientId::new("def"), at(3))
    });
    assert_eq!(again.await, "clients");
}
