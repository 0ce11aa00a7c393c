//! What has gone out.

use poolhouse_domain::budget::Sends;
use poolhouse_store::{BudgetKey, Store};

use super::sample::{at, race, read, write};

/// What has gone out by one of these seconds each.
fn sends(seconds: &[i64]) -> Sends {
    let mut sends = Sends::default();
    for second in seconds {
        sends.add(1, at(*second));
    }
    sends
}

fn key(number: u8) -> BudgetKey {
    vec![number; 32]
}

async fn put(store: &Store, budgets: &[(BudgetKey, Sends)]) {
    let budgets = budgets.to_vec();
    write(store, move |txn| txn.send_budgets_put(&budgets)).await;
}

async fn get(store: &Store, keys: &[BudgetKey]) -> Vec<Sends> {
    let keys = keys.to_vec();
    read(store, move |txn| txn.send_budgets_get(&keys)).await
}

pub(crate) async fn come_back_in_the_order_of_their_keys(store: &Store) {
    let (one, two) = (sends(&[10, 400]), sends(&[20]));
    put(store, &[(key(2), two.clone()), (key(1), one.clone())]).await;
    let nothing = Sends::default();
    assert_eq!(
        get(store, &[key(1), key(3), key(2)]).await,
        [one, nothing, two]
    );
    assert!(get(store, &[]).await.is_empty());
    put(store, &[]).await;
}

pub(crate) async fn are_replaced_by_what_is_written_later(store: &Store) {
    let one = key(1);
    put(store, &[(one.clone(), sends(&[10]))]).await;
    put(
        store,
        &[(one.clone(), sends(&[10, 20])), (key(2), sends(&[30]))],
    )
    .await;
    assert_eq!(
        get(store, &[one, key(2)]).await,
        [sends(&[10, 20]), sends(&[30])]
    );
}

pub(crate) async fn none_of_16_is_lost(store: &Store) {
    let outcomes = race(store, |_, txn| {
        let keys = [key(1), key(2)];
        let mut budgets = txn.send_budgets_get(&keys)?;
        for sends in &mut budgets {
            sends.add(1, at(10));
        }
        let budgets: Vec<_> = keys.into_iter().zip(budgets).collect();
        txn.send_budgets_put(&budgets)
    })
    .await;
    assert!(outcomes.iter().all(Result::is_ok));
    let sixteen = sends(&[10; 16]);
    assert_eq!(
        get(store, &[key(1), key(2)]).await,
        [sixteen.clone(), sixteen]
    );
}
