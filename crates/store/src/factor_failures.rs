//! Wrong answers in a row, per user and factor: across sessions, clients and restarts (D2).
//!
//! Rows may be decoys': no user needs to exist.

use poolhouse_domain::throttle::{Counter, FACTOR_REST, FactorFailures};
use poolhouse_domain::{PoolId, Sub, Timestamp};

use crate::db::Row;
use crate::{StoreError, Txn};

impl Txn<'_> {
    /// Counts a wrong answer. After [`FACTOR_REST`] without one the count starts again.
    pub fn factor_failure_count(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        counter: impl Into<Counter>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.factor_failures_add(pool, sub, counter.into(), 1, now)
    }

    /// Counts none, and costs what counting one does: for an answer that could not have been right.
    pub fn factor_failure_forgive(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        counter: impl Into<Counter>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.factor_failures_add(pool, sub, counter.into(), 0, now)
    }

    fn factor_failures_add(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        counter: Counter,
        more: u32,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.send(
            "INSERT INTO factor_failures (pool_id, sub, factor, failures, last_at)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (pool_id, sub, factor) DO UPDATE SET
                 failures = CASE WHEN factor_failures.last_at <= ?6 THEN excluded.failures
                                 ELSE factor_failures.failures + excluded.failures END,
                 last_at = CASE WHEN excluded.failures = 0 THEN factor_failures.last_at
                                ELSE excluded.last_at END",
            &[
                pool.into(),
                sub.into(),
                counter.as_str().into(),
                more.into(),
                now.into(),
                now.before(FACTOR_REST).into(),
            ],
        )
    }

    /// The wrong answers since the last right one, if there are any.
    pub fn factor_failures_get(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        counter: impl Into<Counter>,
    ) -> Result<Option<FactorFailures>, StoreError> {
        self.query_opt(
            "SELECT failures, last_at FROM factor_failures
             WHERE pool_id = ?1 AND sub = ?2 AND factor = ?3",
            &[pool.into(), sub.into(), counter.into().as_str().into()],
            failures,
        )
    }

    /// The same of all factors, by the words of their counters.
    pub fn factor_failures_list(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
    ) -> Result<Vec<(String, FactorFailures)>, StoreError> {
        self.query_many(
            "SELECT factor, failures, last_at FROM factor_failures
             WHERE pool_id = ?1 AND sub = ?2 ORDER BY factor",
            &[pool.into(), sub.into()],
            |row| Ok((row.text("factor_failures.factor")?, failures(row)?)),
        )
    }

    /// Forgets them, after a right answer.
    pub fn factor_failures_reset(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        counter: impl Into<Counter>,
    ) -> Result<(), StoreError> {
        self.send(
            "DELETE FROM factor_failures WHERE pool_id = ?1 AND sub = ?2 AND factor = ?3",
            &[pool.into(), sub.into(), counter.into().as_str().into()],
        )
    }
}

fn failures(row: &Row<'_>) -> Result<FactorFailures, StoreError> {
    Ok(FactorFailures {
        count: row.u32("factor_failures.failures")?,
        last_at: row.time("factor_failures.last_at")?,
    })
}
