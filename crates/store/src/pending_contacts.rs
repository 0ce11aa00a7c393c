//! Addresses and numbers that wait for their proof before they replace the one on record.

use poolhouse_domain::pool::ContactAttribute;
use poolhouse_domain::{PoolId, Sub};

use crate::{StoreError, Txn};

impl Txn<'_> {
    /// Keeps `value` until it is proved, in place of an earlier one.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such user.
    pub fn pending_contact_set(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        attribute: ContactAttribute,
        value: &str,
    ) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO pending_contacts (pool_id, sub, attribute, value)
             VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (pool_id, sub, attribute) DO UPDATE SET value = excluded.value",
            &[
                pool.into(),
                sub.into(),
                attribute.as_str().into(),
                value.into(),
            ],
        )?;
        Ok(())
    }

    /// What waits for its proof.
    pub fn pending_contact_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        attribute: ContactAttribute,
    ) -> Result<Option<String>, StoreError> {
        self.query_opt(
            "SELECT value FROM pending_contacts
             WHERE pool_id = ?1 AND sub = ?2 AND attribute = ?3",
            &[pool.into(), sub.into(), attribute.as_str().into()],
            |row| row.text("pending_contacts.value"),
        )
    }

    /// Forgets it. Whether there was one.
    pub fn pending_contact_delete(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        attribute: ContactAttribute,
    ) -> Result<bool, StoreError> {
        let deleted = self.execute(
            "DELETE FROM pending_contacts WHERE pool_id = ?1 AND sub = ?2 AND attribute = ?3",
            &[pool.into(), sub.into(), attribute.as_str().into()],
        )?;
        Ok(deleted > 0)
    }
}
