//! The seam itself: parameters, and what happens when a commit fails.

use std::sync::Arc;

use poolhouse_domain::Timestamp;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;

use super::Value;
use crate::{Store, StoreError, StoreUrl, Txn};

fn open(folder: &tempfile::TempDir) -> Store {
    let random = SeededRandom::new(1);
    let sealer = MasterKey::generate(&random).sealer("store");
    Store::open(
        &StoreUrl::from(&*folder.path().join("test.db")),
        sealer,
        Arc::new(random),
    )
    .unwrap()
}

async fn read<T: Send + 'static>(
    store: &Store,
    work: impl Fn(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    store.read(work).await
}

#[tokio::test]
async fn parameters_go_by_number_not_by_place() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let row = read(&store, |txn| {
        txn.query_one(
            "SELECT $2 AS b, $1 AS a, $2 AS again, $3 AS c",
            &[Value::Int(1), "two".into(), (&[3, 3]).into()],
            |row| {
                Ok((
                    row.usize("x.a")?,
                    row.text("x.b")?,
                    row.text("x.again")?,
                    row.blob("x.c")?,
                ))
            },
        )
    });
    let expected = (1, "two".to_owned(), "two".to_owned(), vec![3, 3]);
    assert_eq!(row.await.unwrap(), expected);
}

#[tokio::test]
async fn a_missing_parameter_is_no_null() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let outcome = read(&store, |txn| {
        txn.query_opt("SELECT $2 AS a", &[Value::Int(1)], |_| Ok(()))
    });
    assert!(matches!(outcome.await, Err(StoreError::Broken(_))));
}

#[tokio::test]
async fn what_does_not_fit_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    for (sql, expected) in [
        ("SELECT 'x' AS a", "t.a is text, expected an integer"),
        ("SELECT NULL AS a", "t.a is null, expected an integer"),
        (
            "SELECT -1 AS a",
            "t.a is -1, expected a number from 0 to 2^32",
        ),
        ("SELECT 1.5 AS a", "t.a cannot be read: "),
        ("SELECT 1 AS b", "t.a cannot be read: "),
    ] {
        let outcome = read(&store, move |txn| {
            txn.query_opt(sql, &[], |row| row.u32("t.a"))
        });
        let Err(StoreError::Broken(why)) = outcome.await else {
            panic!("{sql} was read");
        };
        assert!(why.to_string().starts_with(expected), "{why}");
    }
    let flag = read(&store, |txn| {
        txn.query_opt("SELECT 2 AS a", &[], |row| row.bool("t.a"))
    });
    assert!(flag.await.is_err());
    let short = read(&store, |txn| {
        txn.query_opt("SELECT x'0102' AS a", &[], |row| row.bytes::<3>("t.a"))
    });
    assert!(short.await.is_err());
}

/// The one way to make COMMIT fail from inside: a constraint that is checked only then.
fn poison(txn: &mut Txn<'_>) -> Result<(), StoreError> {
    txn.execute("PRAGMA defer_foreign_keys = ON", &[])?;
    txn.execute(
        "INSERT INTO clients (pool_id, name, id, created_at) VALUES ('none', 'n', 'i', 1)",
        &[],
    )?;
    Ok(())
}

#[tokio::test]
async fn after_a_failed_commit_nothing_is_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    let expires_at = Timestamp::from_seconds(1);
    let first = store.write(move |txn| txn.session_spend(&[1; 16], expires_at));
    assert!(matches!(first.await, Ok::<_, StoreError>(true)));
    store.check().await.unwrap();
    let (poisoned, companion) = tokio::join!(
        store.write(poison),
        store.write(move |txn| txn.session_spend(&[2; 16], expires_at)),
    );
    assert!(matches!(poisoned, Err(StoreError::Broken(_))));
    // In the same batch it fails along; in a later one the writer has stopped already.
    assert!(matches!(companion, Err(StoreError::Broken(_))));
    let later = store.write(move |txn| txn.session_spend(&[3; 16], expires_at));
    assert!(matches!(later.await, Err(StoreError::Broken(_))));
    assert!(matches!(store.check().await, Err(StoreError::Broken(_))));
    store.close().await;

    let store = open(&folder);
    let spent = read(&store, |txn| {
        Ok([1_u8, 2, 3].map(|id| txn.session_is_spent(&[id; 16]).unwrap()))
    });
    assert_eq!(spent.await.unwrap(), [true, false, false]);
}

#[tokio::test]
async fn a_lost_transaction_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder);
    // What SQLite does by itself when the disk is full.
    let lost = store.write(|txn| {
        txn.execute_script("ROLLBACK")?;
        txn.session_spend(&[1; 16], Timestamp::from_seconds(1))
    });
    assert!(matches!(lost.await, Err(StoreError::Broken(_))));
    let spent = read(&store, |txn| txn.session_is_spent(&[1; 16]));
    assert!(!spent.await.unwrap());
    assert!(store.check().await.is_err());
}
