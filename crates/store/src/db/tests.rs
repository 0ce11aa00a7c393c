//! The seam itself, on both engines: parameters and columns. And what happens when a commit fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use poolhouse_domain::Timestamp;
use poolhouse_domain::random::SeededRandom;
use poolhouse_domain::seal::MasterKey;
use tempfile::TempDir;

use super::Value;
use crate::{Store, StoreError, StoreUrl, Txn};

#[expect(dead_code, reason = "the integration tests use the rest of it")]
#[path = "../../tests/it/postgres/server.rs"]
pub(super) mod server;

/// An empty store, and what goes away with it.
pub(super) struct Fresh {
    store: Store,
    _folder: Option<TempDir>,
}

impl Fresh {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            store: open(&folder),
            _folder: Some(folder),
        }
    }

    /// With more to say at the end of the URL.
    pub(super) async fn postgres(more: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let schema = format!("seam_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let server = server::shared();
        server.run(&format!("CREATE SCHEMA {schema}")).await;
        let url = format!("{}{more}", server.url(&schema));
        Self {
            store: open_at(&url.parse().unwrap()),
            _folder: None,
        }
    }

    /// How often its server was waited for.
    pub(super) fn round_trips(&self) -> u64 {
        self.store.round_trip_count()
    }

    async fn both() -> [Self; 2] {
        [Self::sqlite(), Self::postgres("").await]
    }
}

fn open(folder: &TempDir) -> Store {
    open_at(&StoreUrl::from(&*folder.path().join("test.db")))
}

fn open_at(url: &StoreUrl) -> Store {
    let random = SeededRandom::new(1);
    let sealer = MasterKey::generate(&random).sealer("store");
    Store::open(url, sealer, Arc::new(random)).unwrap()
}

pub(super) async fn read<T: Send + 'static>(
    fresh: &Fresh,
    work: impl Fn(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    fresh.store.read(work).await
}

pub(super) async fn write<T: Send + 'static>(
    fresh: &Fresh,
    work: impl Fn(&mut Txn<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    fresh.store.write(work).await
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_go_by_number_not_by_place() {
    for store in Fresh::both().await {
        let row = read(&store, |txn| {
            txn.query_one(
                "SELECT ?2 AS b, ?1 AS a, ?2 AS again, ?3 AS c",
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
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_parameter_is_no_null() {
    for store in Fresh::both().await {
        let outcome = read(&store, |txn| {
            txn.query_opt("SELECT ?2 AS a", &[Value::Int(1)], |_| Ok(()))
        });
        assert!(matches!(outcome.await, Err(StoreError::Broken(_))));
    }
}

/// A parameter that is null the first time a statement is run, and a number the next time.
#[tokio::test(flavor = "multi_thread")]
async fn a_null_has_the_type_of_its_place() {
    for store in Fresh::both().await {
        let kept = write(&store, |txn| {
            txn.execute_script("CREATE TABLE things (a BIGINT, b BLOB, c TEXT)")?;
            for number in [None, Some(7_u32)] {
                let params = [
                    number.into(),
                    number.map(|_| &[1_u8; 2]).into(),
                    number.map(|_| "x").into(),
                ];
                txn.execute("INSERT INTO things (a, b, c) VALUES (?1, ?2, ?3)", &params)?;
            }
            txn.query_many("SELECT a, b, c FROM things ORDER BY a DESC", &[], |row| {
                Ok((
                    row.optional("things.a", crate::db::Row::u32)?,
                    row.optional("things.b", crate::db::Row::blob)?,
                    row.optional("things.c", crate::db::Row::text)?,
                ))
            })
        });
        let mut kept = kept.await.unwrap();
        kept.sort();
        let whole = (Some(7), Some(vec![1, 1]), Some("x".to_owned()));
        assert_eq!(kept, [(None, None, None), whole]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_named() {
    for store in Fresh::both().await {
        for (sql, expected) in [
            ("SELECT 'x' AS a", "t.a is text, expected an integer"),
            (
                "SELECT CAST(NULL AS BIGINT) AS a",
                "t.a is null, expected an integer",
            ),
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
            txn.query_opt("SELECT ?1 AS a", &[(&[1, 2]).into()], |row| {
                row.bytes::<3>("t.a")
            })
        });
        assert!(short.await.is_err());
    }
}

/// The types that expressions have are not all those of columns.
#[tokio::test(flavor = "multi_thread")]
async fn expressions_are_read_like_columns() {
    for store in Fresh::both().await {
        for (sql, expected) in [
            ("SELECT 7 AS a", 7),
            ("SELECT COUNT(*) AS a FROM pools", 0),
            (
                "SELECT MAX(version) / MAX(version) AS a FROM schema_versions",
                1,
            ),
            ("SELECT 1 < 2 AS a", 1),
        ] {
            let found = read(&store, move |txn| {
                txn.query_one(sql, &[], |row| row.u32("t.a"))
            });
            assert_eq!(found.await.unwrap(), expected, "{sql}");
        }
    }
}

fn count(txn: &mut Txn<'_>) -> Result<usize, StoreError> {
    let sql = "SELECT COUNT(*) AS count FROM spent_sessions";
    txn.query_one(sql, &[], |row| row.usize("x.count"))
}

/// To ask ahead changes nothing but what it costs.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_ahead_is_as_it_is_when_it_is_asked_for() {
    for store in Fresh::both().await {
        let expires_at = Timestamp::from_seconds(1);
        let ask = |txn: &mut Txn<'_>| txn.ask_ahead(count);
        let counts = write(&store, move |txn| {
            ask(txn);
            let before = count(txn)?;
            ask(txn);
            txn.session_spend_unspent(&[1; 16], expires_at)?;
            let sent = count(txn)?;
            ask(txn);
            assert!(txn.session_spend(&[2; 16], expires_at)?);
            let waited_for = count(txn)?;
            // Never asked for.
            ask(txn);
            Ok((before, sent, waited_for))
        });
        assert_eq!(counts.await.unwrap(), (0, 1, 2));
        let snapshot = read(&store, move |txn| {
            ask(txn);
            Ok((count(txn)?, count(txn)?))
        });
        assert_eq!(snapshot.await.unwrap(), (2, 2));
    }
}

/// What one closure did not live to send is not in the next one's transaction.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_by_who_failed_is_not_kept() {
    for store in Fresh::both().await {
        let expires_at = Timestamp::from_seconds(1);
        let failed: Result<(), _> = write(&store, move |txn| {
            txn.session_spend_unspent(&[1; 16], expires_at)?;
            txn.ask_ahead(count);
            Err(StoreError::Busy)
        })
        .await;
        assert!(matches!(failed, Err(StoreError::Busy)));
        let panicked: Result<(), _> = write(&store, move |txn| {
            txn.session_spend_unspent(&[2; 16], expires_at)?;
            txn.ask_ahead::<(), StoreError>(|_| panic!("a test of panics"));
            panic!("on SQLite nobody asks ahead")
        })
        .await;
        assert!(matches!(panicked, Err(StoreError::Broken(_))));
        write(&store, |_| Ok(())).await.unwrap();
        assert_eq!(write(&store, count).await.unwrap(), 0);
        let in_snapshot = read(&store, move |txn| {
            txn.session_spend_unspent(&[3; 16], expires_at)
        });
        assert!(in_snapshot.await.is_err());
        assert_eq!(read(&store, count).await.unwrap(), 0);
    }
}

/// A statement that failed has spoilt the transaction, whatever its closure makes of that.
#[tokio::test(flavor = "multi_thread")]
async fn after_an_error_nothing_is_kept() {
    let store = Fresh::postgres("").await;
    let outcome = write(&store, |txn| {
        txn.session_spend(&[1; 16], Timestamp::from_seconds(1))?;
        assert!(txn.execute("INSERT INTO nowhere VALUES (1)", &[]).is_err());
        let later = txn.session_spend(&[2; 16], Timestamp::from_seconds(1));
        assert!(matches!(later, Err(StoreError::Broken(_))));
        Ok(())
    });
    assert!(matches!(outcome.await, Err(StoreError::Broken(_))));
    let spent = read(&store, |txn| {
        txn.session_is_spent(&[1; 16], Timestamp::from_seconds(1))
    });
    assert!(!spent.await.unwrap());
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
    let spent = store.read::<_, StoreError, _>(|txn| {
        Ok([1_u8, 2, 3].map(|id| {
            txn.session_is_spent(&[id; 16], Timestamp::from_seconds(1))
                .unwrap()
        }))
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
    let spent = store
        .read::<_, StoreError, _>(|txn| txn.session_is_spent(&[1; 16], Timestamp::from_seconds(1)));
    assert!(!spent.await.unwrap());
    assert!(store.check().await.is_err());
}
