//! What is kept of passwords, sealed at rest: of each user the newest, and as many older ones as the
//! pool wants not to see again.

use poolhouse_domain::password::{HashKind, PasswordHash};
use poolhouse_domain::{PoolId, Secret, Sub, Timestamp};

use crate::db::{Context, Row};
use crate::{StoreError, Txn};

const HASH: &str = "passwords/hash";

impl Txn<'_> {
    /// Makes `hash` the user's password, and forgets all but the `kept` newest. The present one is
    /// always kept.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such user.
    pub fn password_set(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        hash: &PasswordHash,
        kept: usize,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let newest = self.query_one(
            "SELECT COALESCE(MAX(generation), 0) AS generation FROM passwords
             WHERE pool_id = ?1 AND sub = ?2",
            &[pool.into(), sub.into()],
            |row| row.usize("passwords.generation"),
        )?;
        let generation = newest + 1;
        let plain = Secret::new([&hash.salt, hash.hash.expose().as_slice()].concat());
        let place = place(pool, sub, generation);
        let sealed = self.context.vault.seal(HASH, &place, plain.expose());
        self.insert(
            "passwords",
            "INSERT INTO passwords (pool_id, sub, generation, kind, hash, set_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                sub.into(),
                generation.into(),
                hash.kind.as_str().into(),
                (&sealed).into(),
                now.into(),
            ],
        )?;
        self.execute(
            "DELETE FROM passwords WHERE pool_id = ?1 AND sub = ?2 AND generation <= ?3",
            &[
                pool.into(),
                sub.into(),
                generation.saturating_sub(kept.max(1)).into(),
            ],
        )?;
        Ok(())
    }

    /// The user's passwords, the present one first, at most `limit`.
    pub fn password_list(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        limit: usize,
    ) -> Result<Vec<PasswordHash>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT generation, kind, hash FROM passwords WHERE pool_id = ?1 AND sub = ?2
             ORDER BY generation DESC LIMIT ?3",
            &[pool.into(), sub.into(), limit.into()],
            |row| password(context, pool, sub, row),
        )
    }

    /// The password that the user signs in with, if they have one.
    pub fn password_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
    ) -> Result<Option<PasswordHash>, StoreError> {
        Ok(self.password_list(pool, sub, 1)?.pop())
    }

    /// Leaves the user without a password, and without memory of one.
    pub fn passwords_delete(&mut self, pool: &PoolId, sub: &Sub) -> Result<(), StoreError> {
        self.execute(
            "DELETE FROM passwords WHERE pool_id = ?1 AND sub = ?2",
            &[pool.into(), sub.into()],
        )?;
        Ok(())
    }
}

pub(crate) fn password(
    context: &Context,
    pool: &PoolId,
    sub: &Sub,
    row: &Row<'_>,
) -> Result<PasswordHash, StoreError> {
    let place = place(pool, sub, row.usize("passwords.generation")?);
    let sealed = row.blob("passwords.hash")?;
    let plain = context.vault.open(HASH, &place, &sealed)?;
    let (salt, hash) = plain
        .expose()
        .split_first_chunk()
        .ok_or_else(|| StoreError::broken(format!("{HASH}/{place} is too short")))?;
    Ok(PasswordHash {
        kind: row.word("passwords.kind", HashKind::parse)?,
        salt: *salt,
        hash: Secret::new(hash.to_vec()),
    })
}

fn place(pool: &PoolId, sub: &Sub, generation: usize) -> String {
    format!("{pool}/{sub}/{generation}")
}
