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
            "INSERT INTO signing_keys (pool_id, kid, usage, pkcs8, created_at)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            &[
                pool.into(),
                (&key.kid).into(),
                key.usage.as_str().into(),
                (&sealed).into(),
                key.created_at.into(),
            ],
        )
    }

    /// The pool's keys, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Broken`] if the store was sealed with another key.
    pub fn signing_key_list(&mut self, pool: &PoolId) -> Result<Vec<SigningKey>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT kid, usage, pkcs8, created_at FROM signing_keys WHERE pool_id = $1
             ORDER BY created_at, usage, kid",
            &[pool.into()],
            |row| {
                let kid = row.text("signing_keys.kid")?;
                let sealed = row.blob("signing_keys.pkcs8")?;
                Ok(SigningKey {
                    usage: row.word("signing_keys.usage", KeyUsage::parse)?,
                    pkcs8: context.vault.open(PKCS8, &kid, &sealed)?,
                    created_at: row.time("signing_keys.created_at")?,
                    kid,
                })
            },
        )
    }
}
