//! Where prepared statements come from.
//!
//! `rusqlite`'s own cache finds a statement by its text, which it copies, and hashes three times, whenever it is
//! run. The writer has its connection for as long as its thread lives, so its statements can be kept beside it, each by
//! where its text is. Readers come and go with their connections, and use the cache.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use rusqlite::{PrepFlags, Statement};

use super::{Connection, translate};
use crate::StoreError;
use crate::db::Sql;

/// What is done with a statement.
type Work<'w> = dyn FnMut(&mut Statement<'_>) -> Result<(), StoreError> + 'w;

/// A connection with its prepared statements.
pub(in crate::db) trait Prepared {
    fn connection(&self) -> &Connection;

    /// Prepares the statement, if it is not, and lends it to `work`. No parameter stays bound to it.
    fn lend(&mut self, sql: Sql<'_>, work: &mut Work<'_>) -> Result<(), StoreError>;
}

impl Prepared for Connection {
    fn connection(&self) -> &Connection {
        self
    }

    fn lend(&mut self, sql: Sql<'_>, work: &mut Work<'_>) -> Result<(), StoreError> {
        work(&mut *self.prepare_cached(sql.text()).map_err(translate)?)
    }
}

/// A connection that is used for long.
pub(super) struct Kept<'c> {
    connection: &'c Connection,
    /// Each by where its text is.
    statements: BTreeMap<*const str, Statement<'c>>,
}

impl<'c> Kept<'c> {
    pub(super) const fn of(connection: &'c Connection) -> Self {
        Self {
            connection,
            statements: BTreeMap::new(),
        }
    }
}

impl Prepared for Kept<'_> {
    fn connection(&self) -> &Connection {
        self.connection
    }

    fn lend(&mut self, sql: Sql<'_>, work: &mut Work<'_>) -> Result<(), StoreError> {
        let Some(place) = sql.place() else {
            let cached = self.connection.prepare_cached(sql.text());
            return work(&mut *cached.map_err(translate)?);
        };
        let statement = match self.statements.entry(place) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(free) => {
                let flags = PrepFlags::SQLITE_PREPARE_PERSISTENT;
                let prepared = self.connection.prepare_with_flags(sql.text(), flags);
                free.insert(prepared.map_err(translate)?)
            }
        };
        let lent = Lent(statement);
        work(lent.0)
    }
}

/// Of one that is given back nothing stays bound, whatever became of the work.
struct Lent<'s, 'c>(&'s mut Statement<'c>);

impl Drop for Lent<'_, '_> {
    fn drop(&mut self) {
        self.0.clear_bindings();
    }
}

#[cfg(test)]
mod tests;
