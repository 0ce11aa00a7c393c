//! The arithmetic of passwords, which is slow: it runs as [`SlowWork`](crate::slow_work::SlowWork),
//! and never in a transaction.

use argon2::{Algorithm, Argon2, Params, Version};
use poolhouse_domain::device::Device;
use poolhouse_domain::password::{HashKind, Password, PasswordHash, SALT_LEN};
use poolhouse_domain::{PoolId, Secret, Sub, random};
use poolhouse_srp::server::{self, State};
use poolhouse_srp::{Claim, Identity, PublicValue, Salt, Verifier};

use crate::awsjson::error::ApiError;
use crate::cx::Cx;

/// OWASP's least for Argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
const ARGON2_MEMORY_KIB: u32 = 19 * 1024;
const ARGON2_PASSES: u32 = 2;
const HASH_LEN: usize = 32;

/// How a password is to be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Recipe {
    pub(crate) kind: HashKind,
    pub(crate) salt: [u8; SALT_LEN],
}

impl Recipe {
    /// For a new password: by a fresh salt.
    pub(crate) fn fresh(cx: &Cx) -> Self {
        Self {
            kind: HashKind::of_pool(&cx.pool.config),
            salt: salt(random::bytes(cx.app.random())),
        }
    }

    /// For a guess at a password that is on record.
    pub(crate) const fn of(kept: &PasswordHash) -> Self {
        Self {
            kind: kept.kind,
            salt: kept.salt,
        }
    }

    /// For a guess at the password of somebody who has none, and always the same (D9).
    pub(crate) fn decoy(cx: &Cx, sub: &Sub) -> Self {
        let pool = cx.pool.id.as_str().as_bytes();
        let fields = [b"password salt", pool, sub.as_str().as_bytes()];
        let mut bytes = [0; SALT_LEN];
        bytes.copy_from_slice(&cx.app.secrets().decoys.of(&fields)[..SALT_LEN]);
        Self {
            kind: HashKind::of_pool(&cx.pool.config),
            salt: salt(bytes),
        }
    }

    /// Hashes `password` for `sub`. Slow.
    pub(crate) async fn hash(
        self,
        cx: &Cx,
        sub: &Sub,
        password: &Password,
    ) -> Result<PasswordHash, ApiError> {
        let (pool, sub, password) = (cx.pool.id.clone(), sub.clone(), password.clone());
        let cost = match self.kind {
            HashKind::Srp => EXPONENTIATION_MS,
            HashKind::Argon2id => ARGON2_MS,
        };
        let made = cx.app.slow_work().run(cost, move || match self.kind {
            HashKind::Srp => verifier(identity(&pool, &sub), &self.salt, &password),
            HashKind::Argon2id => argon2id(&password, &self.salt),
        });
        Ok(PasswordHash {
            kind: self.kind,
            salt: self.salt,
            hash: made.await??,
        })
    }
}

/// About how many milliseconds of a processor it takes.
const ARGON2_MS: u32 = 25;
const EXPONENTIATION_MS: u32 = 1;

/// A salt that is the same however a client reads numbers (see [`Salt::fresh`]).
fn salt(bytes: [u8; SALT_LEN]) -> [u8; SALT_LEN] {
    let salt = Salt::fresh(bytes).to_bytes();
    salt.try_into().unwrap_or(bytes)
}

/// Whose password it is, to SRP.
fn identity<'a>(pool: &'a PoolId, user: &'a Sub) -> Identity<'a> {
    Identity {
        pool: name_of(pool),
        user: user.as_str(),
    }
}

/// What SRP calls the pool.
fn name_of(pool: &PoolId) -> &str {
    let id = pool.as_str();
    id.split_once('_').map_or(id, |(_, name)| name)
}

fn verifier(
    identity: Identity<'_>,
    salt: &[u8],
    password: &Password,
) -> Result<Secret<Vec<u8>>, ApiError> {
    let salt = Salt::from_bytes(salt).map_err(ApiError::internal)?;
    let verifier = Verifier::of(identity, &salt, password.expose());
    Ok(Secret::new(verifier.to_bytes().to_vec()))
}

fn argon2id(password: &Password, salt: &[u8]) -> Result<Secret<Vec<u8>>, ApiError> {
    let params = Params::new(ARGON2_MEMORY_KIB, ARGON2_PASSES, 1, Some(HASH_LEN));
    let params = params.map_err(|error| ApiError::internal(error.to_string()))?;
    let mut hash = vec![0; HASH_LEN];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.expose().as_bytes(), salt, &mut hash)
        .map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(Secret::new(hash))
}

/// What SRP is held against, and whose it is.
pub(crate) struct SrpRecord {
    /// The pool's name, or the group's key of a device.
    pool: String,
    /// The user's `sub`, or the device's key.
    user: String,
    pub(crate) salt: Salt,
    verifier: Verifier,
}

impl SrpRecord {
    /// What is kept of a password or, for somebody who has none that SRP could be held against, what is
    /// always made up alike (D9; RFC 5054 §2.5.1.3).
    pub(crate) fn of(cx: &Cx, sub: &Sub, kept: Option<&PasswordHash>) -> Result<Self, ApiError> {
        let kept = kept.filter(|kept| kept.kind == HashKind::Srp);
        let salt = kept.map_or_else(|| Recipe::decoy(cx, sub).salt, |kept| kept.salt);
        let verifier = if let Some(kept) = kept {
            Verifier::from_bytes(kept.hash.expose()).map_err(ApiError::internal)?
        } else {
            let pool = cx.pool.id.as_str().as_bytes();
            let fields = [b"srp verifier", pool, sub.as_str().as_bytes()];
            Verifier::decoy(&cx.app.secrets().decoys.of(&fields))
        };
        Ok(Self {
            pool: name_of(&cx.pool.id).to_owned(),
            user: sub.as_str().to_owned(),
            salt: Salt::from_bytes(&salt).map_err(ApiError::internal)?,
            verifier,
        })
    }

    /// What is kept of a device's secret.
    pub(crate) fn of_device(group_key: String, device: &Device) -> Result<Self, ApiError> {
        let verifier = Verifier::from_bytes(device.verifier.expose());
        Ok(Self {
            pool: group_key,
            user: device.key.as_str().to_owned(),
            salt: Salt::from_bytes(&device.salt).map_err(ApiError::internal)?,
            verifier: verifier.map_err(ApiError::internal)?,
        })
    }

    /// Answers A with B, and says what has to be remembered. Slow.
    pub(crate) async fn offer(
        self,
        cx: &Cx,
        a: PublicValue,
    ) -> Result<(PublicValue, State), ApiError> {
        let random: [u8; 33] = random::bytes(cx.app.random());
        let work = move || server::offer(&self.verifier, a, random);
        cx.app.slow_work().run(EXPONENTIATION_MS, work).await
    }

    /// Whether the claim is of somebody who knows the password or, for a device, its secret. Slow.
    pub(crate) async fn accepts(
        self,
        cx: &Cx,
        offer: State,
        claim: SrpClaim,
    ) -> Result<bool, ApiError> {
        let work = move || {
            let claim = Claim {
                secret_block: &claim.secret_block,
                timestamp: &claim.timestamp,
                signature: &claim.signature,
            };
            let identity = Identity {
                pool: &self.pool,
                user: &self.user,
            };
            offer.verify(&self.verifier, identity, claim).is_ok()
        };
        cx.app.slow_work().run(2 * EXPONENTIATION_MS, work).await
    }
}

/// What a client claims with its answer to `PASSWORD_VERIFIER` or `DEVICE_PASSWORD_VERIFIER`.
pub(crate) struct SrpClaim {
    /// Decoded.
    pub(crate) secret_block: Vec<u8>,
    /// As it was sent.
    pub(crate) timestamp: String,
    /// In base64.
    pub(crate) signature: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argon2id_is_the_one_of_rfc_9106() {
        // By the reference implementation (argon2-cffi 25.1), with the same parameters.
        let password = Password::new(Secret::new("correct horse".to_owned()));
        let hash = argon2id(&password, b"0123456789abcdef").unwrap();
        let expected: [u128; 2] = [
            0xae4d_8c8b_7138_7604_4c83_47c7_6986_a9b5,
            0x6559_44aa_acff_fe9b_ea4d_ff9e_7b6a_1899,
        ];
        assert_eq!(*hash.expose(), expected.map(u128::to_be_bytes).concat());
    }
}
