//! Pools and clients.

use poolhouse_domain::{ClientId, ClientSecret, PoolId, Secret};
use poolhouse_store::Store;

use super::sample::{at, conflict, pool, race, read, write};

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

/// A pool with two clients.
async fn pool_with_clients(store: &Store) -> PoolId {
    let pool = pool(store, "one").await;
    let to = pool.clone();
    write(store, move |txn| {
        txn.client_insert(&to, "default", &ClientId::new("abc"), at(2))?;
        txn.client_insert(&to, "other", &ClientId::new("def"), at(2))
    })
    .await;
    pool
}

fn secret(text: &str) -> ClientSecret {
    ClientSecret::new(Secret::new(text.to_owned()))
}

async fn secret_of(store: &Store, pool: &PoolId, client: &'static str) -> Option<String> {
    let pool = pool.clone();
    let secret = read(store, move |txn| {
        txn.client_secret_get(&pool, &ClientId::new(client))
    });
    secret.await.map(|secret| secret.expose().clone())
}

pub(crate) async fn a_clients_secret_is_made_once(store: &Store) {
    let pool = pool_with_clients(store).await;
    assert_eq!(secret_of(store, &pool, "abc").await, None);
    let set = |client: &'static str, text: &'static str| {
        let pool = pool.clone();
        write(store, move |txn| {
            txn.client_secret_set(&pool, &ClientId::new(client), &secret(text))
        })
    };
    assert!(set("abc", "first").await);
    assert!(!set("abc", "second").await, "it has one");
    assert!(!set("nobody", "first").await, "there is no such client");
    assert_eq!(secret_of(store, &pool, "abc").await.unwrap(), "first");
    assert_eq!(secret_of(store, &pool, "def").await, None);
    let elsewhere = PoolId::new("us-east-1_other");
    assert_eq!(secret_of(store, &elsewhere, "abc").await, None);
}

pub(crate) async fn one_of_16_gives_a_client_its_secret(store: &Store) {
    let pool = pool_with_clients(store).await;
    let id = pool.clone();
    let given = race(store, move |number, txn| {
        txn.client_secret_set(&id, &ClientId::new("abc"), &secret(&number.to_string()))
    });
    let given: Vec<bool> = given.await.into_iter().map(Result::unwrap).collect();
    let winner = given.iter().position(|first| *first).unwrap();
    assert_eq!(given.iter().filter(|first| **first).count(), 1);
    assert_eq!(
        secret_of(store, &pool, "abc").await.unwrap(),
        winner.to_string()
    );
}
