//! Refresh families: one row per sign-in, found by its user and its `origin_jti`, which its tokens name.

use poolhouse_domain::device::DeviceKey;
use poolhouse_domain::token::RefreshFamily;
use poolhouse_domain::{ClientId, PoolId, Secret, Sub, Timestamp};

use crate::db::Row;
use crate::{StoreError, Txn};

/// The hash of a family's refresh tokens.
type TokenHash = Secret<[u8; 32]>;

impl Txn<'_> {
    /// Keeps what a sign-in leaves behind.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its `origin_jti` is there already, or its user is not.
    pub fn refresh_family_insert(
        &mut self,
        pool: &PoolId,
        family: &RefreshFamily,
        token_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        let amr = serde_json::to_string(&family.amr).map_err(StoreError::broken)?;
        self.send_one(
            "refresh_families",
            "INSERT INTO refresh_families
                 (pool_id, sub, origin_jti, token_hash, client_id, auth_time, amr, device_key,
                  expires_at, generation, rotated_at, last_active_at, revoked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                (&family.sub).into(),
                (&family.origin_jti).into(),
                token_hash.into(),
                (&family.client_id).into(),
                family.auth_time.into(),
                (&amr).into(),
                family.device.as_ref().map(DeviceKey::as_str).into(),
                family.expires_at.into(),
                family.generation.into(),
                family.rotated_at.into(),
                family.last_active_at.into(),
                family.revoked.into(),
            ],
        )
    }

    /// The family of a refresh token with that hash, revoked or not.
    pub fn refresh_family_find(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        origin_jti: &str,
        token_hash: &[u8; 32],
    ) -> Result<Option<RefreshFamily>, StoreError> {
        let found = self.family_get(pool, sub, origin_jti)?;
        let is_its = |(_, hash): &(_, TokenHash)| hash.matches(token_hash);
        Ok(found.filter(is_its).map(|(family, _)| family))
    }

    /// The family that access and id tokens name, revoked or not.
    pub fn refresh_family_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        origin_jti: &str,
    ) -> Result<Option<RefreshFamily>, StoreError> {
        let found = self.family_get(pool, sub, origin_jti)?;
        Ok(found.map(|(family, _)| family))
    }

    fn family_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        origin_jti: &str,
    ) -> Result<Option<(RefreshFamily, TokenHash)>, StoreError> {
        self.query_opt(
            "SELECT origin_jti, sub, client_id, auth_time, amr, device_key, expires_at,
                    generation, rotated_at, last_active_at, revoked, token_hash
             FROM refresh_families WHERE pool_id = ?1 AND sub = ?2 AND origin_jti = ?3",
            &[pool.into(), sub.into(), origin_jti.into()],
            |row| {
                let family = family(row)?;
                let hash = row.bytes("refresh_families.token_hash")?;
                Ok((family, Secret::new(hash)))
            },
        )
    }

    /// At most `limit` of a user's sign-ins that neither ended nor expired, newest first, from the first
    /// that comes after `after`: the `auth_time` and `origin_jti` of another one, which may be gone.
    pub fn refresh_family_list(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        now: Timestamp,
        after: Option<(Timestamp, &str)>,
        limit: usize,
    ) -> Result<Vec<RefreshFamily>, StoreError> {
        let (moment, jti) = after.unwrap_or((Timestamp::from_micros(i64::MAX), ""));
        self.query_many(
            "SELECT origin_jti, sub, client_id, auth_time, amr, device_key, expires_at,
                    generation, rotated_at, last_active_at, revoked
             FROM refresh_families
             WHERE pool_id = ?1 AND sub = ?2 AND revoked = 0 AND expires_at > ?3
                 AND (auth_time, origin_jti) < (?4, ?5)
             ORDER BY auth_time DESC, origin_jti DESC LIMIT ?6",
            &[
                pool.into(),
                sub.into(),
                now.into(),
                moment.into(),
                jti.into(),
                limit.into(),
            ],
            family,
        )
    }

    /// Replaces the refresh token that counts by the next: that of generation `from`, as this transaction
    /// has read it of a family that is not revoked.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is not.
    pub fn refresh_family_rotate(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        origin_jti: &str,
        from: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.send_one(
            "refresh_families",
            "UPDATE refresh_families SET generation = generation + 1, rotated_at = ?5
             WHERE pool_id = ?1 AND sub = ?2 AND origin_jti = ?3 AND generation = ?4 AND revoked = 0",
            &[
                pool.into(),
                sub.into(),
                origin_jti.into(),
                from.into(),
                now.into(),
            ],
        )
    }

    /// Records that a sign-in was refreshed.
    pub fn refresh_family_touch(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        origin_jti: &str,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.send(
            "UPDATE refresh_families SET last_active_at = ?4
             WHERE pool_id = ?1 AND sub = ?2 AND origin_jti = ?3 AND last_active_at < ?4",
            &[pool.into(), sub.into(), origin_jti.into(), now.into()],
        )
    }

    /// Ends one sign-in. Whether it had not ended yet.
    pub fn refresh_family_revoke(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        origin_jti: &str,
    ) -> Result<bool, StoreError> {
        let revoked = self.execute(
            "UPDATE refresh_families SET revoked = 1
             WHERE pool_id = ?1 AND sub = ?2 AND origin_jti = ?3 AND revoked = 0",
            &[pool.into(), sub.into(), origin_jti.into()],
        )?;
        Ok(revoked == 1)
    }

    /// Ends all sign-ins of a user. How many had not ended yet.
    pub fn refresh_families_revoke(&mut self, pool: &PoolId, sub: &Sub) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE refresh_families SET revoked = 1
             WHERE pool_id = ?1 AND sub = ?2 AND revoked = 0",
            &[pool.into(), sub.into()],
        )
    }

    /// Ends all sign-ins of everybody. How many had not ended yet.
    pub fn refresh_families_revoke_all(&mut self) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE refresh_families SET revoked = 1 WHERE revoked = 0",
            &[],
        )
    }
}

fn family(row: &Row<'_>) -> Result<RefreshFamily, StoreError> {
    Ok(RefreshFamily {
        origin_jti: row.text("refresh_families.origin_jti")?,
        sub: Sub::new(row.text("refresh_families.sub")?),
        client_id: ClientId::new(row.text("refresh_families.client_id")?),
        auth_time: row.time("refresh_families.auth_time")?,
        amr: row.json("refresh_families.amr")?,
        device: row.optional("refresh_families.device_key", |row, column| {
            row.word(column, DeviceKey::parse)
        })?,
        expires_at: row.time("refresh_families.expires_at")?,
        generation: row.u32("refresh_families.generation")?,
        rotated_at: row.time("refresh_families.rotated_at")?,
        last_active_at: row.time("refresh_families.last_active_at")?,
        revoked: row.bool("refresh_families.revoked")?,
    })
}
