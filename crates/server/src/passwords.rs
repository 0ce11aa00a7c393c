//! The slow arithmetic of passwords: on threads of its own, never in a transaction, and only so much
//! of it at a time.

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::thread::available_parallelism;

use argon2::{Algorithm, Argon2, Params, Version};
use poolhouse_domain::password::{HashKind, Password, PasswordHash, SALT_LEN};
use poolhouse_domain::{Secret, Sub, random};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::awsjson::error::ApiError;
use crate::cx::Cx;

/// OWASP's least for Argon2id: 19 MiB, two passes, one lane (Password Storage Cheat Sheet).
const ARGON2_MEMORY_KIB: u32 = 19 * 1024;
const ARGON2_PASSES: u32 = 2;
const HASH_LEN: usize = 32;

/// The work of one processor that may wait, in milliseconds: who would wait longer is refused.
const LONGEST_QUEUE_MS: usize = 1000;

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
            kind: HashKind::Argon2id,
            salt: random::bytes(cx.app.random()),
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
        let mut salt = [0; SALT_LEN];
        salt.copy_from_slice(&cx.app.secrets().decoys.of(&fields)[..SALT_LEN]);
        Self {
            kind: HashKind::Argon2id,
            salt,
        }
    }

    /// Hashes `password` for `sub`. Slow.
    pub(crate) async fn hash(self, cx: &Cx, password: &Password) -> Result<PasswordHash, ApiError> {
        let password = password.clone();
        let made = cx
            .app
            .slow_work()
            .run(cost(self.kind), move || match self.kind {
                HashKind::Argon2id => argon2id(&password, &self.salt),
            });
        Ok(PasswordHash {
            kind: self.kind,
            salt: self.salt,
            hash: made.await??,
        })
    }
}

/// About how many milliseconds of a processor a hash takes.
const fn cost(kind: HashKind) -> u32 {
    match kind {
        HashKind::Argon2id => 25,
    }
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

/// The threads that slow work runs on: as many as there are processors, and a queue that is no longer
/// than a second, so that a flood of guesses is refused and does not take the memory.
pub(crate) struct SlowWork {
    running: Arc<Semaphore>,
    /// Each permit is a millisecond.
    queue: Arc<Semaphore>,
}

impl SlowWork {
    pub(crate) fn new() -> Self {
        Self::with(available_parallelism().map_or(1, usize::from))
    }

    fn with(processors: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(processors)),
            queue: Arc::new(Semaphore::new(processors * LONGEST_QUEUE_MS)),
        }
    }

    /// Runs `work` of about `cost` milliseconds when it is its turn. Also if nobody waits for it any
    /// more: what has begun counts until it is done.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        cost: u32,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let place = Arc::clone(&self.queue).try_acquire_many_owned(cost);
        let place = place.map_err(|_| ApiError::TooManyRequests)?;
        let turn = Arc::clone(&self.running).acquire_owned().await;
        let turn = turn.map_err(ApiError::internal)?;
        let done = spawn_blocking(move || {
            let done = work();
            drop((turn, place));
            done
        });
        done.await.map_err(ApiError::internal)
    }
}
