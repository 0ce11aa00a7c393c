//! The tables, as data: for work that is done to all of them alike, some rows at a time.

use crate::db::{Cell, Row, Value};
use crate::{StoreError, Txn};

/// A table.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Its primary key.
    pub(crate) key: &'static [&'static str],
    /// Whether it is worth a backup. What is not: what lives for minutes, and would be wrong after them.
    pub(crate) lasts: bool,
}

const fn lasting(name: &'static str, key: &'static [&'static str]) -> Table {
    Table {
        name,
        key,
        lasts: true,
    }
}

const fn passing(name: &'static str, key: &'static [&'static str]) -> Table {
    Table {
        name,
        key,
        lasts: false,
    }
}

/// Every table but the schema's version, each after those that it refers to.
pub(crate) const TABLES: &[Table] = &[
    lasting("store_keys", &["id"]),
    lasting("pools", &["id"]),
    lasting("clients", &["pool_id", "name"]),
    lasting("signing_keys", &["pool_id", "kid"]),
    lasting("users", &["pool_id", "sub"]),
    lasting("logins", &["pool_id", "attribute", "key"]),
    lasting("pending_contacts", &["pool_id", "sub", "attribute"]),
    lasting("passwords", &["pool_id", "sub", "generation"]),
    lasting("passkeys", &["pool_id", "credential_id"]),
    lasting("software_tokens", &["pool_id", "sub"]),
    lasting("devices", &["pool_id", "sub", "device_key"]),
    lasting("refresh_families", &["pool_id", "sub", "origin_jti"]),
    lasting("factor_failures", &["pool_id", "sub", "factor"]),
    lasting("audit_events", &["pool_id", "id"]),
    passing("send_budgets", &["key"]),
    passing("codes", &["pool_id", "sub", "purpose"]),
    passing("spent_sessions", &["expires_at", "id"]),
    passing("passkey_registrations", &["pool_id", "sub", "client_id"]),
    passing("software_token_setups", &["pool_id", "sub"]),
    passing("outbox", &["id"]),
];

/// A row with the names of its columns.
pub(crate) type Cells = Vec<(String, Cell)>;

impl Table {
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// One that is there.
    pub(crate) fn named(name: &str) -> Result<&'static Self, StoreError> {
        Self::find(name).ok_or_else(|| StoreError::broken(format!("{name} is not in TABLES")))
    }

    /// One more condition: that a row's key is on that `side` of the key `of`, if there is one.
    pub(crate) fn beside<'a>(
        &self,
        side: &str,
        of: Option<&'a [Cell]>,
        params: &mut Vec<Value<'a>>,
    ) -> String {
        let Some(of) = of else {
            return String::new();
        };
        let first = params.len() + 1;
        params.extend(of.iter().map(Value::from));
        let places: Vec<String> = (first..=params.len()).map(|n| format!("?{n}")).collect();
        let (key, places) = (self.key.join(", "), places.join(", "));
        format!(" AND ({key}) {side} ({places})")
    }
}

impl Txn<'_> {
    /// The next `limit` rows of a table, in the order of its key, after the one with the key `after`.
    pub(crate) fn rows_page(
        &mut self,
        table: &Table,
        after: Option<&[Cell]>,
        limit: usize,
    ) -> Result<Vec<Cells>, StoreError> {
        let (name, key) = (table.name, table.key.join(", "));
        let mut params: Vec<Value<'_>> = vec![limit.into()];
        let rest = table.beside(">", after, &mut params);
        let sql = format!("SELECT * FROM {name} WHERE 1 = 1{rest} ORDER BY {key} LIMIT ?1");
        self.query_many(&sql, &params, cells)
    }
}

fn cells(row: &Row<'_>) -> Result<Cells, StoreError> {
    row.cells()
}

/// The cells of the columns `names`, in their order.
///
/// # Errors
/// [`StoreError::Broken`] if one is not there.
pub(crate) fn select(cells: &Cells, names: &[&str]) -> Result<Vec<Cell>, StoreError> {
    let find = |name: &&str| {
        let found = cells.iter().find(|(column, _)| column == name);
        found
            .map(|(_, cell)| cell.clone())
            .ok_or_else(|| StoreError::broken(format!("a row has no column {name}")))
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::migrations::STEPS;

    /// A table that is not listed is not in backups.
    #[test]
    fn every_table_is_listed() {
        let words = |word: &str| -> BTreeSet<&str> {
            let texts = STEPS.iter().flat_map(|step| step.split(word).skip(1));
            texts
                .filter_map(|rest| rest.split_whitespace().next())
                .collect()
        };
        let gone = words("DROP TABLE ");
        let there: BTreeSet<&str> = words("CREATE TABLE ").difference(&gone).copied().collect();
        let listed: BTreeSet<&str> = TABLES.iter().map(|table| table.name).collect();
        assert_eq!(there, listed);
    }
}
