//! Registrations of passkeys that have begun: one challenge per user and client, answered once.

use poolhouse_domain::passkey::PasskeyRegistration;
use poolhouse_domain::{ClientId, PoolId, Sub, Timestamp};

use crate::db::Row;
use crate::{StoreError, Txn};

impl Txn<'_> {
    /// Keeps the challenge that was given out, in place of an earlier one of the same user and client.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such user.
    pub fn passkey_registration_put(
        &mut self,
        pool: &PoolId,
        registration: &PasskeyRegistration,
    ) -> Result<(), StoreError> {
        self.insert(
            "passkey_registrations",
            "INSERT INTO passkey_registrations
                 (pool_id, sub, client_id, challenge, relying_party_id, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (pool_id, sub, client_id) DO UPDATE SET
                 challenge = excluded.challenge, relying_party_id = excluded.relying_party_id,
                 expires_at = excluded.expires_at",
            &[
                pool.into(),
                (&registration.sub).into(),
                (&registration.client_id).into(),
                (&registration.challenge).into(),
                (&registration.relying_party_id).into(),
                registration.expires_at.into(),
            ],
        )
    }

    /// Takes the challenge out, before its answer is judged. One caller gets it.
    pub fn passkey_registration_take(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        client: &ClientId,
    ) -> Result<Option<PasskeyRegistration>, StoreError> {
        self.query_opt(
            "DELETE FROM passkey_registrations
             WHERE pool_id = ?1 AND sub = ?2 AND client_id = ?3
             RETURNING sub, client_id, challenge, relying_party_id, expires_at",
            &[pool.into(), sub.into(), client.into()],
            registration,
        )
    }

    /// Whether the user has begun a registration, through any client, that is not too late at `now`.
    pub fn passkey_registration_is_open(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let open = self.query_many(
            "SELECT expires_at FROM passkey_registrations
             WHERE pool_id = ?1 AND sub = ?2 AND expires_at > ?3",
            &[pool.into(), sub.into(), now.into()],
            |row| row.time("passkey_registrations.expires_at"),
        )?;
        Ok(!open.is_empty())
    }
}

fn registration(row: &Row<'_>) -> Result<PasskeyRegistration, StoreError> {
    Ok(PasskeyRegistration {
        sub: Sub::new(row.text("passkey_registrations.sub")?),
        client_id: ClientId::new(row.text("passkey_registrations.client_id")?),
        challenge: row.bytes("passkey_registrations.challenge")?,
        relying_party_id: row.text("passkey_registrations.relying_party_id")?,
        expires_at: row.time("passkey_registrations.expires_at")?,
    })
}
