//! Removing what time has made useless, in steps so small that nobody waits for them.

use std::time::Duration;

use poolhouse_domain::Timestamp;
use poolhouse_domain::throttle::FACTOR_REST;
use poolhouse_domain::token::KEPT_AFTER_EXPIRY;

use crate::{SENT_KEPT, StoreError, Txn};

/// How long dead letters are kept to be looked at.
const DEAD_LETTERS_KEPT: Duration = Duration::from_hours(7 * 24);

/// How far a verifier's clock may be behind.
const SKEW: Duration = Duration::from_hours(1);

impl Txn<'_> {
    /// Removes at most `limit` rows of each kind that `now` has made useless: codes, spent Sessions and
    /// registrations of passkeys and of authenticator apps that expired, refresh families of which the
    /// last access token did ([`KEPT_AFTER_EXPIRY`]), failures older than [`FACTOR_REST`], budgets of
    /// which nothing went out within a day, dead letters of the week before, audit events that were kept
    /// for long enough, and sent messages before the newest [`SENT_KEPT`]. How many rows; when it is
    /// 0 there is nothing left to do.
    pub fn expired_sweep(&mut self, now: Timestamp, limit: usize) -> Result<u64, StoreError> {
        let rested = now.before(FACTOR_REST);
        let mut removed = 0;
        for (sql, until) in [
            (
                "DELETE FROM codes WHERE (pool_id, sub, purpose) IN (
                     SELECT pool_id, sub, purpose FROM codes WHERE expires_at <= $1 LIMIT $2)",
                now,
            ),
            (
                "DELETE FROM spent_sessions WHERE id IN (
                     SELECT id FROM spent_sessions WHERE expires_at <= $1 LIMIT $2)",
                now,
            ),
            (
                "DELETE FROM refresh_families WHERE (pool_id, origin_jti) IN (
                     SELECT pool_id, origin_jti FROM refresh_families
                     WHERE expires_at <= $1 LIMIT $2)",
                now.before(KEPT_AFTER_EXPIRY),
            ),
            (
                "DELETE FROM passkey_registrations WHERE (pool_id, sub, client_id) IN (
                     SELECT pool_id, sub, client_id FROM passkey_registrations
                     WHERE expires_at <= $1 LIMIT $2)",
                now,
            ),
            (
                "DELETE FROM software_token_setups WHERE (pool_id, sub) IN (
                     SELECT pool_id, sub FROM software_token_setups
                     WHERE expires_at <= $1 LIMIT $2)",
                now,
            ),
            (
                "DELETE FROM factor_failures WHERE (pool_id, sub, factor) IN (
                     SELECT pool_id, sub, factor FROM factor_failures
                     WHERE last_at <= $1 LIMIT $2)",
                rested,
            ),
            (
                "DELETE FROM send_budgets WHERE key IN (
                     SELECT key FROM send_budgets WHERE expires_at <= $1 LIMIT $2)",
                now,
            ),
            (
                "DELETE FROM outbox WHERE id IN (
                     SELECT id FROM outbox WHERE failed_at <= $1 LIMIT $2)",
                now.before(DEAD_LETTERS_KEPT),
            ),
        ] {
            removed += self.execute(sql, &[until.into(), limit.into()])?;
        }
        removed += self.execute(
            "DELETE FROM outbox WHERE id IN (
                 SELECT id FROM outbox WHERE sent_at IS NOT NULL
                 ORDER BY id DESC LIMIT $2 OFFSET $1)",
            &[SENT_KEPT.into(), limit.into()],
        )?;
        removed += self.audit_sweep(now, limit)?;
        removed += self.signing_keys_sweep(now.before(KEPT_AFTER_EXPIRY + SKEW))?;
        Ok(removed)
    }
}
