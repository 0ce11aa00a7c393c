//! Only `crates/store/src/db` knows which database is underneath.

use crate::lint::tree::{Finding, Tree};

const DRIVERS: &[&str] = &["rusqlite", "tokio_postgres", "deadpool"];

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let elsewhere = tree
        .product()
        .filter(|file| !file.is_under("crates/store/src/db"));
    let mut found = Vec::new();
    for file in elsewhere {
        for (number, line) in file.code() {
            if let Some(driver) = DRIVERS.iter().find(|driver| line.contains(**driver)) {
                let message = format!("`{driver}` belongs in crates/store/src/db, behind its seam");
                found.push(file.finding(number, message));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::tree::tests::tree;

    #[test]
    fn drivers_are_named_in_db_only() {
        let line = "fn a(row: &rusqlite::Row) {}";
        assert_eq!(
            check(&tree(&[("crates/store/src/users.rs", line)])).len(),
            1
        );
        assert_eq!(
            check(&tree(&[(
                "crates/server/src/lib.rs",
                "use tokio_postgres::Row;"
            )]))
            .len(),
            1
        );
        assert!(check(&tree(&[("crates/store/src/db/sqlite.rs", line)])).is_empty());
        assert!(check(&tree(&[("crates/store/tests/it/main.rs", line)])).is_empty());
        assert!(check(&tree(&[("crates/store/src/lib.rs", "//! Not rusqlite.")])).is_empty());
    }
}
