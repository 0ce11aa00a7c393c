//! Only `crates/store` writes SQL.
//!
//! House style writes SQL's words in capitals, and that is what is looked for.

use crate::lint::tree::{Finding, Tree};

/// A statement is there when all words of one of these are on one line.
const STATEMENTS: &[&[&str]] = &[
    &["SELECT ", " FROM "],
    &["INSERT INTO "],
    &["UPDATE ", " SET "],
    &["DELETE FROM "],
    &["CREATE TABLE "],
    &["CREATE INDEX "],
    &["ON CONFLICT"],
];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let elsewhere = tree.product().filter(|file| !file.is_under("crates/store"));
    let mut found = Vec::new();
    for file in elsewhere {
        for (number, line) in file.code() {
            if STATEMENTS
                .iter()
                .any(|words| words.iter().all(|word| line.contains(word)))
            {
                found.push(file.finding(number, "SQL belongs in crates/store: add a method there"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    fn found(path: &str, line: &str) -> usize {
        check(&tree(&[(path, line)])).len()
    }

    #[test]
    fn sql_outside_the_store_is_found() {
        for line in [
            r#"    txn.run("SELECT id FROM users");"#,
            r#"    "INSERT INTO users VALUES (?1)""#,
            r#"    "UPDATE users SET name = ?1""#,
            r#"    "DELETE FROM users""#,
            r#"    "CREATE TABLE users (id TEXT)""#,
            "    ON CONFLICT DO NOTHING",
        ] {
            assert_eq!(found("crates/server/src/flows/a.rs", line), 1, "{line}");
            assert_eq!(found("crates/store/src/users.rs", line), 0, "{line}");
        }
    }

    #[test]
    fn words_of_the_protocol_are_not_sql() {
        for line in [
            r#""SELECT_CHALLENGE""#,
            "// SELECT a FROM b",
            r#""update the set from it""#,
        ] {
            assert_eq!(found("crates/server/src/flows/a.rs", line), 0, "{line}");
        }
    }
}
