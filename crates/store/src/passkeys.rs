//! Passkeys, found by their credential id or listed by their user, oldest first.

use poolhouse_domain::passkey::{Attachment, Passkey};
use poolhouse_domain::{PoolId, Sub, Timestamp};

use crate::db::Row;
use crate::{StoreError, Txn};

impl Txn<'_> {
    /// Keeps a new passkey.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if any user of the pool has that credential id, or its user is not
    /// there.
    pub fn passkey_insert(&mut self, pool: &PoolId, passkey: &Passkey) -> Result<(), StoreError> {
        let transports = serde_json::to_string(&passkey.transports).map_err(StoreError::broken)?;
        self.insert(
            "passkeys",
            "INSERT INTO passkeys
                 (pool_id, credential_id, sub, public_key, sign_count, uv_initialized,
                  backup_eligible, backup_state, transports, attachment, aaguid, name,
                  relying_party_id, created_at, last_used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
             ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                (&passkey.credential_id).into(),
                (&passkey.sub).into(),
                (&passkey.public_key).into(),
                passkey.sign_count.into(),
                passkey.uv_initialized.into(),
                passkey.backup_eligible.into(),
                passkey.backup_state.into(),
                (&transports).into(),
                passkey.attachment.map(Attachment::as_str).into(),
                (&passkey.aaguid).into(),
                (&passkey.name).into(),
                (&passkey.relying_party_id).into(),
                passkey.created_at.into(),
                passkey.last_used_at.into(),
            ],
        )
    }

    /// The passkey of that credential id, whoever has it.
    pub fn passkey_get(
        &mut self,
        pool: &PoolId,
        credential_id: &[u8],
    ) -> Result<Option<Passkey>, StoreError> {
        self.query_opt(
            "SELECT credential_id, sub, public_key, sign_count, uv_initialized, backup_eligible,
                 backup_state, transports, attachment, aaguid, name, relying_party_id, created_at,
                 last_used_at
             FROM passkeys WHERE pool_id = ?1 AND credential_id = ?2",
            &[pool.into(), credential_id.into()],
            passkey,
        )
    }

    /// At most `limit` passkeys of a user in the order in which they were made (credential ids
    /// decide where two are of one moment), from the first that comes after `after`: the moment and
    /// the credential id of another one, which may be gone by now.
    pub fn passkey_list(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        after: Option<(Timestamp, &[u8])>,
        limit: usize,
    ) -> Result<Vec<Passkey>, StoreError> {
        let (moment, id) = after.unwrap_or((Timestamp::from_micros(i64::MIN), &[]));
        self.query_many(
            "SELECT credential_id, sub, public_key, sign_count, uv_initialized, backup_eligible,
                 backup_state, transports, attachment, aaguid, name, relying_party_id, created_at,
                 last_used_at
             FROM passkeys
             WHERE pool_id = ?1 AND sub = ?2 AND (created_at, credential_id) > (?3, ?4)
             ORDER BY created_at, credential_id LIMIT ?5",
            &[
                pool.into(),
                sub.into(),
                moment.into(),
                id.into(),
                limit.into(),
            ],
            passkey,
        )
    }

    /// How many passkeys a user has.
    pub fn passkey_count(&mut self, pool: &PoolId, sub: &Sub) -> Result<usize, StoreError> {
        self.query_one(
            "SELECT COUNT(*) AS count FROM passkeys WHERE pool_id = ?1 AND sub = ?2",
            &[pool.into(), sub.into()],
            |row| row.usize("passkeys.count"),
        )
    }

    /// Records that `passkey`, as this transaction has read it, signed in at `now`: its new counter and
    /// backup state. False if the counter has not grown (WebAuthn Level 3 §7.2 step 22; two zeros mean
    /// that there is no counter): of two uses of one counter only the first is recorded.
    pub fn passkey_use(
        &mut self,
        pool: &PoolId,
        passkey: &Passkey,
        sign_count: u32,
        backup_state: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let has_none = passkey.sign_count == 0 && sign_count == 0;
        if sign_count <= passkey.sign_count && !has_none {
            return Ok(false);
        }
        self.send_one(
            "passkeys",
            "UPDATE passkeys SET sign_count = ?3, backup_state = ?4, last_used_at = ?5
             WHERE pool_id = ?1 AND credential_id = ?2 AND sign_count = ?6",
            &[
                pool.into(),
                (&passkey.credential_id).into(),
                sign_count.into(),
                backup_state.into(),
                now.into(),
                passkey.sign_count.into(),
            ],
        )?;
        Ok(true)
    }

    /// Gives a user's passkey another name. Whether the user has it.
    pub fn passkey_rename(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        credential_id: &[u8],
        name: &str,
    ) -> Result<bool, StoreError> {
        let renamed = self.execute(
            "UPDATE passkeys SET name = ?4 WHERE pool_id = ?1 AND sub = ?2 AND credential_id = ?3",
            &[pool.into(), sub.into(), credential_id.into(), name.into()],
        )?;
        Ok(renamed == 1)
    }

    /// Forgets a user's passkey. Whether the user had it.
    pub fn passkey_delete(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        credential_id: &[u8],
    ) -> Result<bool, StoreError> {
        let deleted = self.execute(
            "DELETE FROM passkeys WHERE pool_id = ?1 AND sub = ?2 AND credential_id = ?3",
            &[pool.into(), sub.into(), credential_id.into()],
        )?;
        Ok(deleted == 1)
    }
}

pub(crate) fn passkey(row: &Row<'_>) -> Result<Passkey, StoreError> {
    Ok(Passkey {
        credential_id: row.blob("passkeys.credential_id")?,
        sub: Sub::new(row.text("passkeys.sub")?),
        public_key: row.blob("passkeys.public_key")?,
        sign_count: row.u32("passkeys.sign_count")?,
        uv_initialized: row.bool("passkeys.uv_initialized")?,
        backup_eligible: row.bool("passkeys.backup_eligible")?,
        backup_state: row.bool("passkeys.backup_state")?,
        transports: row.json("passkeys.transports")?,
        attachment: row.optional("passkeys.attachment", |row, column| {
            row.word(column, Attachment::parse)
        })?,
        aaguid: row.bytes("passkeys.aaguid")?,
        name: row.text("passkeys.name")?,
        relying_party_id: row.text("passkeys.relying_party_id")?,
        created_at: row.time("passkeys.created_at")?,
        last_used_at: row.optional("passkeys.last_used_at", Row::time)?,
    })
}
