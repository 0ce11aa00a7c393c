//! What became of messages, and writing it down.

use poolhouse_domain::Timestamp;
use poolhouse_store::{OutboxId, StoreError, Txn};

use super::Lane;

/// A message of which it is known what became of it.
#[derive(Clone)]
pub(super) struct Settled {
    pub(super) id: OutboxId,
    pub(super) at: Timestamp,
    pub(super) fate: Fate,
}

#[derive(Clone)]
pub(super) enum Fate {
    Sent,
    /// To be tried again then.
    Again(Timestamp, String),
    Refused(String),
    /// Its code expired.
    Late,
}

impl Settled {
    /// Writes it down; with `keep` what was sent stays in the inbox.
    pub(super) fn record(&self, txn: &mut Txn<'_>, keep: bool) -> Result<(), StoreError> {
        let Self { id, at, fate } = self;
        match fate {
            Fate::Sent => txn.outbox_sent(id, *at, keep)?,
            Fate::Again(due_at, why) => txn.outbox_postpone(id, *due_at, why)?,
            Fate::Refused(why) => txn.outbox_fail(id, *at, Some(why))?,
            Fate::Late => txn.outbox_fail(id, *at, None)?,
        };
        Ok(())
    }
}

impl Lane {
    /// Counts what was written down. How many were sent.
    pub(super) fn count(&self, done: &[Settled]) -> usize {
        let mut sent = 0;
        for settled in done {
            let message = settled.id.as_str();
            match &settled.fate {
                Fate::Sent => sent += 1,
                Fate::Again(..) => self.counts.retried.add(1),
                Fate::Refused(_) => {
                    tracing::warn!(message, "given up: every sender refused it");
                    self.counts.refused.add(1);
                }
                Fate::Late => {
                    tracing::warn!(message, "given up: its code expired before it was sent");
                    self.counts.expired.add(1);
                }
            }
        }
        self.counts.sent.add(sent);
        sent
    }
}
