//! The schema's history: each step is a file, applied once and in order.

use crate::StoreError;
use crate::db::Txn;

/// Step `n` (from 0) leads to schema `n + 1`. A released step is never edited.
pub(crate) const STEPS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_passkeys.sql"),
    include_str!("../migrations/0003_client_secrets.sql"),
    include_str!("../migrations/0004_outbox_leases.sql"),
    include_str!("../migrations/0005_refresh_rotation.sql"),
    include_str!("../migrations/0006_passwords.sql"),
    include_str!("../migrations/0007_software_tokens.sql"),
    include_str!("../migrations/0008_devices.sql"),
    include_str!("../migrations/0009_delivery.sql"),
    include_str!("../migrations/0010_store_keys.sql"),
    include_str!("../migrations/0011_send_budgets.sql"),
    include_str!("../migrations/0012_audit_events.sql"),
];

/// Makes a database that was just opened fit to be used.
pub(crate) fn prepare(txn: &mut Txn<'_>) -> Result<(), StoreError> {
    migrate(txn)?;
    txn.store_keys_open()?;
    txn.outbox_order_resume()
}

/// Brings the schema up to date, within one transaction. Refuses a schema that a newer program
/// made: to guess at it could lose what is in it.
pub(crate) fn migrate(txn: &mut Txn<'_>) -> Result<(), StoreError> {
    txn.execute_script(
        "CREATE TABLE IF NOT EXISTS schema_versions (version BIGINT NOT NULL PRIMARY KEY)",
    )?;
    let found = txn.schema_version()?;
    let missing = STEPS.get(found..).ok_or_else(|| {
        StoreError::broken(format!(
            "the store has schema {found}, this program knows up to {}: use a newer poolhouse",
            STEPS.len()
        ))
    })?;
    for (version, step) in (found + 1..).zip(missing) {
        // First of all, because it is the lock: of many nodes that start at once, one makes the row;
        // the others wait for it, begin anew, and find nothing missing.
        txn.insert(
            "schema_versions",
            "INSERT INTO schema_versions (version) VALUES ($1) ON CONFLICT DO NOTHING",
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
