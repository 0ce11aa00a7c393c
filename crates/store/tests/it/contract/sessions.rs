//! Spent Sessions.

use poolhouse_store::{Store, StoreError, Txn};

use super::sample::{at, race, read, write};

pub(crate) async fn are_spent_once(store: &Store) {
    let is_spent = |id: u8| read(store, move |txn| txn.session_is_spent(&[id; 16], at(180)));
    let spend = |id: u8| write(store, move |txn| txn.session_spend(&[id; 16], at(180)));
    assert!(!is_spent(1).await);
    assert!(spend(1).await);
    assert!(!spend(1).await);
    assert!(is_spent(1).await);
    assert!(!is_spent(2).await);
    assert!(spend(2).await);
}

pub(crate) async fn found_unspent_are_spent_once(store: &Store) {
    let spend = |txn: &mut Txn<'_>| txn.session_spend_unspent(&[1; 16], at(180));
    write(store, spend).await;
    assert!(read(store, |txn| txn.session_is_spent(&[1; 16], at(180))).await);
    let twice: Result<(), StoreError> = store.write(spend).await;
    assert!(matches!(twice, Err(StoreError::Conflict(table)) if table == "spent_sessions"));

    let outcomes = race(store, |_, txn| {
        let is_spent = txn.session_is_spent(&[2; 16], at(180))?;
        if !is_spent {
            txn.session_spend_unspent(&[2; 16], at(180))?;
        }
        Ok(!is_spent)
    })
    .await;
    let spent = outcomes
        .into_iter()
        .filter(|outcome| *outcome.as_ref().unwrap());
    assert_eq!(spent.count(), 1);
}

pub(crate) async fn one_of_16_spends(store: &Store) {
    let outcomes = race(store, |_, txn| txn.session_spend(&[1; 16], at(180))).await;
    let spent = outcomes
        .into_iter()
        .filter(|outcome| matches!(outcome, Ok(true)));
    assert_eq!(spent.count(), 1);
}
