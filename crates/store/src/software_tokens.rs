//! Authenticator apps: a user's seed, and the one that waits for its first code. Seeds are sealed.

use poolhouse_domain::code::MAX_ATTEMPTS;
use poolhouse_domain::totp::{SEED_LEN, Seed};
use poolhouse_domain::{PoolId, Sub, Timestamp};

use crate::db::Row;
use crate::vault::Vault;
use crate::{StoreError, Txn};

const SEED: &str = "software_tokens/seed";
const SETUP_SEED: &str = "software_token_setups/seed";

/// A registered app.
#[derive(Clone, Debug)]
pub struct SoftwareToken {
    /// What it shares with us.
    pub seed: Seed,
    /// What the user calls it (`FriendlyDeviceName`).
    pub name: Option<String>,
    /// The newest step of which a code was accepted.
    pub accepted_step: i64,
    /// When its first code came.
    pub created_at: Timestamp,
}

/// An app that is being registered.
#[derive(Clone, Debug)]
pub struct SoftwareTokenSetup {
    /// What was given out.
    pub seed: Seed,
    /// Answers that were looked at.
    pub attempts: u32,
    /// The first moment at which it no longer holds.
    pub expires_at: Timestamp,
}

impl Txn<'_> {
    /// Keeps a user's app in place of the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such user.
    pub fn software_token_put(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        token: &SoftwareToken,
    ) -> Result<(), StoreError> {
        let seed = seal(&self.context.vault, SEED, pool, sub, &token.seed);
        self.insert(
            "software_tokens",
            "INSERT INTO software_tokens (pool_id, sub, seed, name, accepted_step, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (pool_id, sub) DO UPDATE SET
                 seed = excluded.seed, name = excluded.name,
                 accepted_step = excluded.accepted_step, created_at = excluded.created_at",
            &[
                pool.into(),
                sub.into(),
                (&seed).into(),
                token.name.as_deref().into(),
                token.accepted_step.into(),
                token.created_at.into(),
            ],
        )
    }

    /// The user's app.
    pub fn software_token_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
    ) -> Result<Option<SoftwareToken>, StoreError> {
        let vault = &self.context.vault;
        self.query_opt(
            "SELECT seed, name, accepted_step, created_at FROM software_tokens
             WHERE pool_id = ?1 AND sub = ?2",
            &[pool.into(), sub.into()],
            |row| {
                Ok(SoftwareToken {
                    seed: open(vault, SEED, pool, sub, &row.blob("software_tokens.seed")?)?,
                    name: row.optional("software_tokens.name", Row::text)?,
                    accepted_step: row.int("software_tokens.accepted_step")?,
                    created_at: row.time("software_tokens.created_at")?,
                })
            },
        )
    }

    /// Uses up the codes of the app up to `step`. True for one caller only, and only if no code of
    /// that step or a later one was used before.
    pub fn software_token_use(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        step: i64,
    ) -> Result<bool, StoreError> {
        let used = self.execute(
            "UPDATE software_tokens SET accepted_step = ?3
             WHERE pool_id = ?1 AND sub = ?2 AND accepted_step < ?3",
            &[pool.into(), sub.into(), step.into()],
        )?;
        Ok(used == 1)
    }

    /// Keeps a seed that was given out, in place of the one before it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if there is no such user.
    pub fn software_token_setup_put(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        seed: &Seed,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let seed = seal(&self.context.vault, SETUP_SEED, pool, sub, seed);
        self.insert(
            "software_token_setups",
            "INSERT INTO software_token_setups (pool_id, sub, seed, attempts, expires_at)
             VALUES (?1, ?2, ?3, 0, ?4)
             ON CONFLICT (pool_id, sub) DO UPDATE SET
                 seed = excluded.seed, attempts = 0, expires_at = excluded.expires_at",
            &[pool.into(), sub.into(), (&seed).into(), expires_at.into()],
        )
    }

    /// Counts an answer and returns the setup, this attempt included. Nothing if there is none that
    /// holds at `now`. Of more than [`MAX_ATTEMPTS`] none is to be looked at.
    pub fn software_token_setup_attempt(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        now: Timestamp,
    ) -> Result<Option<SoftwareTokenSetup>, StoreError> {
        let vault = &self.context.vault;
        self.query_opt(
            "UPDATE software_token_setups
             SET attempts = CASE WHEN attempts <= ?3 THEN attempts + 1 ELSE attempts END
             WHERE pool_id = ?1 AND sub = ?2 AND expires_at > ?4
             RETURNING seed, attempts, expires_at",
            &[pool.into(), sub.into(), MAX_ATTEMPTS.into(), now.into()],
            |row| {
                let sealed = row.blob("software_token_setups.seed")?;
                Ok(SoftwareTokenSetup {
                    seed: open(vault, SETUP_SEED, pool, sub, &sealed)?,
                    attempts: row.u32("software_token_setups.attempts")?,
                    expires_at: row.time("software_token_setups.expires_at")?,
                })
            },
        )
    }

    /// Ends the registration of an app. True for one caller only.
    pub fn software_token_setup_delete(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
    ) -> Result<bool, StoreError> {
        let deleted = self.execute(
            "DELETE FROM software_token_setups WHERE pool_id = ?1 AND sub = ?2",
            &[pool.into(), sub.into()],
        )?;
        Ok(deleted == 1)
    }
}

fn seal(vault: &Vault, column: &str, pool: &PoolId, sub: &Sub, seed: &Seed) -> Vec<u8> {
    vault.seal(column, &place(pool, sub), seed.expose())
}

fn open(
    vault: &Vault,
    column: &str,
    pool: &PoolId,
    sub: &Sub,
    sealed: &[u8],
) -> Result<Seed, StoreError> {
    let seed = vault.open(column, &place(pool, sub), sealed)?;
    Seed::from_bytes(seed.expose())
        .ok_or_else(|| StoreError::broken(format!("{column} is not {SEED_LEN} bytes long")))
}

/// Which row of the table: a user has one.
fn place(pool: &PoolId, sub: &Sub) -> String {
    format!("{pool}/{sub}")
}
