//! Messages: a row of the transaction that caused them, sent afterwards by a worker.
//!
//! A row waits until it is sent, or given up as a dead letter. Meanwhile `due_at` says when it is to
//! be tried: whoever takes it pushes that off, so that nobody else has it until then, and whoever
//! could not send it says when to try again. A worker that dies loses nothing.
//!
//! The recipient is in clear, as it is in the user's attributes; subject, text and code are sealed.

mod dead_letters;
mod id;
pub(crate) mod payload;

use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::{PoolId, Sub, Timestamp};

pub use self::dead_letters::DeadLetter;
pub(crate) use self::id::Order;
pub use self::id::OutboxId;
use crate::db::{Context, Row};
use crate::{StoreError, Txn};

/// The most of a failure that is kept, in characters.
const FAILURE_KEPT: usize = 300;

/// A message that waits to be sent.
#[derive(Clone, Debug)]
pub struct OutboxMessage {
    /// Its name.
    pub id: OutboxId,
    /// Whose it is.
    pub pool: PoolId,
    /// What to send, and to whom.
    pub message: Message,
    /// When it was written.
    pub created_at: Timestamp,
    /// From this moment on it is of no use and must not be sent.
    pub deadline: Timestamp,
    /// How often it was taken to be sent.
    pub attempts: u32,
}

/// What waits to be sent in one of a pool's queues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many messages.
    pub waiting: usize,
    /// When the first of them was written.
    pub oldest: Option<Timestamp>,
}

impl Txn<'_> {
    /// Writes a message that is to be sent before `deadline`, or is kept at once if its queue goes no
    /// further than the inbox. It is `sub`'s, wherever it goes: to delete that user erases it.
    pub fn outbox_insert(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        message: &Message,
        now: Timestamp,
        deadline: Timestamp,
    ) -> Result<OutboxId, StoreError> {
        let context = self.context;
        let id = OutboxId::next(&context.order, now, context.vault.random());
        let sealed = payload::seal(context, &id, message)?;
        let stays = context.stays_home(pool, message.channel);
        self.send(
            "INSERT INTO outbox
                 (id, pool_id, sub, channel, recipient, payload, created_at, deadline, due_at,
                  attempts, sent_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10)",
            &[
                id.as_str().into(),
                pool.into(),
                sub.into(),
                message.channel.as_str().into(),
                (&message.to).into(),
                (&sealed).into(),
                now.into(),
                deadline.into(),
                now.into(),
                stays.then_some(now).into(),
            ],
        )?;
        Ok(id)
    }

    /// Messages of all queues that wait, oldest first, at most `limit`, whoever has taken them. Those
    /// past their deadline are among them.
    pub fn outbox_due(&mut self, limit: usize) -> Result<Vec<OutboxMessage>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT id, pool_id, channel, recipient, payload, created_at, deadline, attempts
             FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL ORDER BY id LIMIT ?1",
            &[limit.into()],
            |row| waiting(context, row, OutboxId::of_row(row)?),
        )
    }

    /// When the next message of a queue is due; nothing if none waits.
    pub fn outbox_next(
        &mut self,
        pool: &PoolId,
        channel: Channel,
    ) -> Result<Option<Timestamp>, StoreError> {
        self.query_opt(
            "SELECT due_at FROM outbox
             WHERE pool_id = ?1 AND channel = ?2 AND sent_at IS NULL AND failed_at IS NULL
             ORDER BY due_at, id LIMIT 1",
            &[pool.into(), channel.as_str().into()],
            |row| row.time("outbox.due_at"),
        )
    }

    /// Takes messages of a queue that are due, those that have waited longest, at most `limit`, oldest
    /// first: until `until` nobody else gets them. Whoever has them sends them and says so
    /// ([`Txn::outbox_sent`]), says when to try again ([`Txn::outbox_postpone`]), or gives them up
    /// ([`Txn::outbox_fail`]). One that is not settled by then is given out again.
    ///
    /// One that does not open, altered or sealed with another key, is not in the way of others: it is
    /// left alone until its deadline, and then a dead letter.
    pub fn outbox_take(
        &mut self,
        pool: &PoolId,
        channel: Channel,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        let context = self.context;
        let rows = self.query_many(
            "UPDATE outbox SET due_at = ?4, attempts = attempts + 1 WHERE id IN (
                 SELECT id FROM outbox
                 WHERE pool_id = ?1 AND channel = ?2 AND due_at <= ?3
                     AND sent_at IS NULL AND failed_at IS NULL
                 ORDER BY due_at, id LIMIT ?5)
             RETURNING id, pool_id, channel, recipient, payload, created_at, deadline, attempts",
            &[
                pool.into(),
                channel.as_str().into(),
                now.into(),
                until.into(),
                limit.into(),
            ],
            |row| {
                let id = OutboxId::of_row(row)?;
                let is_late = row.time("outbox.deadline")? <= now;
                Ok(waiting(context, row, id.clone()).map_err(|why| (id, is_late, why)))
            },
        )?;
        let mut taken = Vec::with_capacity(rows.len());
        for row in rows {
            match row {
                Ok(message) => taken.push(message),
                Err((id, is_late, why)) => {
                    tracing::error!(message = id.as_str(), ?why, "a message cannot be read");
                    if is_late {
                        self.outbox_fail(&id, now, Some("the message cannot be read"))?;
                    }
                }
            }
        }
        // RETURNING has no order.
        taken.sort_by(|one, other| one.id.as_str().cmp(other.id.as_str()));
        Ok(taken)
    }

    /// Takes a message back that this transaction has written, or with none does as if.
    pub fn outbox_withdraw(&mut self, id: Option<&OutboxId>) -> Result<(), StoreError> {
        let id = id.map_or("", OutboxId::as_str);
        self.send("DELETE FROM outbox WHERE id = ?1", &[id.into()])
    }

    /// Records that a message was sent: with `keep` it stays for [`Txn::inbox_list`], otherwise its
    /// row is erased. Whether it was still waiting.
    pub fn outbox_sent(
        &mut self,
        id: &OutboxId,
        now: Timestamp,
        keep: bool,
    ) -> Result<bool, StoreError> {
        let changed = if keep {
            self.execute(
                "UPDATE outbox SET sent_at = ?2
                 WHERE id = ?1 AND sent_at IS NULL AND failed_at IS NULL",
                &[id.as_str().into(), now.into()],
            )
        } else {
            self.execute(
                "DELETE FROM outbox WHERE id = ?1 AND sent_at IS NULL AND failed_at IS NULL",
                &[id.as_str().into()],
            )
        }?;
        Ok(changed == 1)
    }

    /// Lets a message wait until `due_at`, for the reason that a sender gave. Whether it was still
    /// waiting.
    pub fn outbox_postpone(
        &mut self,
        id: &OutboxId,
        due_at: Timestamp,
        failure: &str,
    ) -> Result<bool, StoreError> {
        let changed = self.execute(
            "UPDATE outbox SET due_at = ?2, failure = ?3
             WHERE id = ?1 AND sent_at IS NULL AND failed_at IS NULL",
            &[
                id.as_str().into(),
                due_at.into(),
                shortened(failure).as_str().into(),
            ],
        )?;
        Ok(changed == 1)
    }

    /// Gives a message up: what was in it is erased, the rest stays as a dead letter, with the reason
    /// that was given, or else the one for which it last had to wait. Whether it was still waiting.
    pub fn outbox_fail(
        &mut self,
        id: &OutboxId,
        now: Timestamp,
        failure: Option<&str>,
    ) -> Result<bool, StoreError> {
        let nothing: &[u8] = &[];
        let failure = failure.map(shortened);
        let changed = self.execute(
            "UPDATE outbox SET failed_at = ?2, failure = COALESCE(?3, failure), payload = ?4
             WHERE id = ?1 AND sent_at IS NULL AND failed_at IS NULL",
            &[
                id.as_str().into(),
                now.into(),
                failure.as_deref().into(),
                nothing.into(),
            ],
        )?;
        Ok(changed == 1)
    }

    /// What waits in a queue.
    pub fn outbox_backlog(
        &mut self,
        pool: &PoolId,
        channel: Channel,
    ) -> Result<Backlog, StoreError> {
        self.query_one(
            "SELECT COUNT(*) AS waiting, MIN(created_at) AS oldest FROM outbox
             WHERE pool_id = ?1 AND channel = ?2 AND sent_at IS NULL AND failed_at IS NULL",
            &[pool.into(), channel.as_str().into()],
            |row| {
                Ok(Backlog {
                    waiting: row.usize("outbox.waiting")?,
                    oldest: row.optional("outbox.oldest", Row::time)?,
                })
            },
        )
    }

    /// Messages of all queues with an id above `after`, or all there are, oldest first, whether or not they
    /// were sent; not those that were given up. Who asks again with the last id sees each once if one node
    /// writes them; on PostgreSQL one that was written meanwhile may have an id below.
    pub fn outbox_follow(
        &mut self,
        after: Option<&OutboxId>,
    ) -> Result<Vec<(OutboxId, Message)>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT id, channel, recipient, payload FROM outbox
             WHERE id > ?1 AND failed_at IS NULL ORDER BY id",
            &[after.map_or("", OutboxId::as_str).into()],
            |row| {
                let id = OutboxId::of_row(row)?;
                let message = payload::message(context, row, &id)?;
                Ok((id, message))
            },
        )
    }

    /// Goes on after the newest message of an earlier run, whatever the clock says now.
    pub(crate) fn outbox_order_resume(&mut self) -> Result<(), StoreError> {
        let newest = self.query_opt(
            "SELECT id FROM outbox ORDER BY id DESC LIMIT 1",
            &[],
            OutboxId::of_row,
        )?;
        if let Some(last) = newest.and_then(|id| id.order()) {
            self.context.order.resume(last);
        }
        Ok(())
    }
}

fn waiting(context: &Context, row: &Row<'_>, id: OutboxId) -> Result<OutboxMessage, StoreError> {
    Ok(OutboxMessage {
        message: payload::message(context, row, &id)?,
        id,
        pool: PoolId::new(row.text("outbox.pool_id")?),
        created_at: row.time("outbox.created_at")?,
        deadline: row.time("outbox.deadline")?,
        attempts: row.u32("outbox.attempts")?,
    })
}

fn shortened(failure: &str) -> String {
    failure.chars().take(FAILURE_KEPT).collect()
}
