//! Everything that is sealed, and sealing it again under a newer key, a few rows at a time.

use crate::db::{Cell, Value};
use crate::tables::{Cells, Table, select};
use crate::{StoreError, Txn};

/// A column whose values are sealed.
pub(crate) struct Sealed {
    table: &'static str,
    column: &'static str,
    /// The columns that name the value's place, as [`crate::vault::Vault::seal`] is told it.
    place: &'static [&'static str],
}

/// A column that is not here is not sealed again, and lost with its key: `Vault::seal` refuses it
/// wherever debug assertions are on.
pub(crate) const SEALED: &[Sealed] = &[
    Sealed {
        table: "signing_keys",
        column: "pkcs8",
        place: &["kid"],
    },
    Sealed {
        table: "clients",
        column: "secret",
        place: &["id"],
    },
    Sealed {
        table: "passwords",
        column: "hash",
        place: &["pool_id", "sub", "generation"],
    },
    Sealed {
        table: "software_tokens",
        column: "seed",
        place: &["pool_id", "sub"],
    },
    Sealed {
        table: "software_token_setups",
        column: "seed",
        place: &["pool_id", "sub"],
    },
    Sealed {
        table: "devices",
        column: "verifier",
        place: &["pool_id", "sub", "device_key"],
    },
    Sealed {
        table: "outbox",
        column: "payload",
        place: &["id"],
    },
];

/// How far sealing again has come: the beginning, unless somebody else says so.
#[derive(Clone, Debug, Default)]
pub struct Resealing {
    column: usize,
    after: Option<Vec<Cell>>,
}

impl Sealed {
    pub(crate) fn names(&self, column: &str) -> bool {
        column.split_once('/') == Some((self.table, self.column))
    }
}

impl Txn<'_> {
    /// Looks at the next `limit` values from `at` on, and seals those again that an older key has
    /// sealed. How many they were, and where to go on; nothing when this was the end.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if a value opens with no key.
    pub fn sealed_reseal(
        &mut self,
        at: &Resealing,
        limit: usize,
    ) -> Result<(u64, Option<Resealing>), StoreError> {
        let Some(sealed) = SEALED.get(at.column) else {
            return Ok((0, None));
        };
        let table = Table::named(sealed.table)?;
        let rows = self.rows_page(table, at.after.as_deref(), limit)?;
        let mut resealed = 0;
        for row in &rows {
            resealed += self.value_reseal(sealed, table, row)?;
        }
        let next = match rows.get(limit.saturating_sub(1)) {
            Some(last) => Resealing {
                column: at.column,
                after: Some(select(last, table.key)?),
            },
            None => Resealing {
                column: at.column + 1,
                after: None,
            },
        };
        Ok((resealed, (next.column < SEALED.len()).then_some(next)))
    }

    /// Seals one value again, if that has to be. How many that makes.
    fn value_reseal(
        &mut self,
        sealed: &Sealed,
        table: &Table,
        row: &Cells,
    ) -> Result<u64, StoreError> {
        let cell = select(row, &[sealed.column])?;
        let Some(Cell::Blob(old)) = cell.first() else {
            return Ok(0);
        };
        let place = select(row, sealed.place)?;
        let place: Vec<String> = place.iter().map(ToString::to_string).collect();
        let name = format!("{}/{}", sealed.table, sealed.column);
        let vault = &self.context.vault;
        let Some(new) = vault.reseal(&name, &place.join("/"), old)? else {
            return Ok(0);
        };
        let key = select(row, table.key)?;
        let mut params: Vec<Value<'_>> = vec![(&new).into()];
        params.extend(key.iter().map(Value::from));
        let same = (2..)
            .zip(table.key)
            .map(|(n, name)| format!("{name} = ?{n}"));
        let same: Vec<String> = same.collect();
        let sql = format!(
            "UPDATE {} SET {} = ?1 WHERE {}",
            sealed.table,
            sealed.column,
            same.join(" AND ")
        );
        self.execute(&sql, &params)
    }
}
