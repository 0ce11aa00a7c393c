//! The keys that sign a pool's tokens, sealed at rest.

use poolhouse_domain::{PoolId, Secret, Timestamp};

use crate::{StoreError, Txn};

const PKCS8: &str = "signing_keys/pkcs8";

/// Which tokens a key signs: Cognito has one key for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyUsage {
    /// Id tokens.
    Id,
    /// Access tokens.
    Access,
}

impl KeyUsage {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Access => "access",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        [Self::Id, Self::Access]
            .into_iter()
            .find(|usage| usage.as_str() == word)
    }
}

/// A private key.
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Its name in the key set (`kid`).
    pub kid: String,
    /// What it signs.
    pub usage: KeyUsage,
    /// The key pair, in DER (RFC 5958).
    pub pkcs8: Secret<Vec<u8>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs; before that it is only shown.
    pub signs_from: Timestamp,
}

impl Txn<'_> {
    /// Keeps a new key.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the pool has a key of that `kid`.
    pub fn signing_key_insert(
        &mut self,
        pool: &PoolId,
        key: &SigningKey,
    ) -> Result<(), StoreError> {
        let sealed = self.context.vault.seal(PKCS8, &key.kid, key.pkcs8.expose());
        self.insert(
            "signing_keys",
            "INSERT INTO signing_keys (pool_id, kid, usage, pkcs8, created_at, signs_from)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                (&key.kid).into(),
                key.usage.as_str().into(),
                (&sealed).into(),
                key.created_at.into(),
                key.signs_from.into(),
            ],
        )
    }

    /// The pool's keys, in the order in which they sign.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if the store was sealed with another key.
    pub fn signing_key_list(&mut self, pool: &PoolId) -> Result<Vec<SigningKey>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT kid, usage, pkcs8, created_at, signs_from FROM signing_keys
             WHERE pool_id = ?1 ORDER BY signs_from, created_at, usage, kid",
            &[pool.into()],
            |row| {
                let kid = row.text("signing_keys.kid")?;
                let sealed = row.blob("signing_keys.pkcs8")?;
                Ok(SigningKey {
                    usage: row.word("signing_keys.usage", KeyUsage::parse)?,
                    pkcs8: context.vault.open(PKCS8, &kid, &sealed)?,
                    created_at: row.time("signing_keys.created_at")?,
                    signs_from: row.time("signing_keys.signs_from")?,
                    kid,
                })
            },
        )
    }

    /// Forgets the pool's keys but those in `kids`. How many they were.
    pub fn signing_keys_keep(&mut self, pool: &PoolId, kids: &[&str]) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        for key in self.signing_key_list(pool)? {
            if !kids.contains(&key.kid.as_str()) {
                forgotten += self.execute(
                    "DELETE FROM signing_keys WHERE pool_id = ?1 AND kid = ?2",
                    &[pool.into(), (&key.kid).into()],
                )?;
            }
        }
        Ok(forgotten)
    }

    /// Forgets keys whose successor has signed since `until`: no token of theirs is good any more.
    pub(crate) fn signing_keys_sweep(&mut self, until: Timestamp) -> Result<u64, StoreError> {
        self.execute(
            "DELETE FROM signing_keys WHERE EXISTS (
                 SELECT 1 FROM signing_keys AS successor
                 WHERE successor.pool_id = signing_keys.pool_id
                   AND successor.usage = signing_keys.usage
                   AND successor.signs_from > signing_keys.signs_from
                   AND successor.signs_from <= ?1)",
            &[until.into()],
        )
    }
}
