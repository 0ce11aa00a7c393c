//! One-time codes: one row per user and purpose, with a keyed hash in place of the code.
//!
//! Whoever judges an answer reads the code, compares, and counts the answer ([`Txn::code_attempt`]), by which a
//! right one uses the code up, at once or later ([`Txn::code_consume`]): in one transaction, so that races are
//! decided by what it has read.
//! Rows may be decoys': no user needs to exist.

use poolhouse_domain::code::{CodePurpose, MAX_ATTEMPTS};
use poolhouse_domain::{PoolId, Sub, Timestamp};

use crate::db::Row;
use crate::{StoreError, Txn};

/// A code on its way, or arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Tells it from the code that it replaced, and from the one that replaces it.
    pub id: [u8; 16],
    /// The code's keyed hash.
    pub hash: [u8; 32],
    /// The keyed hash of the address that it was sent to.
    pub destination: [u8; 32],
    /// When it was sent, or last asked for in vain.
    pub issued_at: Timestamp,
    /// The first moment at which it no longer holds.
    pub expires_at: Timestamp,
    /// Answers that were looked at.
    pub attempts: u32,
    /// Whether it proved something already.
    pub consumed: bool,
    /// Whether nobody was sent it, because a budget was spent.
    pub withheld: bool,
}

impl Txn<'_> {
    /// Keeps `code` in place of the one before it.
    pub fn code_put(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        purpose: CodePurpose,
        code: &Code,
    ) -> Result<(), StoreError> {
        self.send(
            "INSERT INTO codes
                 (pool_id, sub, purpose, id, hash, destination, issued_at, expires_at, attempts,
                  consumed, withheld)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (pool_id, sub, purpose) DO UPDATE SET
                 id = excluded.id, hash = excluded.hash, destination = excluded.destination,
                 issued_at = excluded.issued_at, expires_at = excluded.expires_at,
                 attempts = excluded.attempts, consumed = excluded.consumed,
                 withheld = excluded.withheld",
            &[
                pool.into(),
                sub.into(),
                purpose.as_str().into(),
                (&code.id).into(),
                (&code.hash).into(),
                (&code.destination).into(),
                code.issued_at.into(),
                code.expires_at.into(),
                code.attempts.into(),
                code.consumed.into(),
                code.withheld.into(),
            ],
        )
    }

    /// The newest code, whatever became of it.
    pub fn code_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        purpose: CodePurpose,
    ) -> Result<Option<Code>, StoreError> {
        self.query_opt(
            "SELECT id, hash, destination, issued_at, expires_at, attempts, consumed, withheld
             FROM codes WHERE pool_id = ?1 AND sub = ?2 AND purpose = ?3",
            &[pool.into(), sub.into(), purpose.as_str().into()],
            code,
        )
    }

    /// Counts an answer to `code`, as this transaction has read it, if it may be looked at: the code holds
    /// at `now`, was not consumed, and fewer than [`MAX_ATTEMPTS`] answers were looked at. Whether it was. An
    /// answer that `consumes` uses the code up with that.
    pub fn code_attempt(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        purpose: CodePurpose,
        code: &Code,
        consumes: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if code.attempts >= MAX_ATTEMPTS || code.consumed || code.expires_at <= now {
            return Ok(false);
        }
        self.send_one(
            "codes",
            "UPDATE codes SET attempts = attempts + 1, consumed = ?6
             WHERE pool_id = ?1 AND sub = ?2 AND purpose = ?3 AND id = ?4
                 AND attempts = ?5 AND consumed = 0",
            &[
                pool.into(),
                sub.into(),
                purpose.as_str().into(),
                (&code.id).into(),
                code.attempts.into(),
                consumes.into(),
            ],
        )?;
        Ok(true)
    }

    /// Uses up the code `id`, which this transaction has read and found not consumed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if it is not the newest, or was consumed.
    pub fn code_consume(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        purpose: CodePurpose,
        id: &[u8; 16],
    ) -> Result<(), StoreError> {
        self.send_one(
            "codes",
            "UPDATE codes SET consumed = 1
             WHERE pool_id = ?1 AND sub = ?2 AND purpose = ?3 AND id = ?4 AND consumed = 0",
            &[pool.into(), sub.into(), purpose.as_str().into(), id.into()],
        )
    }
}

fn code(row: &Row<'_>) -> Result<Code, StoreError> {
    Ok(Code {
        id: row.bytes("codes.id")?,
        hash: row.bytes("codes.hash")?,
        destination: row.bytes("codes.destination")?,
        issued_at: row.time("codes.issued_at")?,
        expires_at: row.time("codes.expires_at")?,
        attempts: row.u32("codes.attempts")?,
        consumed: row.bool("codes.consumed")?,
        withheld: row.bool("codes.withheld")?,
    })
}
