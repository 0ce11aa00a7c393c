//! Removing what time has made useless, in steps so small that nobody waits for them.
//!
//! What is kept in the order of time is removed from its beginning ([`Txn::expired_sweep`]). What is kept
//! in the order of pools and users is walked through ([`Txn::expired_walk`]): an index by time would be
//! written at every sign-in, and read here only.

use std::time::Duration;

use poolhouse_domain::Timestamp;
use poolhouse_domain::throttle::FACTOR_REST;
use poolhouse_domain::token::KEPT_AFTER_EXPIRY;

use crate::db::{Cell, Row, Value};
use crate::tables::Table;
use crate::{SENT_KEPT, StoreError, Txn};

/// How long dead letters are kept to be looked at.
const DEAD_LETTERS_KEPT: Duration = Duration::from_hours(7 * 24);

/// How far a verifier's clock may be behind.
const SKEW: Duration = Duration::from_hours(1);

/// A table that is walked through.
struct Walked {
    table: &'static str,
    /// The column that says when a row ended.
    end: &'static str,
    /// How long it is kept then.
    kept: Duration,
}

const fn walked(table: &'static str, end: &'static str, kept: Duration) -> Walked {
    Walked { table, end, kept }
}

const WALKED: &[Walked] = &[
    walked("codes", "expires_at", Duration::ZERO),
    walked("refresh_families", "expires_at", KEPT_AFTER_EXPIRY),
    walked("passkey_registrations", "expires_at", Duration::ZERO),
    walked("software_token_setups", "expires_at", Duration::ZERO),
    walked("factor_failures", "last_at", FACTOR_REST),
    walked("send_budgets", "expires_at", Duration::ZERO),
];

/// How far a walk has come: the beginning, unless somebody else says so.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    table: usize,
    after: Option<Vec<Cell>>,
}

impl Txn<'_> {
    /// Removes at most `limit` rows of each kind that `now` has made useless: spent Sessions that expired,
    /// dead letters of the week before, audit events that were kept for long enough, sent messages before
    /// the newest [`SENT_KEPT`], and signing keys of which no token is good any more. How many rows; when
    /// it is 0 there is nothing left to do.
    pub fn expired_sweep(&mut self, now: Timestamp, limit: usize) -> Result<u64, StoreError> {
        let mut removed = self.execute(
            "DELETE FROM spent_sessions WHERE (expires_at, id) IN (
                 SELECT expires_at, id FROM spent_sessions
                 WHERE expires_at <= ?1 ORDER BY expires_at, id LIMIT ?2)",
            &[now.into(), limit.into()],
        )?;
        removed += self.execute(
            "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE failed_at <= ?1 LIMIT ?2)",
            &[now.before(DEAD_LETTERS_KEPT).into(), limit.into()],
        )?;
        removed += self.execute(
            "DELETE FROM outbox WHERE id IN (
                 SELECT id FROM outbox WHERE sent_at IS NOT NULL
                 ORDER BY id DESC LIMIT ?2 OFFSET ?1)",
            &[SENT_KEPT.into(), limit.into()],
        )?;
        removed += self.audit_sweep(now, limit)?;
        removed += self.signing_keys_sweep(now.before(KEPT_AFTER_EXPIRY + SKEW))?;
        Ok(removed)
    }

    /// Looks at the next `limit` rows from `at` on, and removes those that `now` has made useless: codes and
    /// registrations of passkeys and of authenticator apps that expired, refresh families of which the last
    /// access token did ([`KEPT_AFTER_EXPIRY`]), failures older than [`FACTOR_REST`], and budgets of which
    /// nothing went out within a day. How many, and where to go on; nothing when this was the end.
    pub fn expired_walk(
        &mut self,
        at: &Walk,
        now: Timestamp,
        limit: usize,
    ) -> Result<(u64, Option<Walk>), StoreError> {
        let Some(walked) = WALKED.get(at.table) else {
            return Ok((0, None));
        };
        let table = Table::named(walked.table)?;
        let last = self.key_after(table, at.after.as_deref(), limit)?;
        let mut params = vec![Value::from(now.before(walked.kept))];
        let after = table.beside(">", at.after.as_deref(), &mut params);
        let until = table.beside("<=", last.as_deref(), &mut params);
        let sql = format!(
            "DELETE FROM {} WHERE {} <= ?1{after}{until}",
            walked.table, walked.end
        );
        let removed = self.execute(&sql, &params)?;
        let next = Walk {
            table: at.table + usize::from(last.is_none()),
            after: last,
        };
        Ok((removed, (next.table < WALKED.len()).then_some(next)))
    }

    /// The key of the row that is `limit` rows after the one with the key `after`, if there are so many.
    fn key_after(
        &mut self,
        table: &Table,
        after: Option<&[Cell]>,
        limit: usize,
    ) -> Result<Option<Vec<Cell>>, StoreError> {
        let mut params = vec![Value::from(limit.saturating_sub(1))];
        let rest = table.beside(">", after, &mut params);
        let key = table.key.join(", ");
        let sql = format!(
            "SELECT {key} FROM {} WHERE 1 = 1{rest} ORDER BY {key} LIMIT 1 OFFSET ?1",
            table.name
        );
        let cells = |row: &Row<'_>| Ok(row.cells()?.into_iter().map(|(_, cell)| cell).collect());
        self.query_opt(&sql, &params, cells)
    }
}
