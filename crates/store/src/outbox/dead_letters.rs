//! Messages that were given up: their rows stay for a while, without what was in them.

use poolhouse_domain::message::Channel;
use poolhouse_domain::{PoolId, Timestamp};

use super::OutboxId;
use crate::db::Row;
use crate::{StoreError, Txn};

/// A message that was given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its name.
    pub id: OutboxId,
    /// Whose it was.
    pub pool: PoolId,
    /// How it was to travel.
    pub channel: Channel,
    /// To whom.
    pub to: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was given up.
    pub failed_at: Timestamp,
    /// How often it was tried.
    pub attempts: u32,
    /// What the last sender said; nothing if no sender ever got it.
    pub failure: Option<String>,
}

impl Txn<'_> {
    /// Dead letters, those given up last first, at most `limit`.
    pub fn dead_letter_list(&mut self, limit: usize) -> Result<Vec<DeadLetter>, StoreError> {
        self.query_many(
            "SELECT id, pool_id, channel, recipient, created_at, failed_at, attempts, failure
             FROM outbox WHERE failed_at IS NOT NULL ORDER BY failed_at DESC, id DESC LIMIT ?1",
            &[limit.into()],
            |row| {
                Ok(DeadLetter {
                    id: OutboxId::of_row(row)?,
                    pool: PoolId::new(row.text("outbox.pool_id")?),
                    channel: row.word("outbox.channel", Channel::parse)?,
                    to: row.text("outbox.recipient")?,
                    created_at: row.time("outbox.created_at")?,
                    failed_at: row.time("outbox.failed_at")?,
                    attempts: row.u32("outbox.attempts")?,
                    failure: row.optional("outbox.failure", Row::text)?,
                })
            },
        )
    }

    /// How many dead letters there are of a queue.
    pub fn dead_letter_count(
        &mut self,
        pool: &PoolId,
        channel: Channel,
    ) -> Result<usize, StoreError> {
        self.query_one(
            "SELECT COUNT(*) AS dead FROM outbox
             WHERE pool_id = ?1 AND channel = ?2 AND failed_at IS NOT NULL",
            &[pool.into(), channel.as_str().into()],
            |row| row.usize("outbox.dead"),
        )
    }
}
