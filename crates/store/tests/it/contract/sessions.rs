//! Spent Sessions.

use poolhouse_store::Store;

use super::sample::{at, race, read, write};

pub(crate) async fn are_spent_once(store: &Store) {
    let is_spent = |id: u8| read(store, move |txn| txn.session_is_spent(&[id; 16]));
    let spend = |id: u8| write(store, move |txn| txn.session_spend(&[id; 16], at(180)));
    assert!(!is_spent(1).await);
    assert!(spend(1).await);
    assert!(!spend(1).await);
    assert!(is_spent(1).await);
    assert!(!is_spent(2).await);
    assert!(spend(2).await);
}

pub(crate) async fn one_of_16_spends(store: &Store) {
    let outcomes = race(store, |_, txn| txn.session_spend(&[1; 16], at(180))).await;
    let spent = outcomes
        .into_iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(spent.count(), 1);
}
