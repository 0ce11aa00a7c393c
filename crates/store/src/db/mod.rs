//! The seam between the store's methods and the database: everything that is particular to an
//! engine is in here, and nowhere else.
//!
//! Methods write one SQL text for every engine (`$1`, `ON CONFLICT`, `RETURNING`), pass [`Value`]s
//! and read [`Row`]s by column. An expected conflict is told by `ON CONFLICT` and a row count, never
//! by an error: after an error PostgreSQL refuses the rest of the transaction.

mod row;
mod sqlite;
mod value;
mod writer;

pub(crate) use row::Row;
pub(crate) use sqlite::Database;
pub(crate) use value::Value;
pub(crate) use writer::job;

use crate::StoreError;
use crate::outbox::Order;
use crate::vault::Vault;

/// What every transaction has at hand beside the database.
pub(crate) struct Context {
    pub(crate) vault: Vault,
    pub(crate) order: Order,
}

/// An open transaction: all of it is kept, or nothing. The store's methods are methods of this.
pub struct Txn<'a> {
    connection: &'a sqlite::Connection,
    /// Shared by all transactions.
    pub(crate) context: &'a Context,
}

impl Txn<'_> {
    /// Runs a statement and says how many rows it changed.
    pub(crate) fn execute(&mut self, sql: &str, params: &[Value<'_>]) -> Result<u64, StoreError> {
        sqlite::execute(self.connection, sql, params)
    }

    /// Runs an `INSERT .. ON CONFLICT` that must add a row to `table`.
    pub(crate) fn insert(
        &mut self,
        table: &str,
        sql: &str,
        params: &[Value<'_>],
    ) -> Result<(), StoreError> {
        match self.execute(sql, params)? {
            0 => Err(StoreError::conflict(table)),
            _ => Ok(()),
        }
    }

    /// Runs statements that take no parameters, one after the other.
    pub(crate) fn execute_script(&mut self, sql: &str) -> Result<(), StoreError> {
        sqlite::execute_script(self.connection, sql)
    }

    /// Reads the one row that there must be.
    pub(crate) fn query_one<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(sql, params, read)?
            .ok_or_else(|| StoreError::broken(format!("no row, expected one: {sql}")))
    }

    /// Reads the first row, if there is one.
    pub(crate) fn query_opt<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        // Every row is read, also where one is expected: a RETURNING statement that is not run to
        // its end has not done its work.
        Ok(self.query_many(sql, params, read)?.into_iter().next())
    }

    /// Reads every row.
    pub(crate) fn query_many<T>(
        &mut self,
        sql: &str,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        sqlite::query(self.connection, sql, params, read)
    }
}

#[cfg(test)]
mod tests;
