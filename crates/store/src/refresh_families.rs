//! Refresh families: one row per sign-in, found by the hash of its refresh token.

use poolhouse_domain::token::RefreshFamily;
use poolhouse_domain::{ClientId, PoolId, Sub};

use crate::db::Row;
use crate::{StoreError, Txn};

impl Txn<'_> {
    /// Keeps what a sign-in leaves behind.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if its `origin_jti` or token is there already, or its user is not.
    pub fn refresh_family_insert(
        &mut self,
        pool: &PoolId,
        family: &RefreshFamily,
        token_hash: &[u8; 32],
    ) -> Result<(), StoreError> {
        let amr = serde_json::to_string(&family.amr).map_err(StoreError::broken)?;
        self.insert(
            "refresh_families",
            "INSERT INTO refresh_families
                 (pool_id, origin_jti, token_hash, sub, client_id, auth_time, amr, expires_at,
                  revoked)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                (&family.origin_jti).into(),
                token_hash.into(),
                (&family.sub).into(),
                (&family.client_id).into(),
                family.auth_time.into(),
                (&amr).into(),
                family.expires_at.into(),
                family.revoked.into(),
            ],
        )
    }

    /// The family of a refresh token, revoked or not.
    pub fn refresh_family_find(
        &mut self,
        pool: &PoolId,
        token_hash: &[u8; 32],
    ) -> Result<Option<RefreshFamily>, StoreError> {
        self.query_opt(
            "SELECT origin_jti, sub, client_id, auth_time, amr, expires_at, revoked
             FROM refresh_families WHERE pool_id = $1 AND token_hash = $2",
            &[pool.into(), token_hash.into()],
            family,
        )
    }

    /// The family that access and id tokens name, revoked or not.
    pub fn refresh_family_get(
        &mut self,
        pool: &PoolId,
        origin_jti: &str,
    ) -> Result<Option<RefreshFamily>, StoreError> {
        self.query_opt(
            "SELECT origin_jti, sub, client_id, auth_time, amr, expires_at, revoked
             FROM refresh_families WHERE pool_id = $1 AND origin_jti = $2",
            &[pool.into(), origin_jti.into()],
            family,
        )
    }

    /// Ends one sign-in. Whether it had not ended yet.
    pub fn refresh_family_revoke(
        &mut self,
        pool: &PoolId,
        origin_jti: &str,
    ) -> Result<bool, StoreError> {
        let revoked = self.execute(
            "UPDATE refresh_families SET revoked = 1
             WHERE pool_id = $1 AND origin_jti = $2 AND revoked = 0",
            &[pool.into(), origin_jti.into()],
        )?;
        Ok(revoked == 1)
    }

    /// Ends all sign-ins of a user. How many had not ended yet.
    pub fn refresh_families_revoke(&mut self, pool: &PoolId, sub: &Sub) -> Result<u64, StoreError> {
        self.execute(
            "UPDATE refresh_families SET revoked = 1
             WHERE pool_id = $1 AND sub = $2 AND revoked = 0",
            &[pool.into(), sub.into()],
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
        expires_at: row.time("refresh_families.expires_at")?,
        revoked: row.bool("refresh_families.revoked")?,
    })
}
