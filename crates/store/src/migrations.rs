//! The schema's history: each step is a file, applied once and in order.

use crate::StoreError;
use crate::db::Txn;

/// Step `n` (from 0) leads to schema `FIRST + n`. A released step is never edited.
pub(crate) const STEPS: &[&str] = &[include_str!("../migrations/0001_schema.sql")];

/// The first schema's number. Those below it were never released, and are one schema now.
const FIRST: usize = 100;

/// Makes a database that was just opened fit to be used.
pub(crate) fn prepare(txn: &mut Txn<'_>) -> Result<(), StoreError> {
    migrate(txn)?;
    txn.store_keys_open()?;
    txn.outbox_order_resume()
}

/// Brings the schema up to date, within one transaction. Refuses a schema that a newer program made, or
/// one from before the first release: to guess at it could lose what is in it.
pub(crate) fn migrate(txn: &mut Txn<'_>) -> Result<(), StoreError> {
    txn.execute_script(
        "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY)",
    )?;
    let found = txn.schema_version()?;
    if (1..FIRST).contains(&found) {
        return Err(StoreError::broken(format!(
            "the store has schema {found}, which is from before the first release, expected {FIRST} or \
             more: take the users out with the poolhouse that made it (poolhouse export), move the store \
             away, and put them into a new one (poolhouse import)"
        )));
    }
    let next = found.max(FIRST - 1) + 1;
    let missing = STEPS.get(next - FIRST..).ok_or_else(|| {
        StoreError::broken(format!(
            "the store has schema {found}, this program knows up to {}: use a newer poolhouse",
            FIRST + STEPS.len() - 1
        ))
    })?;
    for (version, step) in (next..).zip(missing) {
        // First of all, because it is the lock: of many nodes that start at once, one makes the row;
        // the others wait for it, begin anew, and find nothing missing.
        txn.insert(
            "schema_versions",
            "INSERT INTO schema_versions (version) VALUES (?1) ON CONFLICT DO NOTHING",
            &[version.into()],
        )?;
        txn.execute_script(step)?;
    }
    Ok(())
}

impl Txn<'_> {
    /// The schema that the store has.
    pub(crate) fn schema_version(&mut self) -> Result<usize, StoreError> {
        self.query_one(
            "SELECT COALESCE(MAX(version), 0) AS version FROM schema_versions",
            &[],
            |row| row.usize("schema_versions.version"),
        )
    }
}
