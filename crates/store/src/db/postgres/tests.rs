//! What a session is set to, and scripts in PostgreSQL's words.

use poolhouse_domain::budget::Sends;
use poolhouse_domain::pool::{ContactAttribute, FirstFactor};
use poolhouse_domain::{PoolId, Sub, Timestamp};

use super::value::dialect;
use crate::db::Value;
use crate::db::tests::{Fresh, read, write};
use crate::{StoreError, Txn, UserName};

async fn setting(store: &Fresh, name: &'static str) -> String {
    let sql = "SELECT current_setting(?1) AS value";
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
    assert!(matches!(outcome.await, Err(StoreError::Busy)));
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
    assert!(matches!(&error, StoreError::Conflict(table) if table == "pools"));
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
    assert_eq!(dialect("(a BIGINT) WITHOUT ROWID;", true), "(a BIGINT);");
}

const END: Timestamp = Timestamp::from_seconds(1);

/// Two questions, a write whose count is asked for, and two that nobody waits for.
fn work(txn: &mut Txn<'_>) -> Result<(), StoreError> {
    txn.ask_ahead(|txn| {
        txn.session_is_spent(&[1; 16], END)?;
        txn.session_is_spent(&[2; 16], END)
    });
    assert!(!txn.session_is_spent(&[1; 16], END)?);
    assert!(!txn.session_is_spent(&[2; 16], END)?);
    assert!(txn.session_spend(&[3; 16], END)?);
    txn.session_spend_unspent(&[1; 16], END)?;
    txn.session_spend_unspent(&[2; 16], END)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_less_is_answered_sooner() {
    let store = Fresh::postgres("").await;
    let before = store.round_trips();
    write(&store, work).await.unwrap();
    assert_eq!(store.round_trips() - before, 3);
    let before = store.round_trips();
    write(&store, |txn| txn.session_spend_unspent(&[4; 16], END))
        .await
        .unwrap();
    assert_eq!(
        store.round_trips() - before,
        1,
        "BEGIN, the write and COMMIT"
    );
    let before = store.round_trips();
    write(&store, |_| Ok(())).await.unwrap();
    assert_eq!(store.round_trips(), before, "there was nothing to say");
    let all_spent = read(&store, |txn| {
        let mut all = (1..=4).map(|id| txn.session_is_spent(&[id; 16], END));
        all.try_fold(true, |all, is| Ok(all && is?))
    });
    assert!(all_spent.await.unwrap());
    assert_eq!(store.round_trips() - before, 4);
}

/// COMMIT is on its way already when the answer comes that says that it is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_fails_beside_commit_takes_the_transaction_along() {
    let store = Fresh::postgres("").await;
    let outcome = write(&store, |txn| {
        txn.session_spend_unspent(&[1; 16], END)?;
        txn.send(
            "INSERT INTO clients (pool_id, name, id, created_at) VALUES ('none', 'n', 'i', 1)",
            &[],
        )?;
        txn.session_spend_unspent(&[2; 16], END)
    });
    let error = outcome.await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Conflict(table) if table == "clients"),
        "{error:?}"
    );
    let outcome = write(&store, |txn| {
        txn.session_spend_unspent(&[1; 16], END)?;
        txn.send_one(
            "pools",
            "UPDATE pools SET name = 'x' WHERE id = 'none'",
            &[],
        )
    });
    let error = outcome.await.unwrap_err();
    assert!(
        matches!(&error, StoreError::Conflict(table) if table == "pools"),
        "{error:?}"
    );
    assert!(
        !read(&store, |txn| txn.session_is_spent(&[1; 16], END))
            .await
            .unwrap()
    );
}

/// It could not be put into words, so it would not be sent, and the rest would be kept without it.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_another_type_is_refused_before_anything_is_sent() {
    let store = Fresh::postgres("").await;
    for params in [&[Value::Text("x"), "y".into()][..], &[Value::Int(1)]] {
        let params: Vec<_> = params
            .iter()
            .map(|value| crate::db::Cell::from(*value))
            .collect();
        let outcome = write(&store, move |txn| {
            txn.session_spend_unspent(&[1; 16], END)?;
            let sql = "INSERT INTO send_budgets (key, sends, expires_at) VALUES (?1, ?1, ?2)";
            txn.send(sql, &[(&[1; 32]).into(), 1_i64.into()])?;
            let params: Vec<Value<'_>> = params.iter().map(Value::from).collect();
            // Whatever the closure makes of it.
            assert!(txn.send(sql, &params).is_err());
            Ok(())
        });
        assert!(matches!(outcome.await, Err(StoreError::Broken(_))));
    }
    assert!(
        !read(&store, |txn| txn.session_is_spent(&[1; 16], END))
            .await
            .unwrap()
    );
}

/// It would be kept on this engine, and not on the other.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_is_asked_ahead_must_be_asked_for() {
    let store = Fresh::postgres("").await;
    let ask = |txn: &mut Txn<'_>| {
        txn.ask_ahead(|txn| {
            txn.session_spend(&[1; 16], END)?;
            txn.session_is_spent(&[1; 16], END)
        });
    };
    let outcome = write(&store, move |txn| {
        ask(txn);
        txn.session_is_spent(&[1; 16], END)
    });
    assert!(matches!(outcome.await, Err(StoreError::Broken(_))));
    let before = store.round_trips();
    let seen = write(&store, move |txn| {
        ask(txn);
        Ok((
            txn.session_spend(&[1; 16], END)?,
            txn.session_is_spent(&[1; 16], END)?,
        ))
    });
    assert_eq!(seen.await.unwrap(), (true, true));
    assert_eq!(store.round_trips() - before, 2);
    // Not sent, and so not done.
    write(&store, move |txn| {
        txn.ask_ahead(|txn| txn.session_spend(&[2; 16], END));
        Ok(())
    })
    .await
    .unwrap();
    assert!(
        !read(&store, |txn| txn.session_is_spent(&[2; 16], END))
            .await
            .unwrap()
    );
}

/// Whoever it turns out to be, and also if it is nobody.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_of_a_stand_in_is_answered_of_whom_it_stands_for() {
    let store = Fresh::postgres("").await;
    let (pool, sub, stand_in) = (PoolId::new("p"), Sub::new("ann"), Sub::new("stand-in"));
    let keys = |sub: &Sub| [vec![1; 32], format!("p/{sub}").into_bytes()];
    let mut sends = Sends::default();
    sends.add(1, END);
    let gone_out = (sends, keys(&sub)[1].clone());
    write(&store, move |txn| {
        txn.send(
            "INSERT INTO pools (id, name, created_at) VALUES ('p', 'p', 1)",
            &[],
        )?;
        txn.send(
            "INSERT INTO users (pool_id, sub, status, enabled, attributes, mfa, created_at, updated_at)
             VALUES ('p', 'ann', 'CONFIRMED', 1, '{}', '{}', 1, 1)",
            &[],
        )?;
        let pool = PoolId::new("p");
        txn.login_set(&pool, &Sub::new("ann"), ContactAttribute::Email, "ann@")?;
        txn.factor_failure_count(&pool, &Sub::new("ann"), FirstFactor::EmailOtp, END)?;
        txn.send_budgets_put(&[(gone_out.1.clone(), gone_out.0.clone())])
    })
    .await
    .unwrap();
    for (name, whose) in [
        ("ann@", &sub),
        ("eve@", &stand_in),
        ("ann", &sub),
        ("eve", &stand_in),
    ] {
        let ask = move |txn: &mut Txn<'_>, pool: &PoolId, sub: &Sub| {
            let failures = txn.factor_failures_list(pool, sub)?.len();
            Ok::<_, StoreError>((failures, txn.send_budgets_get(&keys(sub))?))
        };
        let (pool, stand_in, theirs) = (pool.clone(), stand_in.clone(), whose.clone());
        let typed = Sub::new(name);
        let before = store.round_trips();
        let found = read(&store, move |txn| {
            let by = if name.ends_with('@') {
                UserName::Login(ContactAttribute::Email, name)
            } else {
                UserName::Sub(&typed)
            };
            txn.ask_ahead_of_user(&pool, &by, &stand_in, |txn| ask(txn, &pool, &stand_in));
            ask(txn, &pool, &theirs)
        });
        let (failures, sends) = found.await.unwrap();
        let is_somebody = whose.as_str() == "ann";
        assert_eq!(failures, usize::from(is_somebody));
        assert_eq!(sends[0], Sends::default());
        assert_eq!(sends[1] != Sends::default(), is_somebody);
        assert_eq!(store.round_trips() - before, 1);
    }
}
