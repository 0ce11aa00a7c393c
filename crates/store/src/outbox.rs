//! Messages: a row of the transaction that caused them, sent afterwards by a worker.
//!
//! The recipient is in clear, as it is in the user's attributes; subject, text and code are sealed.

use std::sync::atomic::{AtomicI64, Ordering};

use poolhouse_domain::message::{Channel, Message};
use poolhouse_domain::random::bytes;
use poolhouse_domain::{PoolId, Random, Secret, Sub, Timestamp};
use serde::{Deserialize, Serialize};

use crate::db::{Context, Row};
use crate::{StoreError, Txn};

const PAYLOAD: &str = "outbox/payload";

/// How many sent messages are kept for the inbox; sweeping removes those before them.
pub const SENT_KEPT: usize = 500;

/// A message's name. Ids grow in the order in which one node wrote its messages; between nodes, with
/// their clocks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OutboxId(String);

impl OutboxId {
    /// The id as text: it says nothing about the message, so it may be logged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

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
}

/// A message that was sent and kept.
#[derive(Clone, Debug)]
pub struct SentMessage {
    /// Its name.
    pub id: OutboxId,
    /// What was sent, and to whom.
    pub message: Message,
    /// When.
    pub sent_at: Timestamp,
}

/// Hands out the numbers that put a node's messages in order: the time, but never the same twice.
#[derive(Debug, Default)]
pub(crate) struct Order(AtomicI64);

impl Order {
    fn next(&self, now: Timestamp) -> i64 {
        let next = |last: i64| now.micros().max(last.saturating_add(1));
        let last = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| Some(next(last)));
        next(last.unwrap_or_default())
    }
}

impl OutboxId {
    fn next(order: &Order, now: Timestamp, random: &dyn Random) -> Self {
        let unique = u64::from_be_bytes(bytes(random));
        Self(format!("{:016x}{unique:016x}", order.next(now)))
    }

    fn order(&self) -> Option<i64> {
        i64::from_str_radix(self.0.get(..16)?, 16).ok()
    }
}

impl Txn<'_> {
    /// Writes a message that is to be sent before `deadline`. It is `sub`'s, wherever it goes: to
    /// delete that user erases it.
    pub fn outbox_insert(
        &mut self,
        pool: &PoolId,
        sub: &Sub,
        message: &Message,
        now: Timestamp,
        deadline: Timestamp,
    ) -> Result<OutboxId, StoreError> {
        let Context { vault, order } = self.context;
        let id = OutboxId::next(order, now, vault.random());
        let sealed = vault.seal(PAYLOAD, id.as_str(), payload(message)?.expose());
        self.execute(
            "INSERT INTO outbox
                 (id, pool_id, sub, channel, recipient, payload, created_at, deadline)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                id.as_str().into(),
                pool.into(),
                sub.into(),
                message.channel.as_str().into(),
                (&message.to).into(),
                (&sealed).into(),
                now.into(),
                deadline.into(),
            ],
        )?;
        Ok(id)
    }

    /// Messages that were not sent yet, oldest first, at most `limit`, whoever has taken them. Those
    /// past their deadline are among them.
    pub fn outbox_due(&mut self, limit: usize) -> Result<Vec<OutboxMessage>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT id, pool_id, channel, recipient, payload, created_at, deadline FROM outbox
             WHERE sent_at IS NULL ORDER BY id LIMIT $1",
            &[limit.into()],
            |row| waiting(context, row),
        )
    }

    /// Takes messages that were not sent yet and that nobody has, oldest first, at most `limit`: until
    /// `until` nobody else gets them. Whoever has them sends them, drops those past their deadline,
    /// and says so ([`Txn::outbox_sent`]). One that is not settled by then is given out again.
    pub fn outbox_take(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<OutboxMessage>, StoreError> {
        let context = self.context;
        let mut taken = self.query_many(
            "UPDATE outbox SET leased_until = $2 WHERE id IN (
                 SELECT id FROM outbox WHERE sent_at IS NULL AND leased_until <= $1
                 ORDER BY id LIMIT $3)
             RETURNING id, pool_id, channel, recipient, payload, created_at, deadline",
            &[now.into(), until.into(), limit.into()],
            |row| waiting(context, row),
        )?;
        // RETURNING has no order.
        taken.sort_by(|one, other| one.id.0.cmp(&other.id.0));
        Ok(taken)
    }

    /// Records that a message was sent, or dropped: with `keep` it stays for [`Txn::inbox_list`],
    /// otherwise its row is erased. Whether it was still waiting.
    pub fn outbox_sent(
        &mut self,
        id: &OutboxId,
        now: Timestamp,
        keep: bool,
    ) -> Result<bool, StoreError> {
        let changed = if keep {
            self.execute(
                "UPDATE outbox SET sent_at = $2 WHERE id = $1 AND sent_at IS NULL",
                &[id.as_str().into(), now.into()],
            )
        } else {
            self.execute(
                "DELETE FROM outbox WHERE id = $1 AND sent_at IS NULL",
                &[id.as_str().into()],
            )
        }?;
        Ok(changed == 1)
    }

    /// Messages that were sent and kept, newest first, at most `limit`; to `to` only, if given,
    /// without regard to case.
    pub fn inbox_list(
        &mut self,
        to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<SentMessage>, StoreError> {
        let context = self.context;
        self.query_many(
            "SELECT id, channel, recipient, payload, sent_at FROM outbox
             WHERE sent_at IS NOT NULL AND ($1 = '' OR LOWER(recipient) = LOWER($1))
             ORDER BY id DESC LIMIT $2",
            &[to.unwrap_or_default().into(), limit.into()],
            |row| {
                let id = OutboxId(row.text("outbox.id")?);
                Ok(SentMessage {
                    message: message(context, row, &id)?,
                    id,
                    sent_at: row.time("outbox.sent_at")?,
                })
            },
        )
    }

    /// Forgets the messages that were sent and kept. How many there were.
    pub fn inbox_clear(&mut self) -> Result<u64, StoreError> {
        self.execute("DELETE FROM outbox WHERE sent_at IS NOT NULL", &[])
    }

    /// Goes on after the newest message of an earlier run, whatever the clock says now.
    pub(crate) fn outbox_order_resume(&mut self) -> Result<(), StoreError> {
        let newest = self.query_opt(
            "SELECT id FROM outbox ORDER BY id DESC LIMIT 1",
            &[],
            |row| row.text("outbox.id").map(OutboxId),
        )?;
        if let Some(last) = newest.and_then(|id| id.order()) {
            self.context.order.0.store(last, Ordering::SeqCst);
        }
        Ok(())
    }
}

fn payload(message: &Message) -> Result<Secret<Vec<u8>>, StoreError> {
    #[derive(Serialize)]
    struct Payload<'a> {
        subject: &'a str,
        text: &'a str,
        code: &'a str,
    }
    serde_json::to_vec(&Payload {
        subject: &message.subject,
        text: message.text.expose(),
        code: message.code.expose(),
    })
    .map(Secret::new)
    .map_err(StoreError::broken)
}

fn waiting(context: &Context, row: &Row<'_>) -> Result<OutboxMessage, StoreError> {
    let id = OutboxId(row.text("outbox.id")?);
    Ok(OutboxMessage {
        message: message(context, row, &id)?,
        id,
        pool: PoolId::new(row.text("outbox.pool_id")?),
        created_at: row.time("outbox.created_at")?,
        deadline: row.time("outbox.deadline")?,
    })
}

fn message(context: &Context, row: &Row<'_>, id: &OutboxId) -> Result<Message, StoreError> {
    #[derive(Deserialize)]
    struct Payload {
        subject: String,
        text: Secret<String>,
        code: Secret<String>,
    }
    let plain = context
        .vault
        .open(PAYLOAD, id.as_str(), &row.blob("outbox.payload")?)?;
    let payload: Payload = serde_json::from_slice(plain.expose())
        .map_err(|why| StoreError::broken(format!("outbox.payload: {why}")))?;
    Ok(Message {
        channel: row.word("outbox.channel", channel)?,
        to: row.text("outbox.recipient")?,
        subject: payload.subject,
        text: payload.text,
        code: payload.code,
    })
}

fn channel(word: &str) -> Option<Channel> {
    [Channel::Email, Channel::Sms]
        .into_iter()
        .find(|channel| channel.as_str() == word)
}
