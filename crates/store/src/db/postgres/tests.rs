//! What a session is set to, and scripts in PostgreSQL's words.

use crate::db::tests::{Fresh, read, write};

use super::value::dialect;

async fn setting(store: &Fresh, name: &'static str) -> String {
    let sql = "SELECT current_setting($1) AS value";
    let value = write(store, move |txn| {
        txn.query_one(sql, &[name.into()], |row| row.text("x.value"))
    });
    value.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_are_serializable_and_end() {
    let store = Fresh::postgres("").await;
    assert_eq!(
        setting(&store, "transaction_isolation").await,
        "serializable"
    );
    assert_eq!(setting(&store, "statement_timeout").await, "10s");
    assert_eq!(
        setting(&store, "idle_in_transaction_session_timeout").await,
        "10s"
    );
    assert_eq!(setting(&store, "synchronous_commit").await, "on");
    assert_eq!(setting(&store, "application_name").await, "poolhouse");

    let snapshot = read(&store, |txn| {
        txn.query_one(
            "SELECT current_setting('transaction_isolation') AS isolation,
                 current_setting('transaction_read_only') AS read_only",
            &[],
            |row| Ok((row.text("x.isolation")?, row.text("x.read_only")?)),
        )
    });
    let expected = ("repeatable read".to_owned(), "on".to_owned());
    assert_eq!(snapshot.await.unwrap(), expected);
}

/// What the administrator chose stays, but for the one choice that loses acknowledged writes.
#[tokio::test(flavor = "multi_thread")]
async fn an_acknowledged_write_is_on_disk_whatever_the_default() {
    for (chosen, expected) in [("off", "on"), ("remote_apply", "remote_apply")] {
        let store = Fresh::postgres(&format!("%20-csynchronous_commit%3D{chosen}")).await;
        assert_eq!(setting(&store, "synchronous_commit").await, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_that_hangs_is_ended() {
    let store = Fresh::postgres("").await;
    let outcome = write(&store, |txn| {
        txn.execute_script("SET LOCAL statement_timeout = 1")?;
        txn.query_opt("SELECT CAST(pg_sleep(60) AS TEXT) AS a", &[], |_| Ok(()))
    });
    assert!(matches!(outcome.await, Err(crate::StoreError::Busy)));
}

/// More texts than a connection keeps prepared.
#[tokio::test(flavor = "multi_thread")]
async fn statements_without_end_are_no_leak() {
    let store = Fresh::postgres("&connections=1").await;
    let prepared = write(&store, |txn| {
        for number in 0..1_100 {
            txn.query_opt(&format!("SELECT {number} AS a"), &[], |_| Ok(()))?;
        }
        txn.query_one(
            "SELECT COUNT(*) AS prepared FROM pg_prepared_statements",
            &[],
            |row| row.usize("x.prepared"),
        )
    });
    let prepared = prepared.await.unwrap();
    assert!(prepared <= 512, "{prepared}");
}

/// The detail of an error quotes the row: it must not get into a log.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_quotes_nobodys_address() {
    let store = Fresh::postgres("").await;
    let outcome = write(&store, |txn| {
        for _ in 0..2 {
            txn.execute(
                "INSERT INTO pools (id, name, created_at) VALUES ('a', 'ann@example.com', 1)",
                &[],
            )?;
        }
        Ok(())
    });
    let error = outcome.await.unwrap_err();
    assert!(matches!(&error, crate::StoreError::Conflict(table) if table == "pools"));
    let outcome = write(&store, |txn| {
        txn.execute("INSERT INTO pools (id) VALUES ('ann@example.com')", &[])
    });
    let error = outcome.await.unwrap_err();
    assert!(!format!("{error:?}").contains("ann@"), "{error:?}");
}

/// Half of a script is nothing: it is one transaction.
#[tokio::test(flavor = "multi_thread")]
async fn a_script_that_fails_leaves_nothing() {
    let store = Fresh::postgres("").await;
    let broken = write(&store, |txn| {
        txn.execute_script("CREATE TABLE half (a TEXT); CREATE TABLE half_too (a NOTHING)")
    });
    assert!(broken.await.is_err());
    let half = read(&store, |txn| {
        txn.query_opt("SELECT a FROM half", &[], |_| Ok(()))
    });
    assert!(half.await.is_err());
}

#[test]
fn scripts_are_translated_word_by_word() {
    let script = "CREATE TABLE a (b BLOB NOT NULL, c TEXT, d TEXT[], e_TEXT BIGINT); -- TEXTS";
    assert_eq!(
        dialect(script, true),
        "CREATE TABLE a (b BYTEA NOT NULL, c TEXT, d TEXT[], e_TEXT BIGINT); -- TEXTS"
    );
    assert_eq!(
        dialect("a TEXT, b BLOB", false),
        "a TEXT COLLATE \"C\", b BYTEA"
    );
}
