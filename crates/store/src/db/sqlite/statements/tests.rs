//! What is kept is the right statement, and nothing of what it was run with.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::super::{execute, query};
use super::{Connection, Kept, Prepared};
use crate::StoreError;
use crate::db::{Sql, Value};

const SECRET: &str = "a code";

fn connection() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    // As whoever runs statements is in.
    connection.execute_batch("BEGIN").unwrap();
    connection
}

/// The statement as it would be run now, with what is bound to it.
fn bound(prepared: &mut dyn Prepared, sql: Sql<'_>) -> String {
    let mut text = None;
    let work = &mut |statement: &mut rusqlite::Statement<'_>| {
        text = statement.expanded_sql();
        Ok(())
    };
    prepared.lend(sql, work).unwrap();
    text.unwrap()
}

/// Where statements come from: kept, from the cache beside those that are kept, and from a reader's cache.
fn each(test: impl Fn(&mut dyn Prepared, Sql<'_>)) {
    let text = "SELECT ?1 AS it";
    let mut connection = connection();
    test(&mut Kept::of(&connection), text.into());
    test(&mut Kept::of(&connection), (&text.to_owned()).into());
    test(&mut connection, text.into());
}

#[test]
fn nothing_stays_bound() {
    each(|prepared, sql| {
        let found = query(prepared, sql, &[SECRET.into()], |row| row.text("it"));
        assert_eq!(found.unwrap(), [SECRET]);
        assert_eq!(bound(prepared, sql), "SELECT NULL AS it");
    });
}

#[test]
fn nothing_stays_bound_where_a_row_was_not_understood() {
    each(|prepared, sql| {
        let found = query(prepared, sql, &[SECRET.into()], |row| row.int("it"));
        assert!(matches!(found, Err(StoreError::Broken(_))), "{found:?}");
        assert_eq!(bound(prepared, sql), "SELECT NULL AS it");
    });
}

/// The thread goes on, and so the statement must not be left half way.
#[test]
fn nothing_stays_bound_after_a_panic() {
    each(|prepared, sql| {
        let params = [Value::from(SECRET)];
        let work = || query::<()>(prepared, sql, &params, |_| panic!("on purpose"));
        assert!(catch_unwind(AssertUnwindSafe(work)).is_err());
        assert_eq!(bound(prepared, sql), "SELECT NULL AS it");
        let again = query(prepared, sql, &[2_i64.into()], |row| row.int("it"));
        assert_eq!(again.unwrap(), [2]);
    });
}

#[test]
fn a_statement_is_prepared_once() {
    let connection = connection();
    let mut kept = Kept::of(&connection);
    for n in 0..3_i64 {
        let found = query(&mut kept, "SELECT ?1 AS n".into(), &[n.into()], |row| {
            row.int("n")
        });
        assert_eq!(found.unwrap(), [n]);
    }
    assert_eq!(kept.statements.len(), 1);
}

/// Two texts may begin in one place.
#[test]
fn a_text_is_not_taken_for_its_beginning() {
    const BOTH: &str = "SELECT 1 AS n UNION ALL SELECT 2";
    let connection = connection();
    let mut kept = Kept::of(&connection);
    for (sql, expected) in [(BOTH, &[1, 2][..]), (&BOTH[..13], &[1]), (BOTH, &[1, 2])] {
        let found = query(&mut kept, sql.into(), &[], |row| row.int("n"));
        assert_eq!(found.unwrap(), expected, "{sql}");
    }
}

/// Of what is put together another text may be in the same place the next time.
#[test]
fn a_text_that_was_put_together_is_not_known_by_its_place() {
    let connection = connection();
    let mut kept = Kept::of(&connection);
    let mut sql = String::from("SELECT 1 AS n");
    for n in 1..=3_i64 {
        sql.replace_range(7..8, &n.to_string());
        let found = query(&mut kept, (&sql).into(), &[], |row| row.int("n"));
        assert_eq!(found.unwrap(), [n]);
    }
    assert!(kept.statements.is_empty());
}

/// A statement that is not understood is not kept, and one that fails can be run again.
#[test]
fn what_fails_is_run_anew() {
    let connection = connection();
    let mut kept = Kept::of(&connection);
    let insert = "INSERT INTO late (n) VALUES (?1)";
    assert!(execute(&mut kept, insert.into(), &[1_i64.into()]).is_err());
    let table = "CREATE TABLE late (n BIGINT NOT NULL PRIMARY KEY)";
    execute(&mut kept, table.into(), &[]).unwrap();
    let mut add = |n: i64| execute(&mut kept, insert.into(), &[n.into()]);
    assert_eq!(add(1).unwrap(), 1);
    assert!(matches!(add(1), Err(StoreError::Conflict(table)) if table == "late"));
    assert_eq!(add(2).unwrap(), 1);
}
