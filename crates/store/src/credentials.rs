//! What somebody has to sign in with, whatever it is.

use poolhouse_domain::{PoolId, Sub};

use crate::{StoreError, Txn};

/// Which kinds of credentials a user has on record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Whether there is a password.
    pub password: bool,
    /// Whether there is a passkey for the relying party that was asked about.
    pub passkey: bool,
}

impl Txn<'_> {
    /// What a user has; of somebody who is none, nothing. One statement, because every sign-in asks for both.
    pub fn credentials(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        relying_party_id: &str,
    ) -> Result<Credentials, StoreError> {
        let found = self.query_opt(
            "SELECT
                 (SELECT COUNT(*) FROM passwords WHERE pool_id = ?1 AND sub = ?2) AS passwords,
                 (SELECT COUNT(*) FROM passkeys
                  WHERE pool_id = ?1 AND sub = ?2 AND relying_party_id = ?3) AS passkeys",
            &[pool.into(), sub.into(), relying_party_id.into()],
            |row| {
                Ok(Credentials {
                    password: row.usize("passwords.passwords")? > 0,
                    passkey: row.usize("passkeys.passkeys")? > 0,
                })
            },
        )?;
        // There always is a row, but for who asks ahead.
        Ok(found.unwrap_or_default())
    }
}
