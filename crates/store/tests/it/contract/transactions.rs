//! Transactions: whole or not at all, one after the other.

use poolhouse_store::{Store, StoreError, Txn};
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::sample::{at, read, write};

/// A caller's own error, as flows have it.
#[derive(Debug)]
enum FlowError {
    Refused,
    Store,
}

impl From<StoreError> for FlowError {
    fn from(_: StoreError) -> Self {
        Self::Store
    }
}

fn spend(txn: &mut Txn<'_>, id: u8) -> Result<bool, StoreError> {
    txn.session_spend(&[id; 16], at(1))
}

async fn is_spent(store: &Store, id: u8) -> bool {
    read(store, move |txn| txn.session_is_spent(&[id; 16], at(1))).await
}

pub(crate) async fn are_kept_whole_or_not_at_all(store: &Store) {
    let outcome: Result<(), FlowError> = store
        .write(|txn| {
            spend(txn, 1)?;
            spend(txn, 2)?;
            Err(FlowError::Refused)
        })
        .await;
    assert!(matches!(outcome, Err(FlowError::Refused)));
    assert!(!is_spent(store, 1).await && !is_spent(store, 2).await);
}

pub(crate) async fn read_what_they_wrote(store: &Store) {
    let seen = write(store, |txn| {
        spend(txn, 1)?;
        txn.session_is_spent(&[1; 16], at(1))
    });
    assert!(seen.await);
}

pub(crate) async fn a_failure_takes_nobody_along(store: &Store) {
    let mut tasks = JoinSet::new();
    for id in 0..100_u8 {
        let store = store.clone();
        tasks.spawn(async move {
            store
                .write(move |txn| {
                    spend(txn, id)?;
                    if id % 3 == 0 {
                        return Err(FlowError::Refused);
                    }
                    Ok(())
                })
                .await
                .is_ok()
        });
    }
    let succeeded = tasks.join_all().await.into_iter().filter(|ok| *ok).count();
    assert_eq!(succeeded, 66);
    for id in 0..100 {
        assert_eq!(is_spent(store, id).await, id % 3 != 0, "{id}");
    }
}

pub(crate) async fn a_panic_takes_nobody_along(store: &Store) {
    let panicking = store.clone();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        panicking
            .write::<(), StoreError, _>(|txn| {
                spend(txn, 1)?;
                panic!("a test of panics")
            })
            .await
    });
    let other = store.clone();
    tasks.spawn(async move { other.write(|txn| spend(txn, 2).map(drop)).await });
    let outcomes = tasks.join_all().await;
    let broken = outcomes
        .iter()
        .filter(|o| matches!(o, Err(StoreError::Broken(_))));
    assert_eq!(broken.count(), 1);
    assert!(!is_spent(store, 1).await);
    assert!(is_spent(store, 2).await);
    store.check().await.unwrap();
}

pub(crate) async fn readers_cannot_write(store: &Store) {
    let outcome = store.read(|txn| spend(txn, 1)).await;
    assert!(outcome.is_err());
    assert!(!is_spent(store, 1).await);
    assert!(write(store, |txn| spend(txn, 1)).await);
}

pub(crate) async fn reads_see_what_was_acknowledged(store: &Store) {
    let mut tasks = JoinSet::new();
    for id in 0..32 {
        let store = store.clone();
        tasks.spawn(async move {
            write(&store, move |txn| spend(txn, id)).await;
            is_spent(&store, id).await
        });
    }
    assert!(tasks.join_all().await.into_iter().all(|seen| seen));
}

/// A read sees one moment, whatever is committed while it lasts.
pub(crate) async fn a_snapshot_does_not_move(store: &Store) {
    let (begin, mut begun) = tokio::sync::mpsc::unbounded_channel();
    let (go_on, goes_on) = std::sync::mpsc::channel();
    let (reader, runtime) = (store.clone(), Handle::current());
    let mut tasks = JoinSet::new();
    tasks.spawn_blocking(move || {
        runtime.block_on(reader.read(move |txn| {
            let before = txn.session_is_spent(&[1; 16], at(1))?;
            begin.send(()).unwrap();
            goes_on.recv().unwrap();
            Ok::<_, StoreError>((before, txn.session_is_spent(&[1; 16], at(1))?))
        }))
    });
    begun.recv().await.unwrap();
    write(store, |txn| spend(txn, 1)).await;
    go_on.send(()).unwrap();
    let seen = tasks.join_next().await.unwrap().unwrap().unwrap();
    assert_eq!(seen, (false, false));
    assert!(is_spent(store, 1).await);
}
