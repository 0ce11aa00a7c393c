//! Sessions that were answered. The others are sealed in their clients' hands and write nothing (D1).

use poolhouse_domain::Timestamp;

use crate::{StoreError, Txn};

impl Txn<'_> {
    /// Spends a Session, before its answer is judged. True for one caller only. The row is needed
    /// until `expires_at`, when the Session itself no longer opens: the two together are its key.
    pub fn session_spend(
        &mut self,
        id: &[u8; 16],
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let spent = self.execute(
            "INSERT INTO spent_sessions (id, expires_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            &[id.into(), expires_at.into()],
        )?;
        Ok(spent == 1)
    }

    /// Spends a Session that this transaction has found not to be spent yet.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is.
    pub fn session_spend_unspent(
        &mut self,
        id: &[u8; 16],
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.send_one(
            "spent_sessions",
            "INSERT INTO spent_sessions (id, expires_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING",
            &[id.into(), expires_at.into()],
        )
    }

    /// Whether a Session was spent that expires then.
    pub fn session_is_spent(
        &mut self,
        id: &[u8; 16],
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let spent = self.query_opt(
            "SELECT expires_at FROM spent_sessions WHERE expires_at = ?2 AND id = ?1",
            &[id.into(), expires_at.into()],
            |row| row.time("spent_sessions.expires_at"),
        )?;
        Ok(spent.is_some())
    }
}
