//! Transactions happen as if one after the other, also where they run at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use poolhouse_domain::user::UserStatus;
use poolhouse_domain::{PoolId, Sub};
use poolhouse_store::{Store, StoreError, Txn};
use tokio::task::JoinSet;

use super::{open, schema, server};
use crate::contract::sample::{add_user, at, pool, read, write};

/// Two closures that meet: the first time each is run, it waits at `meet` for the other.
async fn collide<F>(one: &Store, two: &Store, work: F) -> usize
where
    F: Fn(usize, &mut Txn<'_>, &dyn Fn()) -> Result<(), StoreError> + Clone + Send + 'static,
{
    let runs = Arc::new(AtomicUsize::default());
    let barrier = Arc::new(Barrier::new(2));
    let mut tasks = JoinSet::new();
    for (number, store) in [one, two].into_iter().enumerate() {
        let (store, work) = (store.clone(), work.clone());
        let (runs, barrier) = (Arc::clone(&runs), Arc::clone(&barrier));
        tasks.spawn(async move {
            let mine = AtomicUsize::default();
            store
                .write(move |txn| {
                    runs.fetch_add(1, Ordering::SeqCst);
                    let first = mine.fetch_add(1, Ordering::SeqCst) == 0;
                    work(number, txn, &|| {
                        if first {
                            barrier.wait();
                        }
                    })
                })
                .await
        });
    }
    for outcome in tasks.join_all().await {
        outcome.unwrap();
    }
    runs.load(Ordering::SeqCst)
}

/// Two nodes on one database.
async fn nodes() -> (Store, Store) {
    let url = schema(server::shared()).await;
    (open(&url).unwrap(), open(&url).unwrap())
}

async fn two_users(store: &Store) -> (PoolId, [Sub; 2]) {
    let pool = pool(store, "pool").await;
    let subs = [
        add_user(store, &pool, "ann").await,
        add_user(store, &pool, "eve").await,
    ];
    (pool, subs)
}

/// What is read, changed and written back is not written over what somebody else wrote meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_update_is_lost() {
    let (one, two) = nodes().await;
    let (pool, [ann, _]) = two_users(&one).await;
    let (of, sub) = (pool.clone(), ann.clone());
    let runs = collide(&one, &two, move |number, txn, meet| {
        let mut user = txn.user_get(&of, &sub)?.unwrap();
        meet();
        let name = format!("custom:{number}");
        user.attributes.insert(name, "set".to_owned());
        txn.user_update(&of, &user).map(drop)
    });
    assert!(runs.await > 2);
    let user = read(&one, move |txn| txn.user_get(&pool, &ann)).await;
    let attributes = user.unwrap().attributes;
    assert!(attributes.contains_key("custom:0") && attributes.contains_key("custom:1"));
}

/// Each looks whether the other's account is enabled and, if so, disables its own: one must stay.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_decision_rests_on_what_was() {
    let (one, two) = nodes().await;
    let (pool, subs) = two_users(&one).await;
    let (of, who) = (pool.clone(), subs.clone());
    let runs = collide(&one, &two, move |number, txn, meet| {
        let other = txn.user_get(&of, &who[1 - number])?.unwrap();
        meet();
        if other.enabled {
            let mut own = txn.user_get(&of, &who[number])?.unwrap();
            own.enabled = false;
            own.status = UserStatus::Unconfirmed;
            txn.user_update(&of, &own)?;
        }
        Ok(())
    });
    assert!(runs.await > 2);
    let mut enabled = 0;
    for sub in subs {
        let pool = pool.clone();
        let user = read(&one, move |txn| txn.user_get(&pool, &sub)).await;
        enabled += usize::from(user.unwrap().enabled);
    }
    assert_eq!(enabled, 1);
}

/// Each holds what the other wants.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_deadlock_is_broken() {
    let (one, two) = nodes().await;
    let (pool, subs) = two_users(&one).await;
    let of = pool.clone();
    let runs = collide(&one, &two, move |number, txn, meet| {
        for (place, who) in [number, 1 - number].into_iter().enumerate() {
            if place == 1 {
                meet();
            }
            txn.pending_contact_set(
                &of,
                &subs[who],
                poolhouse_domain::pool::ContactAttribute::Email,
                &format!("by-{number}@example.com"),
            )?;
        }
        Ok(())
    });
    assert!(runs.await > 2);
}

/// The same row from two nodes, 16 at a time from each.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_32_on_two_nodes_spends() {
    let (one, two) = nodes().await;
    for round in 0..8_u8 {
        let mut tasks = JoinSet::new();
        for number in 0..32 {
            let store = if number % 2 == 0 { &one } else { &two }.clone();
            tasks.spawn(async move {
                write(&store, move |txn| txn.session_spend(&[round; 16], at(1))).await
            });
        }
        let spent = tasks.join_all().await.into_iter().filter(|spent| *spent);
        assert_eq!(spent.count(), 1);
    }
}
