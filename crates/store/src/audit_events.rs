//! Audit events, in the order in which they are forgotten.

use std::net::IpAddr;
use std::time::Duration;

use poolhouse_domain::audit::{AuditEvent, AuditKind};
use poolhouse_domain::random::bytes;
use poolhouse_domain::{ClientId, PoolId, Sub, Timestamp};

use crate::db::Row;
use crate::{StoreError, Txn};

/// An event's name: it begins with the moment until which it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditId(String);

/// Which events are wanted.
#[derive(Clone, Debug)]
pub struct AuditFilter {
    /// Of this user only.
    pub sub: Option<Sub>,
    /// Of this moment and later.
    pub since: Timestamp,
}

impl Txn<'_> {
    /// Writes down an event, to be kept for so long.
    pub fn audit_insert(
        &mut self,
        pool: &PoolId,
        event: &AuditEvent,
        keep: Duration,
    ) -> Result<(), StoreError> {
        let unique = u64::from_be_bytes(bytes(self.context.vault.random()));
        // Of one moment there can be several, which have an order too.
        let moment = Timestamp::from_micros(self.context.order.next(event.at));
        let id = format!("{}{unique:016x}", until(moment + keep));
        let from = event.from.map(|ip| ip.to_string());
        self.send(
            "INSERT INTO audit_events (pool_id, id, sub, at, kind, detail, client_id, ip)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            &[
                pool.into(),
                (&id).into(),
                (&event.sub).into(),
                event.at.into(),
                event.kind.as_str().into(),
                (&event.detail).into(),
                (&event.client_id).into(),
                from.as_deref().into(),
            ],
        )
    }

    /// At most `limit` events that `filter` wants, from the first after `after`. As long as all are kept for
    /// the same time, they are in the order in which they happened.
    pub fn audit_page(
        &mut self,
        pool: &PoolId,
        filter: &AuditFilter,
        after: Option<&AuditId>,
        limit: usize,
    ) -> Result<Vec<(AuditId, AuditEvent)>, StoreError> {
        let since = until(filter.since);
        let after = after.map_or(since.as_str(), |after| after.0.as_str());
        let mut params = vec![pool.into(), after.into(), filter.since.into(), limit.into()];
        let theirs = match &filter.sub {
            Some(sub) => {
                params.push(sub.into());
                "AND sub = ?5"
            }
            None => "",
        };
        let sql = format!(
            "SELECT id, sub, at, kind, detail, client_id, ip FROM audit_events
             WHERE pool_id = ?1 AND id > ?2 AND at >= ?3 {theirs} ORDER BY id LIMIT ?4"
        );
        self.query_many(&sql, &params, event)
    }

    /// Forgets at most `limit` events of each pool that were to be kept until `now` or less. How many.
    pub(crate) fn audit_sweep(&mut self, now: Timestamp, limit: usize) -> Result<u64, StoreError> {
        let pools = self.query_many("SELECT id FROM pools", &[], |row| {
            row.text("pools.id").map(PoolId::new)
        })?;
        let next = Timestamp::from_micros(now.micros().saturating_add(1));
        let (next, mut removed) = (until(next), 0);
        for pool in &pools {
            removed += self.execute(
                "DELETE FROM audit_events WHERE (pool_id, id) IN (
                     SELECT pool_id, id FROM audit_events
                     WHERE pool_id = ?1 AND id < ?2 ORDER BY id LIMIT ?3)",
                &[pool.into(), (&next).into(), limit.into()],
            )?;
        }
        Ok(removed)
    }
}

/// What the ids begin with of those that are kept until then.
fn until(moment: Timestamp) -> String {
    format!("{:016x}", moment.micros().max(0))
}

fn event(row: &Row<'_>) -> Result<(AuditId, AuditEvent), StoreError> {
    let event = AuditEvent {
        at: row.time("audit_events.at")?,
        sub: Sub::new(row.text("audit_events.sub")?),
        kind: row.word("audit_events.kind", AuditKind::parse)?,
        detail: row.text("audit_events.detail")?,
        client_id: ClientId::new(row.text("audit_events.client_id")?),
        from: row.optional("audit_events.ip", |row, column| {
            row.word(column, |ip| ip.parse::<IpAddr>().ok())
        })?,
    };
    Ok((AuditId(row.text("audit_events.id")?), event))
}
